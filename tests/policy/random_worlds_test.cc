// SPDX-License-Identifier: Apache-2.0
//
// Random worlds and flows: what the compiled table does must be what the oracle says, and must not
// depend on how the objects came. PORTCULLIS_SEED and PORTCULLIS_ITERATIONS override the defaults;
// a failure prints the seed of its world.
#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "controller/policy/compile.h"
#include "controller/policy/names.h"
#include "controller/policy/world.h"
#include "nft/print.h"
#include "tests/policy/builders.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {
namespace {

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20260101);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 1000);
constexpr int kFlowsPerWorld = 40;

std::string Describe(const k8s::Objects& objects, const GeneratorOptions& options) {
  std::string text;
  for (const std::string& node : options.nodes) {
    text += "--- " + node + "\n" + nft::Print(CompileFor(objects, node));
  }
  return text;
}

bool PassesOn(const nft::Ruleset& ruleset,
              const std::vector<nft::Hook>& path,
              const Connection& connection) {
  Packet packet = FirstPacket(connection);
  return Passes(ruleset, path, packet);
}

/// The verdict of a node is that of the sides whose pods it has.
bool ExpectedOn(const std::string& node, const k8s::Objects& objects, const Connection& flow) {
  const k8s::Pod* source = PodAt(objects, flow.source);
  const k8s::Pod* destination = PodAt(objects, flow.destination);
  const bool judges_egress = source != nullptr && source->node_name == node;
  const bool judges_ingress = destination != nullptr && destination->node_name == node;
  return (!judges_egress || EgressAnswer(objects, flow).allowed) &&
         (!judges_ingress || IngressAnswer(objects, flow).allowed);
}

/// Whether audited policies of the sides that the node judges would deny what it lets pass. Egress
/// is judged first, and what it drops is asked nothing more.
bool WouldBeDeniedOn(const std::string& node, const k8s::Objects& objects, const Connection& flow) {
  const k8s::Pod* source = PodAt(objects, flow.source);
  const k8s::Pod* destination = PodAt(objects, flow.destination);
  const bool judges_egress = source != nullptr && source->node_name == node;
  const bool judges_ingress = destination != nullptr && destination->node_name == node;
  const bool dropped = judges_egress && !EgressAnswer(objects, flow).allowed;
  return (judges_egress && EgressWouldDeny(objects, flow)) ||
         (judges_ingress && !dropped && IngressWouldDeny(objects, flow));
}

/// Whether the first packet comes to the end of an audited group's chains.
bool IsToldOf(const nft::Ruleset& ruleset, const Connection& flow) {
  Packet packet = FirstPacket(flow);
  const auto walk = nft::WalkThrough(ruleset, kForwarded, packet).value();
  return std::any_of(walk.steps.begin(), walk.steps.end(), [](const nft::Step& step) {
    return step.matched && !step.verdict && policy::IsAuditChain(step.chain->name) &&
           step.rule == &step.chain->rules.back();
  });
}

template <typename T>
void Shuffle(Random& random, std::vector<T>& items) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[random.Below(i)]);
  }
}

}  // namespace

TEST_CASE("a forwarded flow passes each node exactly as the oracle says (0, 8.10)") {
  const GeneratorOptions options;
  size_t allowed = 0;
  size_t denied = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    for (const std::string& node : options.nodes) {
      const nft::Ruleset ruleset = CompileFor(objects, node);
      for (int i = 0; i < kFlowsPerWorld; ++i) {
        const Connection flow = RandomConnection(random, objects, options);
        const bool expected = ExpectedOn(node, objects, flow);
        ++(expected ? allowed : denied);
        if (PassesOn(ruleset, kForwarded, flow) != expected) {
          FAIL("PORTCULLIS_SEED=" << seed << " on " << node << "\n"
                                  << Explain(objects, flow) << "\n"
                                  << Describe(objects, options));
        }
      }
    }
  }
  // A generator that no longer meets both answers would prove nothing.
  CHECK(allowed > kWorlds * 10);
  CHECK(denied > kWorlds * 5);
}

