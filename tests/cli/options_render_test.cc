// SPDX-License-Identifier: Apache-2.0
//
// The options of `portcullis render`: good and bad.
#include "controller/cli/options_render.h"

#include <catch2/catch.hpp>

#include "controller/process/exit_codes.h"
#include "tests/cli/parsed.h"

namespace portcullis::cli {
namespace {

TEST_CASE("render takes several files", "[options]") {
  const auto [exit, render] = ParseWith(AddRender, {"-f", "a", "-f", "b", "--node-name", "n"});
  REQUIRE_FALSE(exit.has_value());
  CHECK(render.files == std::vector<std::string>{"a", "b"});
}

TEST_CASE("render needs a file", "[options]") {
  CHECK(ParseWith(AddRender, {"--node-name", "n"}).exit == kExitUsage);
}

}  // namespace
}  // namespace portcullis::cli
