// SPDX-License-Identifier: Apache-2.0
//
// Pacing: no wait for single events, a bounded one in a flood.
#include "controller/reconcile/pacing.h"

#include <vector>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

using std::chrono::milliseconds;

TEST_CASE("Events now and then are never delayed", "[pacing]") {
  Pacing pacing;
  for (int i = 0; i < 100; ++i) {
    CHECK(pacing.Delay() == milliseconds(0));
    pacing.Note(/*at_once=*/false, Pacing::kQuick);
  }
}

TEST_CASE("A flood gathers for longer and longer, up to a bound", "[pacing]") {
  Pacing pacing;
  std::vector<int64_t> delays;
  for (int i = 0; i < 9; ++i) {
    delays.push_back(pacing.Delay().count());
    pacing.Note(/*at_once=*/true, milliseconds(50));
  }
  CHECK(delays == std::vector<int64_t>{0, 0, 0, 0, 5, 10, 20, 20, 20});
}

TEST_CASE("Steps in quick succession are a flood, though each was waited for", "[pacing]") {
  Pacing pacing;
  for (int i = 0; i < 4; ++i) {
    pacing.Note(/*at_once=*/false, std::chrono::microseconds(300));
  }
  CHECK(pacing.Delay() > milliseconds(0));
}

TEST_CASE("The first event after a flood is not delayed, and a hiccup does not begin it anew",
          "[pacing]") {
  Pacing pacing;
  for (int i = 0; i < 20; ++i) {
    pacing.Note(/*at_once=*/true, milliseconds(0));
  }
  pacing.Note(/*at_once=*/false, milliseconds(30));
  CHECK(pacing.Delay() == milliseconds(0));
  pacing.Note(/*at_once=*/true, milliseconds(0));
  CHECK(pacing.Delay() > milliseconds(0));
}

}  // namespace
}  // namespace portcullis
