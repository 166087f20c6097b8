// SPDX-License-Identifier: Apache-2.0
//
// Waits between attempts.
#include "k8s-client/backoff.h"

#include <catch2/catch.hpp>

namespace portcullis::k8s {
namespace {

using std::chrono::milliseconds;

TEST_CASE("Each wait lies below a limit that doubles up to the maximum") {
  Backoff backoff(milliseconds(50), milliseconds(1'000), /*seed=*/7);
  milliseconds limit(50);
  for (int attempt = 0; attempt < 100; ++attempt) {
    const milliseconds wait = backoff.Next();
    REQUIRE(wait >= milliseconds(0));
    REQUIRE(wait <= limit);
    limit = std::min(limit * 2, milliseconds(1'000));
  }
}

TEST_CASE("The waits of a long failure spread over the whole range") {
  Backoff backoff(milliseconds(50), milliseconds(1'000), /*seed=*/7);
  milliseconds least(1'000);
  milliseconds most(0);
  milliseconds sum(0);
  constexpr int kAttempts = 1'000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const milliseconds wait = backoff.Next();
    least = std::min(least, wait);
    most = std::max(most, wait);
    sum += wait;
  }
  CHECK(least < milliseconds(50));
  CHECK(most > milliseconds(950));
  CHECK(sum / kAttempts > milliseconds(400));
}

TEST_CASE("After a reset the wait is short again") {
  Backoff backoff(milliseconds(50), milliseconds(30'000), /*seed=*/7);
  for (int attempt = 0; attempt < 20; ++attempt) {
    (void)backoff.Next();
  }
  backoff.Reset();
  CHECK(backoff.Next() <= milliseconds(50));
}

TEST_CASE("Two nodes with different seeds wait for different times") {
  Backoff one(milliseconds(1'000), milliseconds(30'000), /*seed=*/1);
  Backoff two(milliseconds(1'000), milliseconds(30'000), /*seed=*/2);
  CHECK(one.Next() != two.Next());
}

}  // namespace
}  // namespace portcullis::k8s
