// SPDX-License-Identifier: Apache-2.0
//
// See engine_world.h.
#include "tests/policy/engine_world.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/policy/base_chains.h"
#include "controller/policy/live_pods.h"
#include "controller/policy/names.h"
#include "controller/policy/node_addresses.h"
#include "controller/policy/resolve.h"
#include "nft/print.h"

namespace portcullis::test {
namespace {

nft::Set Shape(nft::Set set) {
  set.elements.clear();
  return set;
}

std::string EditSet(const nft::Set& before, const nft::Set& after, nft::Ruleset& table) {
  const auto found = table.sets.find(after.name);
  if (found == table.sets.end() || Shape(before) != Shape(after) ||
      Shape(after) != Shape(found->second)) {
    return "another set " + after.name;
  }
  if (before.elements.empty() && after.elements.empty()) {
    return "no change of set " + after.name;
  }
  for (const auto& [key, element] : before.elements) {
    const auto old = found->second.elements.find(key);
    if (old == found->second.elements.end() || old->second != element) {
      return "removes what is not in set " + after.name;
    }
    found->second.elements.erase(old);
  }
  for (const auto& [key, element] : after.elements) {
    const auto removed = before.elements.find(key);
    const bool same = removed != before.elements.end() && removed->second == element;
    if (same || !found->second.elements.emplace(key, element).second) {
      return "adds what is in set " + after.name;
    }
  }
  return "";
}

std::string ApplySets(const policy::Delta& delta, nft::Ruleset& table) {
  for (const auto& [name, after] : delta.sets_after) {
    const auto before = delta.sets_before.find(name);
    if (before != delta.sets_before.end()) {
      if (auto mistake = EditSet(before->second, after, table); !mistake.empty()) {
        return mistake;
      }
    } else if (!table.sets.emplace(name, after).second) {
      return "a new set " + name + " that is there";
    }
  }
  for (const auto& [name, before] : delta.sets_before) {
    const bool goes = delta.sets_after.count(name) == 0;
    if (goes && (!before.elements.empty() || table.sets.erase(name) == 0)) {
      return "removes set " + name + " wrongly";
    }
  }
  return "";
}

size_t CountLocal(const policy::World& world, const std::string& node) {
  size_t count = 0;
  for (const auto& [key, pod] : world.pods()) {
    count += pod.node_name == node ? 1U : 0U;
  }
  return count;
}

/// REQUIRE, for what is asked a million times.
void Expect(bool holds) {
  if (!holds) {
    FAIL("an answer of the engine differs");
  }
}

std::optional<policy::GroupId> Value(const policy::GroupId* id) {
  return id == nullptr ? std::nullopt : std::optional(*id);
}

/// The node that each address of a host's network belongs to: of several the first by name.
std::map<IpAddress, std::string> NodesOf(const policy::World& world) {
  std::map<IpAddress, std::string> nodes;
  for (const auto& [key, pod] : world.pods()) {
    if (policy::ShowsItsNode(pod)) {
      for (const IpAddress& address : pod.addresses) {
        std::string& name = nodes.try_emplace(address, pod.node_name).first->second;
        name = std::min(name, pod.node_name);
      }
    }
  }
  return nodes;
}

}  // namespace

nft::Ruleset Reference(const policy::World& world, const std::string& node) {
  policy::CompileOptions options;
  options.node_name = node;
  nft::Ruleset ruleset = policy::Compile(world, options);
  for (const nft::Chain& chain :
       policy::BaseChains(options.marks, options.generation, world.pod_ranges())) {
    ruleset.chains.erase(chain.name);
  }
  return ruleset;
}

std::string ApplyDelta(const policy::Delta& delta, nft::Ruleset& table) {
  if (auto mistake = ApplySets(delta, table); !mistake.empty()) {
    return mistake;
  }
  for (const auto& [name, chain] : delta.chains) {
    const auto old = table.chains.find(name);
    const bool is_there = old != table.chains.end();
    if (!chain ? !is_there : is_there && old->second == *chain) {
      return "no change of chain " + name;
    }
    if (chain) {
      table.chains.insert_or_assign(name, *chain);
    } else {
      table.chains.erase(old);
    }
  }
  return "";
}

void EngineWorld::Apply(const policy::Changes& changes) {
  world_.Apply(changes);
  engine_.Apply(changes);
}

void EngineWorld::List(const k8s::Objects& objects) {
  ++list_;
  policy::Changes changes;
  for (const k8s::Pod& pod : objects.pods) {
    changes.pods.objects[pod.meta.key] = {pod, list_};
  }
  for (const k8s::Namespace& ns : objects.namespaces) {
    changes.namespaces.objects[ns.meta.key] = {ns, list_};
  }
  for (const k8s::NetworkPolicy& policy : objects.policies) {
    changes.policies.objects[policy.meta.key] = {policy, list_};
  }
  changes.pods.complete_list = list_;
  changes.namespaces.complete_list = list_;
  changes.policies.complete_list = list_;
  Apply(changes);
}

policy::Delta EngineWorld::Check() {
  policy::Delta delta = engine_.TakeDelta();
  Compare(ApplyDelta(delta, table_));
  return delta;
}

void EngineWorld::CheckWhole() {
  table_ = engine_.TakeWhole();
  Compare("");
}

void EngineWorld::Compare(const std::string& mistake) const {
  REQUIRE(engine_.pods() == world_.pods().size());
  REQUIRE(engine_.namespaces() == world_.namespaces().size());
  REQUIRE(engine_.policies() == world_.policies().size());
  REQUIRE(engine_.local_pods() == CountLocal(world_, node_));
  CompareAnswers();
  const nft::Ruleset want = Reference(world_, node_);
  if (!mistake.empty() || table_ != want) {
    FAIL(node_ << ": " << mistake << "\n--- engine\n"
               << nft::Print(table_) << "--- reference\n"
               << nft::Print(want));
  }
}

/// What is asked of the engine for people, as the reference's parts say it.
void EngineWorld::CompareAnswers() const {
  const policy::Resolved resolved = policy::Resolve(world_, node_);
  std::vector<k8s::ObjectKey> local;
  for (const auto& [pod, addresses] : policy::LivePods(world_)) {
    for (const IpAddress& address : addresses) {
      Expect(engine_.FindPod(address) == pod->meta.key);
      const auto subject = resolved.subjects.find(address);
      const bool isolated = subject != resolved.subjects.end();
      Expect(Value(engine_.FindGroup(address, policy::Direction::kEgress)) ==
             (isolated ? subject->second.egress : std::nullopt));
      Expect(Value(engine_.FindGroup(address, policy::Direction::kIngress)) ==
             (isolated ? subject->second.ingress : std::nullopt));
    }
    if (pod->node_name == node_) {
      local.push_back(pod->meta.key);
    }
  }
  std::vector<k8s::ObjectKey> told;
  for (const policy::Engine::LocalPod& pod : engine_.LocalPods()) {
    told.push_back(pod.key);
    for (const IpAddress& address : pod.addresses) {
      Expect(engine_.FindPod(address) == pod.key);
      Expect(engine_.FindGroup(address, policy::Direction::kIngress) == pod.ingress);
      Expect(engine_.FindGroup(address, policy::Direction::kEgress) == pod.egress);
    }
  }
  Expect(told == local);
  for (const auto& [id, group] : resolved.groups) {
    const policy::GroupId* found =
        engine_.FindGroup(policy::GroupChainName(id, policy::Tracking::kUntracked));
    Expect(found == engine_.FindGroup(policy::GroupChainName(id, policy::Tracking::kTracked)));
    Expect(Value(found) == id);
  }
  for (const auto& [address, name] : NodesOf(world_)) {
    const std::string* found = engine_.FindNode(address);
    Expect(found != nullptr);
    Expect(*found == name);
  }
  Expect(engine_.FindNode(*IpAddress::Parse("198.51.100.1")) == nullptr);
  Expect(engine_.FindGroup("ingress-none") == nullptr);
}

}  // namespace portcullis::test
