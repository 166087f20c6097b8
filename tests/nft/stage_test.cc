// SPDX-License-Identifier: Apache-2.0
//
// What may be done ahead of a large change: new plain sets, and nothing that a packet could meet.
#include "nft/stage.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

using test::RandomRuleset;
using test::Seed;
using test::WithHandles;

size_t Elements(const ChangeSet& change) {
  size_t count = 0;
  for (const Operation& operation : change.operations) {
    const auto* add = std::get_if<AddElements>(&operation);
    count += add == nullptr ? 0 : add->elements.size();
  }
  return count;
}

bool OnlyFillsPlainSets(const ChangeSet& change) {
  return std::all_of(
      change.operations.begin(), change.operations.end(), [](const Operation& operation) {
        const auto* set = std::get_if<AddSet>(&operation);
        const auto* elements = std::get_if<AddElements>(&operation);
        return std::holds_alternative<AddTable>(operation) ||
               (set != nullptr && !set->set.verdict_map) ||
               (elements != nullptr && !elements->set.verdict_map);
      });
}

}  // namespace

TEST_CASE("the stages of a change come to the same as the change") {
  for (uint32_t i = 0; i < 200; ++i) {
    INFO("seed " << Seed() << " + " << i);
    RandomRuleset random(Seed() + i);
    const Ruleset have = WithHandles(random.Make());
    const Ruleset want = random.Make();
    const bool from_nothing = i % 2 == 0;
    const auto stages =
        Stage(from_nothing ? Diff(std::nullopt, want) : Diff(have, want), /*max_elements=*/7);
    Ruleset now = from_nothing ? Ruleset{} : have;
    for (size_t stage = 0; stage < stages.size(); ++stage) {
      auto applied = Apply(stages.at(stage), now);
      INFO((applied ? "" : applied.error().message));
      REQUIRE(applied);
      now = std::move(*applied);
      if (stage + 1 < stages.size()) {
        CHECK(OnlyFillsPlainSets(stages.at(stage)));
        CHECK(Elements(stages.at(stage)) <= 7);
      }
    }
    CHECK(now == want);
  }
}

TEST_CASE("nothing is done ahead where the table is replaced") {
  RandomRuleset random(Seed());
  Ruleset have = WithHandles(random.Make());
  have.foreign = true;
  const ChangeSet change = Diff(have, random.Make());
  CHECK(Stage(change, 1) == std::vector<ChangeSet>{change});
}

}  // namespace portcullis::nft
