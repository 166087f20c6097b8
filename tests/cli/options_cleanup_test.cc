// SPDX-License-Identifier: Apache-2.0
//
// The options of `portcullis cleanup`.
#include "controller/cli/options_cleanup.h"

#include <catch2/catch.hpp>

#include "tests/cli/parsed.h"

namespace portcullis::cli {
namespace {

TEST_CASE("cleanup stays where it is asked to", "[options]") {
  CHECK(ParseWith(AddCleanup, {"--stay"}).options.stay);
  CHECK_FALSE(ParseWith(AddCleanup, {}).options.stay);
}

}  // namespace
}  // namespace portcullis::cli
