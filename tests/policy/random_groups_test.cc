// SPDX-License-Identifier: Apache-2.0
//
// Worlds in which many policies select the same pods, so that their groups are merged: the same
// laws as in random_worlds_test and revocation_test, which hardly ever meet such groups.
// PORTCULLIS_SEED and PORTCULLIS_ITERATIONS override the defaults; a failure prints its seed.
#include <string>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "controller/policy/revocation.h"
#include "nft/diff.h"
#include "nft/print.h"
#include "tests/policy/builders.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20261126);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 1000) / 4;
constexpr int kFlowsPerWorld = 60;

GeneratorOptions Options() {
  GeneratorOptions options;
  options.namespaces = {"x", "y"};
  options.ports = {53, 80, 81, 82, 443, 8080};
  return options;
}

/// A world with policies enough for large groups.
k8s::Objects Crowded(Random& random, const GeneratorOptions& options) {
  k8s::Objects objects = RandomObjects(random, options);
  const size_t count = 6 + random.Below(20);
  for (size_t i = 0; i < count; ++i) {
    objects.policies.push_back(RandomPolicy(random, objects, options, "crowd" + std::to_string(i)));
  }
  return objects;
}

bool HasCells(const nft::Ruleset& ruleset) {
  for (const auto& [name, chain] : ruleset.chains) {
    if (name.ends_with("-denied")) {
      return true;
    }
  }
  return false;
}

bool Expected(const k8s::Objects& objects, const Connection& flow) {
  const k8s::Pod* source = PodAt(objects, flow.source);
  const k8s::Pod* destination = PodAt(objects, flow.destination);
  const bool judges_egress = source != nullptr && source->node_name == kNode;
  const bool judges_ingress = destination != nullptr && destination->node_name == kNode;
  return (!judges_egress || EgressAnswer(objects, flow).allowed) &&
         (!judges_ingress || IngressAnswer(objects, flow).allowed);
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

TEST_CASE("merged groups decide as the oracle says, by entry and by header (0)") {
  const GeneratorOptions options = Options();
  size_t merged = 0;
  size_t allowed = 0;
  size_t denied = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = Crowded(random, options);
    const nft::Ruleset ruleset = CompileFor(objects);
    merged += HasCells(ruleset) ? 1U : 0U;
    for (int i = 0; i < kFlowsPerWorld; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      const bool expected = Expected(objects, flow);
      ++(expected ? allowed : denied);
      Packet tracked = FirstPacket(flow);
      Packet untracked = FirstPacket(flow);
      untracked.entry.reset();
      untracked.untracked = true;
      const bool is_self = flow.source == flow.destination;  // Exempt by its entry alone (9.4).
      if (Passes(ruleset, kForwarded, tracked) != expected ||
          (!is_self && Passes(ruleset, kForwarded, untracked) != expected)) {
        FAIL("PORTCULLIS_SEED=" << seed << "\n"
                                << Explain(objects, flow) << "\n"
                                << nft::Print(ruleset));
      }
    }
  }
  CHECK(merged > kWorlds / 3);
  CHECK(allowed > kWorlds * 5);
  CHECK(denied > kWorlds * 5);
}

TEST_CASE("an invalid packet passes a merged group only where every such first packet would") {
  const GeneratorOptions options = Options();
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = Crowded(random, options);
    const nft::Ruleset ruleset = CompileFor(objects);
    for (int i = 0; i < kFlowsPerWorld / 4; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      Packet packet = FirstPacket(flow);
      packet.entry.reset();
      INFO("PORTCULLIS_SEED=" << seed << "\n" << Explain(objects, flow));
      CHECK((!Passes(ruleset, kForwarded, packet) || Expected(objects, flow)));
    }
  }
}

TEST_CASE("a change of a merged group that is said to take nothing away forbids no flow (10.2)") {
  const GeneratorOptions options = Options();
  size_t harmless = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    k8s::Objects objects = Crowded(random, options);
    nft::Ruleset before = WithHandles(CompileFor(objects));
    for (int change = 0; change < 4; ++change) {
      const std::string what = MutateLabelsOrPolicies(random, objects, options);
      nft::Ruleset after = WithHandles(CompileFor(objects));
      const nft::ChangeSet changes = nft::Diff(before, after);
      if (!policy::TakesAway(changes)) {
        harmless += changes.empty() ? 0U : 1U;
        for (int i = 0; i < kFlowsPerWorld; ++i) {
          const Connection flow = RandomConnection(random, objects, options);
          Packet first = FirstPacket(flow);
          Packet later = FirstPacket(flow);
          INFO("PORTCULLIS_SEED=" << seed << ": " << what << ": " << Explain(objects, flow));
          CHECK((!Passes(before, kForwarded, first) || Passes(after, kForwarded, later)));
        }
      }
      before = std::move(after);
    }
  }
  CHECK(harmless > kWorlds / 50);
}

}  // namespace portcullis::test
