// SPDX-License-Identifier: Apache-2.0
//
// Kernel checks on random worlds: the table that the policies ask for always agrees, and one that
// has lost a rule agrees nowhere where the packet fares otherwise than the oracle says.
// PORTCULLIS_SEED and PORTCULLIS_ITERATIONS override the defaults.
#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/insight/kernel_check.h"
#include "tests/policy/builders.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {
namespace {

using insight::Directory;
using insight::End;
using insight::Explanation;
using insight::Reach;

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20261126);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 1000) / 2;
constexpr int kFlowsPerWorld = 20;

/// Takes a rule out of some chain, if the chain that was drawn has one.
nft::Ruleset Damaged(Random& random, nft::Ruleset ruleset) {
  auto chain = ruleset.chains.begin();
  std::advance(chain, static_cast<std::ptrdiff_t>(random.Below(ruleset.chains.size())));
  auto& rules = chain->second.rules;
  if (!rules.empty()) {
    rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(random.Below(rules.size())));
  }
  return ruleset;
}

/// What the oracle says of the sides that kNode judges.
bool Expected(const k8s::Objects& objects, const Connection& flow) {
  const auto is_here = [&](const IpAddress& address) {
    const k8s::Pod* pod = PodAt(objects, address);
    return pod != nullptr && pod->node_name == kNode;
  };
  return (!is_here(flow.source) || EgressAnswer(objects, flow).allowed) &&
         (!is_here(flow.destination) || IngressAnswer(objects, flow).allowed);
}

}  // namespace

TEST_CASE("a table agrees only where it does with the packet what the oracle says") {
  const GeneratorOptions options;
  size_t differ = 0;
  size_t judged = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const policy::World world(objects);
    const Directory directory(world);
    const Reach reach(world);
    const nft::Ruleset wanted = CompileFor(objects);
    const nft::Ruleset damaged = Damaged(random, wanted);
    for (int i = 0; i < kFlowsPerWorld; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      INFO("PORTCULLIS_SEED=" << seed << "\n" << Explain(objects, flow));
      const End from = directory.Find(flow.source).value();
      const End to = directory.Find(flow.destination).value();
      if (from.kind == End::Kind::kHostPod || to.kind == End::Kind::kHostPod ||
          from.kind == End::Kind::kNode || to.kind == End::Kind::kNode) {
        continue;  // The node's own traffic goes other ways; kernel_check_test.cc has it.
      }
      const Explanation explanation =
          insight::Explain(
              world, directory, reach, {from, to, {flow.protocol, flow.port, ""}, std::nullopt})
              .value();
      REQUIRE(CheckKernel(explanation, kNode, wanted, wanted).agrees());
      const auto check = CheckKernel(explanation, kNode, damaged, wanted);
      const auto& pair = check.pairs.at(0);
      if (pair.sides.empty()) {
        continue;
      }
      Packet packet = FirstPacket(flow);
      const bool passes = Passes(damaged, kForwarded, packet);
      ++judged;
      REQUIRE(pair.passes == passes);
      const bool all_sides = std::all_of(
          pair.sides.begin(), pair.sides.end(), [](const auto& side) { return side.agrees(); });
      REQUIRE(check.agrees() == (all_sides && passes == Expected(objects, flow)));
      differ += check.agrees() ? 0U : 1U;
    }
  }
  CHECK(judged > kWorlds * 5);
  CHECK(differ > kWorlds / 20);
}

}  // namespace portcullis::test
