// SPDX-License-Identifier: Apache-2.0
//
// TakesAway(): one case per kind of operation, and the property that it promises on random changes.
#include "controller/policy/revocation.h"

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "nft/diff.h"
#include "tests/policy/builders.h"
#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

const nft::Verdict kReturn{nft::VerdictKind::kReturn, ""};
const nft::Verdict kDrop{nft::VerdictKind::kDrop, ""};
const nft::Compare kIsTcp{nft::Field::kL4Proto, false, 6};

bool TakesAway(std::vector<nft::Operation> operations) {
  return policy::TakesAway({"portcullis", std::move(operations)});
}

nft::Set PlainSet() {
  return {"pods4-abc", {nft::KeyType::kIpv4Addr}, false, false, "", {}};
}
nft::Set Map() {
  return {"ingress4", {nft::KeyType::kIpv4Addr}, false, true, "", {}};
}

nft::Rule Allow(const std::string& comment) {
  return {{kIsTcp, kReturn}, comment};
}

/// The table as a dump would give it: every rule with a handle.
nft::Ruleset WithHandles(nft::Ruleset ruleset) {
  uint64_t handle = 0;
  for (auto& [name, chain] : ruleset.chains) {
    for (nft::Rule& rule : chain.rules) {
      rule.handle = ++handle;
    }
  }
  return ruleset;
}

}  // namespace

TEST_CASE("a change that does nothing takes nothing away") {
  CHECK_FALSE(TakesAway({}));
}

TEST_CASE("elements: a plain set allows by having them, a verdict map by not having them") {
  CHECK_FALSE(TakesAway({nft::AddElements{PlainSet(), {}}}));
  CHECK(TakesAway({nft::DeleteElements{PlainSet(), {}}}));
  CHECK(TakesAway({nft::AddElements{Map(), {}}}));
  CHECK_FALSE(TakesAway({nft::DeleteElements{Map(), {}}}));
}

TEST_CASE("elements: a map of cells allows by having them, so that any change may take away") {
  const nft::Set cells{"cells-abc", {nft::KeyType::kInetService}, false, true, "", {}};
  CHECK(TakesAway({nft::DeleteElements{cells, {}}}));
  CHECK(TakesAway({nft::AddElements{cells, {}}}));
  for (const char* name : {"ingress", "untracked-ingress4-", "cells-ingress4", ""}) {
    nft::Set other = Map();
    other.name = name;
    INFO(name);
    CHECK(TakesAway({nft::DeleteElements{other, {}}}));
  }
}

TEST_CASE("rules of cells: a return allows, whatever leads elsewhere may take away") {
  const nft::Verdict denied{nft::VerdictKind::kGoto, "ingress-abc-denied"};
  const nft::VerdictMap cells{{nft::Field::kCtReplyProtoSrc}, "cells-abc"};
  CHECK_FALSE(TakesAway({nft::AddRule{"ingress-abc-tcp-80", Allow("a"), 0, false}}));
  CHECK(TakesAway({nft::DeleteRule{"ingress-abc-tcp-80", Allow("a")}}));
  for (const nft::Rule& rule : {nft::Rule{{denied}, ""}, nft::Rule{{kIsTcp, cells}, ""}}) {
    CHECK(TakesAway({nft::AddRule{"ingress-abc", rule, 0, false}}));
    CHECK(TakesAway({nft::DeleteRule{"ingress-abc", rule}}));
  }
}

TEST_CASE("a rule that returns, added to a group's chain, only allows") {
  CHECK_FALSE(TakesAway({nft::AddRule{"ingress-abc", Allow("a"), 0, false}}));
  CHECK_FALSE(TakesAway({nft::AddRule{"untracked-egress-abc", Allow("a"), 0, false}}));
  CHECK(TakesAway({nft::AddRule{"ingress-abc", {{kDrop}, "drop"}, 0, false}}));
  CHECK(TakesAway({nft::AddRule{"ingress-abc", {{}, "empty"}, 0, false}}));
  CHECK(TakesAway({nft::AddRule{"forward", Allow("a"), 0, false}}));
}

TEST_CASE("a deleted rule takes away, unless the same one is added under another comment") {
  CHECK(TakesAway({nft::DeleteRule{"ingress-abc", Allow("a")}}));
  CHECK_FALSE(TakesAway({nft::AddRule{"ingress-abc", Allow("b"), 0, false},
                         nft::DeleteRule{"ingress-abc", Allow("a")}}));
  CHECK(TakesAway({nft::AddRule{"ingress-def", Allow("b"), 0, false},
                   nft::DeleteRule{"ingress-abc", Allow("a")}}));
}

TEST_CASE("new and unused objects take nothing away, tables and base chains may") {
  const nft::Chain group{"ingress-abc", std::nullopt, "", {}};
  const nft::Chain base{"forward", nft::BaseHook{}, "", {}};
  CHECK_FALSE(TakesAway({nft::AddSet{PlainSet()}, nft::DeleteSet{"pods4-def"}}));
  CHECK_FALSE(TakesAway({nft::AddChain{group}, nft::DeleteChain{"ingress-def"}}));
  CHECK_FALSE(
      TakesAway({nft::AddChain{group}, nft::AddRule{"ingress-abc", {{kDrop}, "drop"}, 0, true}}));
  CHECK(TakesAway({nft::AddChain{base}}));
  CHECK(TakesAway({nft::AddTable{}}));
  CHECK(TakesAway({nft::DeleteTable{}}));
}

TEST_CASE("a random change that is said to take nothing away forbids no flow (10.2)") {
  const GeneratorOptions options;
  size_t harmless = 0;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    Random random(seed);
    k8s::Objects objects = RandomObjects(random, options);
    const nft::Ruleset before = WithHandles(CompileFor(objects));
    const std::string what = Mutate(random, objects, options);
    const nft::Ruleset after = CompileFor(objects);
    const nft::ChangeSet change = nft::Diff(before, after);
    if (policy::TakesAway(change)) {
      continue;
    }
    harmless += change.empty() ? 0U : 1U;
    for (int i = 0; i < 40; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      Packet first = FirstPacket(flow);
      Packet later = FirstPacket(flow);
      INFO("seed " << seed << ": " << what << ": " << Explain(objects, flow));
      CHECK((!Passes(before, kForwarded, first) || Passes(after, kForwarded, later)));
    }
  }
  CHECK(harmless > 20);
}

}  // namespace portcullis::test
