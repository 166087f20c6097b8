// SPDX-License-Identifier: Apache-2.0
//
// The text of --help, and what is kept about the real commands: each has a description, exit codes
// and examples that its own parser takes.
#include "controller/cli/help.h"

#include <sstream>

#include <catch2/catch.hpp>

#include "controller/cli/commands.h"
#include "controller/cli/help_text.h"
#include "controller/cli/parse.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {
namespace {

const CommandInfo kShow = {
    "show",
    "Show something to somebody who has asked for it on a terminal that is narrow",
    false,
    {{{"-h", "--help"}, "", "Print this help and exit", "", false, false},
     {{"-f", "--filename"}, "FILE", "What to read", "", true, true},
     {{"--a-rather-long-name"}, "text|json", "Format (default text)", "FORMAT", false, false}},
    {{{"NAME"}, "TEXT", "Whom to show it", "", false, false}},
    {{"Examples", {"show -f x"}}},
    {}};

TEST_CASE("Help is wrapped to the terminal's width", "[help]") {
  CHECK(HelpText(kShow, "portcullis show", 60) ==
        R"(Show something to somebody who has asked for it on a
terminal that is narrow

Usage: portcullis show -f FILE... [NAME] [OPTIONS]

Arguments:
  NAME TEXT                 Whom to show it

Options:
  -h, --help                Print this help and exit
  -f, --filename FILE       What to read [required]
  --a-rather-long-name text|json
                            Format (default text)
                            [environment: FORMAT]

Examples:
  show -f x
)");
}

TEST_CASE("The tree is that of the app", "[help]") {
  CLI::App app("Does things", "do");
  std::vector<std::string> files;
  bool flag = false;
  std::string secret;
  app.add_option("-f,--filename", files, "Files")->type_name("FILE")->envname("FILES");
  app.add_flag("--flag", flag, "A flag");
  app.add_option("--secret", secret, "Hidden")->group("");
  app.add_option("WHAT", secret, "What")->type_name("a|b")->required();
  app.add_subcommand("sub", "Below");
  SetFooter(app, {{"Examples", {"one", "two"}}, {"Exit codes", {"0  good"}}});
  const CommandInfo tree = TreeOf(app);
  CHECK(tree.description == "Does things");
  REQUIRE(tree.options.size() == 3);  // --help is one of them
  CHECK(tree.options[1].names == std::vector<std::string>{"-f", "--filename"});
  CHECK(tree.options[1].TakesFile());
  CHECK(tree.options[1].repeated);
  CHECK(tree.options[1].environment == "FILES");
  CHECK(tree.options[2].value.empty());
  REQUIRE(tree.positionals.size() == 1);
  CHECK(tree.positionals[0].required);
  CHECK(tree.positionals[0].Choices() == std::vector<std::string>{"a", "b"});
  REQUIRE(tree.footer.size() == 2);
  CHECK(tree.footer[0].lines == std::vector<std::string>{"one", "two"});
  CHECK(tree.footer[1].title == "Exit codes");
  REQUIRE(tree.commands.size() == 1);
  CHECK(tree.commands[0].name == "sub");
}

/// Every command below, and itself.
// NOLINTNEXTLINE(misc-no-recursion): as deep as commands are
std::vector<CommandInfo> All(const CommandInfo& command) {
  std::vector<CommandInfo> all{command};
  for (const CommandInfo& each : command.commands) {
    const auto more = All(each);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

std::vector<std::string> Lines(const CommandInfo& command, const std::string& title) {
  for (const HelpSection& section : command.footer) {
    if (section.title == title) {
      return section.lines;
    }
  }
  return {};
}

TEST_CASE("Every command says what it is for, and how it ends", "[help]") {
  for (const CommandInfo& command : All(TreeOf(*BuildProgram().app))) {
    INFO(command.name);
    CHECK(command.description.size() >= 10);
    CHECK_FALSE(Lines(command, "Examples").empty());
    CHECK_FALSE(Lines(command, "Exit codes").empty());
    for (const OptionInfo& option : command.options) {
      INFO(option.names.back());
      CHECK(option.description.size() >= 10);
      CHECK(option.value != "TEXT");  // CLI11's own word, where nobody has chosen one
    }
  }
}

/// Where the line calls the program: its name as a word, not as part of another name.
size_t CallIn(const std::string& line) {
  size_t at = line.find("portcullis ");
  while (at != 0 && at != std::string::npos && line[at - 1] != ' ' && line[at - 1] != '(') {
    at = line.find("portcullis ", at + 1);
  }
  return at;
}

/// The words of the part of the line that calls portcullis: up to what the shell takes for itself.
std::vector<std::string> Words(const std::string& line) {
  std::vector<std::string> words;
  const std::string call = line.substr(CallIn(line));
  std::istringstream text(call.substr(0, call.find_first_of("|><)#")));
  for (std::string word; text >> word;) {
    words.push_back(word);
  }
  return words;
}

TEST_CASE("Every example is taken by the parser", "[help]") {
  for (const CommandInfo& command : All(TreeOf(*BuildProgram().app))) {
    for (const std::string& example : Lines(command, "Examples")) {
      INFO(example);
      REQUIRE(CallIn(example) != std::string::npos);
      const auto words = Words(example);
      std::vector<const char*> arguments;
      arguments.reserve(words.size());
      for (const std::string& word : words) {
        arguments.push_back(word.c_str());
      }
      const Program program = BuildProgram();
      const auto exit = Parse(*program.app, static_cast<int>(arguments.size()), arguments.data());
      CHECK(exit.value_or(0) == 0);
    }
  }
}

}  // namespace
}  // namespace portcullis::cli
