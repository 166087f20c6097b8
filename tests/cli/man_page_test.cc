// SPDX-License-Identifier: Apache-2.0
//
// The manual page: what it has to have, of a small tree and of the real one.
#include "controller/cli/man_page.h"

#include <catch2/catch.hpp>

#include "controller/cli/commands.h"

namespace portcullis::cli {
namespace {

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("The page has the sections that people look for, in their order", "[man]") {
  const std::string page = ManPage(TreeOfProgram(), "v1", "2026-01-31");
  size_t place = page.find(".TH PORTCULLIS 1 2026-01-31 \"portcullis v1\"");
  REQUIRE(place != std::string::npos);
  for (const char* section : {"NAME",
                              "SYNOPSIS",
                              "DESCRIPTION",
                              "COMMANDS",
                              "OPTIONS",
                              "ENVIRONMENT",
                              "FILES",
                              "EXIT STATUS",
                              "EXAMPLES",
                              "SEE ALSO"}) {
    INFO(section);
    place = page.find(std::string(".SH ") + section + "\n", place);
    REQUIRE(place != std::string::npos);
  }
}

TEST_CASE("The page has every command, option and variable", "[man]") {
  const CommandInfo program = TreeOfProgram();
  const std::string page = ManPage(program, "v1", "2026-01-31");
  for (const CommandInfo& command : program.commands) {
    CHECK(Has(page, "\n\\fB" + command.name + "\\fR\n"));
  }
  CHECK(Has(page, "\\fB\\-\\-log\\-format\\fR \\fItext|json\\fR"));
  CHECK(Has(page, ".TP\n\\fBPORTCULLIS_LISTEN\\fR\nStands in for \\fB\\-\\-listen\\fR.\n"));
}

TEST_CASE("What roff would take for its own is escaped", "[man]") {
  const CommandInfo program = {
      "p", "P", true, {}, {}, {}, {{"c", ".dot \\ end.", false, {}, {}, {}, {}}}};
  CHECK(Has(ManPage(program, "1", "2026-01-31"), "\\fBc\\fR\n\\&.dot \\e end.\n"));
}

}  // namespace
}  // namespace portcullis::cli
