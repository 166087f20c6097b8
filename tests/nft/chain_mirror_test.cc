// SPDX-License-Identifier: Apache-2.0
//
// ChainMirror: after each change it holds what Apply() says of the chains, handles included.
#include "nft/chain_mirror.h"

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

constexpr uint32_t kTables = 100;

/// Numbers for the rules that `change` adds, as a kernel gives them.
std::vector<uint64_t> NewHandles(const ChangeSet& change, uint64_t& last) {
  std::vector<uint64_t> handles;
  for (const Operation& operation : change.operations) {
    if (std::holds_alternative<AddRule>(operation)) {
      handles.push_back(++last);
    }
  }
  return handles;
}

std::map<std::string, std::vector<uint64_t>> HandlesOf(const std::map<std::string, Chain>& chains) {
  std::map<std::string, std::vector<uint64_t>> handles;
  for (const auto& [name, chain] : chains) {
    for (const Rule& rule : chain.rules) {
      handles[name].push_back(rule.handle);
    }
  }
  return handles;
}

ChainMirror OneChain() {
  return ChainMirror({{"c", Chain{"c", {}, "", {Rule{{Counter{}}, "first", 5}}}}});
}

}  // namespace

TEST_CASE("A mirror of random tables is what Apply() says of their chains") {
  const uint32_t first = test::Seed();
  for (uint32_t seed = first; seed < first + kTables; ++seed) {
    INFO("PORTCULLIS_SEED=" << seed);
    test::RandomRuleset random(seed);
    std::optional<Ruleset> have;
    ChainMirror mirror;
    uint64_t last = 100;
    Ruleset want = random.Make();
    for (int step = 0; step < 10; ++step) {
      const ChangeSet change = Diff(have, want);
      const auto handles = NewHandles(change, last);
      auto after = Apply(change, have.value_or(Ruleset{}), handles);
      REQUIRE(after);
      have = std::move(*after);
      REQUIRE(mirror.Take(change, handles));
      REQUIRE(mirror.chains() == have->chains);
      REQUIRE(HandlesOf(mirror.chains()) == HandlesOf(have->chains));
      want = random.Change(*have);
    }
  }
}

TEST_CASE("A mirror says where a change does not fit what it remembers") {
  CHECK(OneChain().Take({"t", {AddRule{"c", {}, 5, false}}}, {6}));
  CHECK_FALSE(OneChain().Take({"t", {AddRule{"c", {}, 5, false}}}, {}));
  CHECK_FALSE(OneChain().Take({"t", {AddRule{"c", {}, 4, false}}}, {6}));
  CHECK_FALSE(OneChain().Take({"t", {AddRule{"d", {}, 0, true}}}, {6}));
  CHECK_FALSE(OneChain().Take({"t", {DeleteRule{"c", Rule{{}, "", 4}}}}, {}));
  CHECK_FALSE(OneChain().Take({"t", {DeleteRule{"d", Rule{{}, "", 5}}}}, {}));
  CHECK_FALSE(OneChain().Take({"t", {AddChain{Chain{"c", {}, "", {}}}}}, {}));
  CHECK_FALSE(OneChain().Take({"t", {DeleteChain{"d"}}}, {}));
}

TEST_CASE("A mirror of a table that is gone has no chains") {
  ChainMirror mirror = OneChain();
  REQUIRE(mirror.Take({"t", {DeleteTable{}}}, {}));
  CHECK(mirror.Find("c") == nullptr);
}

}  // namespace portcullis::nft