TEST_CASE("what audited policies would deny is told, flow by flow, as the oracle says (12.3)") {
  GeneratorOptions options;
  options.audited = 60;
  size_t told = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds / 2; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const nft::Ruleset ruleset = CompileFor(objects);
    for (int i = 0; i < kFlowsPerWorld; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      const bool expected = WouldBeDeniedOn(kNode, objects, flow);
      told += expected ? 1U : 0U;
      if (IsToldOf(ruleset, flow) != expected) {
        FAIL("PORTCULLIS_SEED=" << seed << "\n"
                                << Explain(objects, flow) << "\n"
                                << Explain(Enforced(objects), flow) << "\n"
                                << Describe(objects, options));
      }
    }
  }
  CHECK(told > kWorlds);
}

TEST_CASE("a flow to the pod's own node is judged by its egress policies alone (9.2)") {
  const GeneratorOptions options;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const nft::Ruleset ruleset = CompileFor(objects);
    for (int i = 0; i < kFlowsPerWorld / 4; ++i) {
      Connection flow = RandomConnection(random, objects, options);
      flow.destination = Ip(flow.source.family() == Family::kIpv4 ? "192.0.2.1" : "2001:db8::1");
      if (PassesOn(ruleset, kToNode, flow) != ExpectedOn(kNode, objects, flow)) {
        FAIL("PORTCULLIS_SEED=" << seed << "\n"
                                << Explain(objects, flow) << "\n"
                                << Describe(objects, options));
      }
    }
  }
}

TEST_CASE("untracked packets are judged by their headers as first packets are") {
  const GeneratorOptions options;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const nft::Ruleset ruleset = CompileFor(objects);
    for (int i = 0; i < kFlowsPerWorld / 4; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      Packet packet = FirstPacket(flow);
      packet.entry.reset();
      packet.untracked = true;
      const bool is_self = flow.source == flow.destination;  // Exempt by its entry alone (9.4).
      if (!is_self && Passes(ruleset, kForwarded, packet) != ExpectedOn(kNode, objects, flow)) {
        FAIL("PORTCULLIS_SEED=" << seed << "\n"
                                << Explain(objects, flow) << "\n"
                                << Describe(objects, options));
      }
    }
  }
}

TEST_CASE("an invalid packet passes only where every such first packet would") {
  const GeneratorOptions options;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const nft::Ruleset ruleset = CompileFor(objects);
    for (int i = 0; i < kFlowsPerWorld / 4; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      Packet packet = FirstPacket(flow);
      packet.entry.reset();
      if (Passes(ruleset, kForwarded, packet) && !ExpectedOn(kNode, objects, flow)) {
        FAIL("PORTCULLIS_SEED=" << seed << "\n"
                                << Explain(objects, flow) << "\n"
                                << Describe(objects, options));
      }
    }
  }
}

TEST_CASE("the order, repetition and splitting of events do not show in the table (10.5)") {
  const GeneratorOptions options;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds / 10; ++seed) {
    Random random(seed);
    k8s::Objects objects = RandomObjects(random, options);
    policy::World grown(objects);
    for (uint32_t list = 1; list <= 8; ++list) {
      INFO("PORTCULLIS_SEED=" << seed << ": " << Mutate(random, objects, options));
      policy::Changes replaced;
      policy::Changes twice;
      replaced.pods.complete_list = list;
      replaced.namespaces.complete_list = list;
      replaced.policies.complete_list = list;
      for (const k8s::Pod& pod : objects.pods) {
        (random.Chance(50) ? replaced : twice).pods.objects[pod.meta.key] = {pod, list};
        twice.pods.objects[pod.meta.key] = {pod, list};
      }
      for (const k8s::Namespace& ns : objects.namespaces) {
        twice.namespaces.objects[ns.meta.key] = {ns, list};
      }
      for (const k8s::NetworkPolicy& policy : objects.policies) {
        twice.policies.objects[policy.meta.key] = {policy, list};
      }
      twice.policies.objects[{"gone", "before"}] = {std::nullopt, list};
      grown.Apply(replaced);
      grown.Apply(twice);
      grown.Apply(twice);
      k8s::Objects shuffled = objects;
      Shuffle(random, shuffled.pods);
      Shuffle(random, shuffled.namespaces);
      Shuffle(random, shuffled.policies);
      policy::CompileOptions compile_options;
      compile_options.node_name = kNode;
      const std::string want = nft::Print(CompileFor(shuffled));
      REQUIRE(nft::Print(policy::Compile(grown, compile_options)) == want);
    }
  }
}

}  // namespace portcullis::test
