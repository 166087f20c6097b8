// SPDX-License-Identifier: Apache-2.0
//
// The options of `portcullis explain`: good and bad.
#include "controller/cli/options_explain.h"

#include <catch2/catch.hpp>

#include "controller/process/exit_codes.h"
#include "tests/cli/parsed.h"

namespace portcullis::cli {
namespace {

TEST_CASE("explain takes a question", "[options]") {
  const auto [exit, explain] =
      ParseWith(AddExplain, {"--from", "a", "--to", "x/b", "--port", "80/TCP", "-n", "shop"});
  REQUIRE_FALSE(exit.has_value());
  CHECK(explain.question.from == "a");
  CHECK(explain.question.to == "x/b");
  CHECK(explain.question.port == "80/TCP");
  CHECK(explain.question.default_namespace == "shop");
  CHECK_FALSE(explain.question.family.has_value());
  CHECK(explain.output == ExplainOutput::kText);
}

TEST_CASE("explain takes one family, and JSON", "[options]") {
  const auto [exit, explain] = ParseWith(
      AddExplain,
      {"--from", "a", "--to", "b", "--port", "80", "--family", "ipv6", "-o", "json", "-f", "x"});
  REQUIRE_FALSE(exit.has_value());
  CHECK(explain.question.family == Family::kIpv6);
  CHECK(explain.output == ExplainOutput::kJson);
  CHECK(explain.source.files == std::vector<std::string>{"x"});
}

TEST_CASE("explain needs both ends and a port, and known choices", "[options]") {
  CHECK(ParseWith(AddExplain, {"--from", "a", "--to", "b"}).exit == kExitUsage);
  CHECK(ParseWith(AddExplain, {"--from", "a", "--port", "80"}).exit == kExitUsage);
  CHECK(ParseWith(AddExplain, {"--to", "a", "--port", "80"}).exit == kExitUsage);
  CHECK(ParseWith(AddExplain, {"--from", "a", "--to", "b", "--port", "80", "--family", "ipv5"})
            .exit == kExitUsage);
}

}  // namespace
}  // namespace portcullis::cli
