// SPDX-License-Identifier: Apache-2.0
//
// The tree of all commands: what is named is run, what cannot be understood ends with 2.
#include "controller/cli/commands.h"

#include <catch2/catch.hpp>

#include "controller/process/exit_codes.h"

namespace portcullis::cli {
namespace {

int Run(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "portcullis");
  return Main(static_cast<int>(arguments.size()), arguments.data());
}

TEST_CASE("Help and version are no errors", "[commands]") {
  CHECK(Run({"--help"}) == kExitOk);
  CHECK(Run({"run", "--help"}) == kExitOk);
  CHECK(Run({"version"}) == kExitOk);
}

TEST_CASE("A line without a known command is wrong usage", "[commands]") {
  CHECK(Run({}) == kExitUsage);
  CHECK(Run({"rum"}) == kExitUsage);
}

}  // namespace
}  // namespace portcullis::cli
