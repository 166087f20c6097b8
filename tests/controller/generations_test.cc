// SPDX-License-Identifier: Apache-2.0
//
// Which generation numbers may be used again: checked against a model that keeps the marks of all
// flows.
#include "controller/reconcile/generations.h"

#include <map>
#include <random>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

TEST_CASE("No number is fit for use before the entries were cleared once", "[generations]") {
  Generations generations(3);
  generations.Found(std::nullopt);
  CHECK(generations.Next() == std::nullopt);
  generations.Cleared();
  CHECK(generations.Next() == 1U);
}

TEST_CASE("The number found in the table is taken up and never offered", "[generations]") {
  Generations generations(3);
  generations.Found(2);
  CHECK(generations.current() == 2U);
  generations.Cleared();
  CHECK(generations.Next() == 3U);
}

TEST_CASE("Finding the number that is in use loses nothing that is known", "[generations]") {
  Generations generations(3);
  generations.Found(1);
  generations.Cleared();
  generations.Found(1);
  CHECK(generations.Next() == 2U);
  generations.Found(2);
  CHECK(generations.Next() == std::nullopt);
}

TEST_CASE("The number used last is not cleared: a packet on its way may still write it",
          "[generations]") {
  Generations generations(3);
  generations.Found(1);
  generations.Cleared();
  generations.Use(2);
  CHECK_FALSE(generations.IsStale(1));
  CHECK_FALSE(generations.IsStale(2));
  generations.Use(3);
  CHECK(generations.IsStale(1));
  CHECK(generations.Next() == std::nullopt);
  generations.Cleared();
  CHECK(generations.Next() == 1U);
}

TEST_CASE("A reused number never accepts a flow that an earlier use of it allowed",
          "[generations][property]") {
  const unsigned seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937 random(seed);
  Generations generations(5);
  generations.Found(std::nullopt);
  std::map<int, uint32_t> mark_of_flow = {{-1, 4}, {-2, 1}};  // from an earlier installation
  std::map<int, int> allowed_in_epoch;
  int epoch = 0;
  for (int flow = 0; flow < 2000; ++flow) {
    if (!generations.Next()) {
      for (auto& [id, mark] : mark_of_flow) {
        mark = generations.IsStale(mark) ? 0 : mark;
      }
      generations.Cleared();
    }
    if (random() % 4 == 0 && generations.Next()) {
      generations.Use(generations.Next());
      ++epoch;
    }
    if (generations.current()) {
      mark_of_flow[flow] = *generations.current();
      allowed_in_epoch[flow] = epoch;
    }
    for (const auto& [id, mark] : mark_of_flow) {
      if (mark != 0 && generations.current() == mark) {
        REQUIRE(allowed_in_epoch.count(id) == 1);
        REQUIRE(allowed_in_epoch[id] == epoch);
      }
    }
  }
}

}  // namespace
}  // namespace portcullis
