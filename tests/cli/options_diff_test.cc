// SPDX-License-Identifier: Apache-2.0
//
// The options of `portcullis diff`: good and bad.
#include "controller/cli/options_diff.h"

#include <catch2/catch.hpp>

#include "controller/process/exit_codes.h"
#include "tests/cli/parsed.h"

namespace portcullis::cli {
namespace {

using Texts = std::vector<std::string>;

TEST_CASE("diff takes files, deletions, and what to compare with", "[options]") {
  const auto [exit, diff] = ParseWith(
      AddDiff, {"-f", "a", "--delete", "x/y", "--delete", "z", "--against", "all", "-o", "json"});
  REQUIRE_FALSE(exit.has_value());
  CHECK(diff.files == Texts{"a"});
  CHECK(diff.deleted == Texts{"x/y", "z"});
  CHECK(diff.against.files == Texts{"all"});
  CHECK(diff.output == DiffOutput::kJson);
}

TEST_CASE("diff needs something that would change", "[options]") {
  CHECK(ParseWith(AddDiff, {"--against", "all"}).exit == kExitUsage);
  CHECK_FALSE(ParseWith(AddDiff, {"--delete", "x"}).exit.has_value());
}

}  // namespace
}  // namespace portcullis::cli
