// SPDX-License-Identifier: Apache-2.0
//
// See engine_world.h.
#include "tests/policy/engine_world.h"

#include <catch2/catch.hpp>

#include "controller/policy/base_chains.h"
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

}  // namespace

nft::Ruleset Reference(const policy::World& world, const std::string& node) {
  policy::CompileOptions options;
  options.node_name = node;
  nft::Ruleset ruleset = policy::Compile(world, options);
  for (const nft::Chain& chain : policy::BaseChains(options.marks, options.generation)) {
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
  const nft::Ruleset want = Reference(world_, node_);
  if (!mistake.empty() || table_ != want) {
    FAIL(node_ << ": " << mistake << "\n--- engine\n"
               << nft::Print(table_) << "--- reference\n"
               << nft::Print(want));
  }
}

}  // namespace portcullis::test
