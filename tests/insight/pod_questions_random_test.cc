// SPDX-License-Identifier: Apache-2.0
//
// What the engine says of the pods there are, on random worlds and through random changes: against
// a look at every pod. PORTCULLIS_SEED and PORTCULLIS_ITERATIONS override the defaults.
#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/policy/engine.h"
#include "controller/policy/live_pods.h"
#include "controller/policy/pod_questions.h"
#include "controller/policy/selector.h"
#include "tests/policy/builders.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

using policy::PodScope;

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20261126);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 1000);

/// Looks at every pod.
class SlowQuestions {
 public:
  explicit SlowQuestions(const k8s::Objects& objects)
      : world_(objects),
        pods_(policy::LivePods(world_)) {}

  [[nodiscard]] bool AnyPod(const PodScope& scope) const {
    return Any(scope, [](const policy::LivePod& /*pod*/) { return true; });
  }

  [[nodiscard]] bool AnyPodWithPort(const PodScope& scope,
                                    const std::string& name,
                                    k8s::Protocol protocol,
                                    const k8s::IpBlock* block) const {
    return Any(scope, [&](const policy::LivePod& pod) {
      const auto& ports = pod.pod->ports;
      return std::any_of(ports.begin(),
                         ports.end(),
                         [&](const k8s::ContainerPort& port) {
                           return port.name == name && port.protocol == protocol;
                         }) &&
             (block == nullptr || IsInside(pod, *block));
    });
  }

  [[nodiscard]] bool AnyNamespace(const k8s::LabelSelector& selector) const {
    const auto& namespaces = world_.namespaces();
    return std::any_of(namespaces.begin(), namespaces.end(), [&](const auto& ns) {
      return policy::Matches(selector, ns.second.meta.labels);
    });
  }

 private:
  template <typename Fits>
  [[nodiscard]] bool Any(const PodScope& scope, const Fits& fits) const {
    return std::any_of(pods_.begin(), pods_.end(), [&](const policy::LivePod& pod) {
      return IsInScope(*pod.pod, scope) && fits(pod);
    });
  }

  [[nodiscard]] bool IsInScope(const k8s::Pod& pod, const PodScope& scope) const {
    const auto* id = std::get_if<policy::PeerSelectorId>(&scope);
    if (id == nullptr) {
      return true;
    }
    if (!policy::Matches(id->pod_selector, pod.meta.labels)) {
      return false;
    }
    if (id->ns) {
      return pod.meta.key.ns == *id->ns;
    }
    const auto ns = world_.namespaces().find({"", pod.meta.key.ns});
    return ns != world_.namespaces().end() &&
           policy::Matches(id->namespace_selector, ns->second.meta.labels);
  }

  static bool IsInside(const policy::LivePod& pod, const k8s::IpBlock& block) {
    return std::any_of(pod.addresses.begin(), pod.addresses.end(), [&](const IpAddress& address) {
      return block.cidr.Contains(address) &&
             std::none_of(block.except.begin(), block.except.end(), [&](const Cidr& except) {
               return except.Contains(address);
             });
    });
  }

  policy::World world_;
  std::vector<policy::LivePod> pods_;
};

/// Every scope that the policies of the world ask about, and every pod.
std::vector<PodScope> ScopesOf(const k8s::Objects& objects) {
  std::vector<PodScope> scopes = {policy::EveryPod{}};
  for (const k8s::NetworkPolicy& each : objects.policies) {
    scopes.emplace_back(policy::PeerSelectorId{each.meta.key.ns, {}, each.pod_selector});
    for (const auto* rules : {&each.ingress, &each.egress}) {
      for (const k8s::PolicyRule& rule : *rules) {
        for (const k8s::Peer& peer : rule.peers.value_or(std::vector<k8s::Peer>())) {
          const auto* pods = std::get_if<k8s::PodPeer>(&peer);
          const auto id =
              pods == nullptr ? std::nullopt : policy::IdentityOf(*pods, each.meta.key.ns);
          if (id) {
            scopes.emplace_back(*id);
          }
        }
      }
    }
  }
  return scopes;
}

/// How many of the questions were answered with yes and no.
struct Tally {
  size_t yes = 0;
  size_t no = 0;

  void Add(bool answer) { ++(answer ? yes : no); }
};

void Compare(const k8s::Objects& objects,
             const policy::Engine& engine,
             const GeneratorOptions& options,
             Tally& tally) {
  const SlowQuestions slow(objects);
  const policy::PodQuestions fast = engine.questions();
  const k8s::IpBlock block{Block("10.0.0.0/28"), {Block("10.0.0.0/30")}};
  for (const PodScope& scope : ScopesOf(objects)) {
    const bool any = slow.AnyPod(scope);
    REQUIRE(fast.AnyPod(scope) == any);
    tally.Add(any);
    for (const std::string& name : options.port_names) {
      for (const auto protocol : {k8s::Protocol::kTcp, k8s::Protocol::kUdp}) {
        for (const k8s::IpBlock* within : {static_cast<const k8s::IpBlock*>(nullptr), &block}) {
          const bool has = slow.AnyPodWithPort(scope, name, protocol, within);
          REQUIRE(fast.AnyPodWithPort(scope, name, protocol, within) == has);
          tally.Add(has);
        }
      }
    }
    if (const auto* id = std::get_if<policy::PeerSelectorId>(&scope)) {
      REQUIRE(fast.AnyNamespace(id->namespace_selector) ==
              slow.AnyNamespace(id->namespace_selector));
    }
  }
}

}  // namespace

TEST_CASE("The engine knows of every selector and port name whether a pod has it (6.7, 3.2)") {
  const GeneratorOptions options;
  Tally tally;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    INFO("PORTCULLIS_SEED=" << seed);
    Random random(seed);
    k8s::Objects objects = RandomObjects(random, options);
    policy::Engine engine(kNode);
    uint32_t list = 0;
    for (int step = 0; step < 3; ++step) {
      policy::Changes changes = policy::EverythingOf(objects);
      ++list;
      const auto number = [list](auto& kind) {
        for (auto& [key, change] : kind.objects) {
          change.list = list;
        }
        kind.complete_list = list;
      };
      number(changes.pods);
      number(changes.namespaces);
      number(changes.policies);
      engine.Apply(std::move(changes));
      Compare(objects, engine, options, tally);
      (void)Mutate(random, objects, options);
    }
  }
  CHECK(tally.yes > kWorlds);
  CHECK(tally.no > kWorlds);
}

}  // namespace portcullis::test
