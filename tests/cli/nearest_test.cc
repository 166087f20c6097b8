// SPDX-License-Identifier: Apache-2.0
//
// Which word was meant.
#include "controller/cli/nearest.h"

#include <catch2/catch.hpp>

namespace portcullis::cli {
namespace {

const std::vector<std::string> kKnown = {"run", "render", "cleanup", "version", "--node-name"};

TEST_CASE("A slip is understood", "[nearest]") {
  CHECK(Nearest("rum", kKnown) == "run");
  CHECK(Nearest("rnu", kKnown) == "run");
  CHECK(Nearest("rrun", kKnown) == "run");
  CHECK(Nearest("rnder", kKnown) == "render");
  CHECK(Nearest("vesrion", kKnown) == "version");
  CHECK(Nearest("clean-up", kKnown) == "cleanup");
  CHECK(Nearest("--nodename", kKnown) == "--node-name");
}

TEST_CASE("Another word is not", "[nearest]") {
  CHECK_FALSE(Nearest("apply", kKnown).has_value());
  CHECK_FALSE(Nearest("r", kKnown).has_value());
  CHECK_FALSE(Nearest("", kKnown).has_value());
  CHECK_FALSE(Nearest("run", {}).has_value());
}

}  // namespace
}  // namespace portcullis::cli
