// SPDX-License-Identifier: Apache-2.0
//
// Pacing: no wait for single events, a bounded one in a flood.
#include "controller/pacing.h"

#include <vector>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

using std::chrono::milliseconds;

TEST_CASE("An event that had to be waited for is never delayed", "[pacing]") {
  Pacing pacing;
  for (int i = 0; i < 100; ++i) {
    CHECK(pacing.Delay() == milliseconds(0));
    pacing.Note(/*at_once=*/false);
  }
}

TEST_CASE("A flood gathers for longer and longer, up to a bound, and ends at once", "[pacing]") {
  Pacing pacing;
  std::vector<int64_t> delays;
  for (int i = 0; i < 10; ++i) {
    delays.push_back(pacing.Delay().count());
    pacing.Note(/*at_once=*/true);
  }
  CHECK(delays == std::vector<int64_t>{0, 0, 0, 0, 5, 10, 20, 40, 40, 40});
  pacing.Note(/*at_once=*/false);
  CHECK(pacing.Delay() == milliseconds(0));
}

}  // namespace
}  // namespace portcullis
