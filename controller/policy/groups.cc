// SPDX-License-Identifier: Apache-2.0
//
// See groups.h.
#include "controller/policy/groups.h"

#include <algorithm>
#include <utility>

namespace portcullis::policy {
namespace {

constexpr Direction kDirections[] = {Direction::kEgress, Direction::kIngress};

size_t IndexOf(Direction direction) {
  return static_cast<size_t>(direction);
}

std::shared_ptr<const GroupChains> ChainNames(const GroupId& id) {
  return std::make_shared<const GroupChains>(GroupChains{GroupChainName(id, Tracking::kTracked),
                                                         GroupChainName(id, Tracking::kUntracked)});
}

void WriteChains(const std::map<std::string, nft::Chain>& before,
                 const std::map<std::string, nft::Chain>& after,
                 Delta& delta) {
  for (const auto& [name, chain] : before) {
    if (after.count(name) == 0) {
      delta.chains.insert_or_assign(name, std::nullopt);
    }
  }
  for (const auto& [name, chain] : after) {
    const auto old = before.find(name);
    if (old == before.end() || old->second != chain) {
      delta.chains.insert_or_assign(name, chain);
    }
  }
}

}  // namespace

Groups::Groups(PodClasses& classes,
               const PolicyIndex& policies,
               NamedPorts& ports,
               PodSets& sets,
               LogGroup denied_log)
    : classes_(classes),
      policies_(policies),
      ports_(ports),
      sets_(sets),
      denied_log_(denied_log) {}

void Groups::ForgetClass(uint32_t pod_class) {
  dirty_classes_.erase(pod_class);
  const auto found = of_class_.find(pod_class);
  if (found == of_class_.end()) {
    return;
  }
  for (const uint32_t group : ByDirection(found->second)) {
    if (group != kNone) {
      Leave(pod_class, group);
    }
  }
  of_class_.erase(pod_class);
}

void Groups::TouchPolicy(const k8s::ObjectKey& key, const std::vector<uint32_t>& selected) {
  if (!selected.empty()) {
    changed_policies_.insert(key);
    dirty_classes_.insert(selected.begin(), selected.end());
  }
}

std::vector<uint32_t> Groups::Settle(Delta* delta) {
  departed_.clear();
  std::vector<uint32_t> moved;
  for (const uint32_t pod_class : std::exchange(dirty_classes_, {})) {
    if (UpdateClass(pod_class)) {
      moved.push_back(pod_class);
    }
  }
  changed_policies_.clear();
  for (const uint32_t group : ports_.TakeChanged()) {
    groups_[group].rules_dirty = true;
    dirty_groups_.insert(group);
  }
  for (const uint32_t group : std::exchange(dirty_groups_, {})) {
    SettleGroup(group, delta);
  }
  static_sets_.Settle(delta);
  sets_.Settle(delta);
  return moved;
}

/// Whether it is in other groups than before.
bool Groups::UpdateClass(uint32_t pod_class) {
  bool moved = false;
  for (const Direction direction : kDirections) {
    moved = Move(pod_class, direction) || moved;
  }
  return moved;
}

bool Groups::Move(uint32_t pod_class, Direction direction) {
  const uint32_t before = Of(pod_class, direction);
  const auto wanted = WantedGroup(pod_class, direction);
  if (before != kNone && wanted == groups_[before].id) {
    State& state = groups_[before];
    state.members_dirty = true;
    state.rules_dirty = state.rules_dirty || HasChangedPolicy(state);
    dirty_groups_.insert(before);
    return false;
  }
  if (before != kNone) {
    Leave(pod_class, before);
  }
  if (wanted) {
    Join(pod_class, GroupOf(*wanted));
  }
  return before != kNone || wanted;
}

std::optional<GroupId> Groups::WantedGroup(uint32_t pod_class, Direction direction) const {
  if (!classes_[pod_class].live()) {
    return std::nullopt;
  }
  return policy::GroupOf(direction, policies_.Selecting(pod_class, direction));
}

uint32_t Groups::GroupOf(const GroupId& id) {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) {
    return found->second;
  }
  State state;
  state.id = id;
  state.chains = ChainNames(id);
  state.rules_dirty = true;
  const std::shared_ptr<const GroupChains> chains = state.chains;
  const uint32_t group = groups_.Add(std::move(state));
  by_id_.emplace(id, group);
  for (const std::string& chain : *chains) {
    by_chain_.emplace(chain, group);
  }
  return group;
}

void Groups::Join(uint32_t pod_class, uint32_t group) {
  State& state = groups_[group];
  state.classes.insert(pod_class);
  state.members_dirty = true;
  state.rules_dirty = state.rules_dirty || HasChangedPolicy(state);
  dirty_groups_.insert(group);
  of_class_.try_emplace(pod_class, ByDirection{kNone, kNone})
      .first->second[IndexOf(state.id.direction)] = group;
}

void Groups::Leave(uint32_t pod_class, uint32_t group) {
  State& state = groups_[group];
  state.classes.erase(pod_class);
  state.members_dirty = true;
  dirty_groups_.insert(group);
  of_class_.at(pod_class)[IndexOf(state.id.direction)] = kNone;
}

bool Groups::HasChangedPolicy(const State& state) const {
  return !changed_policies_.empty() &&
         std::any_of(
             state.id.policies.begin(), state.id.policies.end(), [this](const k8s::ObjectKey& key) {
               return changed_policies_.count(key) != 0;
             });
}

void Groups::SettleGroup(uint32_t group, Delta* delta) {
  State& state = groups_[group];
  if (state.classes.empty()) {
    DropGroup(group, delta);
    return;
  }
  std::set<Family> families = FamiliesOf(state);
  const bool members_matter = state.asks_members_for_ports || families != state.families;
  if (state.rules_dirty || (state.members_dirty && members_matter)) {
    state.families = std::move(families);
    Render(group, delta);
  }
  state.rules_dirty = false;
  state.members_dirty = false;
}

std::set<Family> Groups::FamiliesOf(const State& state) const {
  std::set<Family> families;
  for (const uint32_t pod_class : state.classes) {
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      if (classes_[pod_class].owned[static_cast<size_t>(family)] != 0) {
        families.insert(family);
      }
    }
  }
  return families;
}

Group Groups::Describe(uint32_t group) {
  const State& state = groups_[group];
  Group description;
  description.families = state.families;
  const auto numbers = [&](const PodScope& scope, const std::string& name, k8s::Protocol protocol) {
    return Numbers(group, scope, name, protocol);
  };
  for (const k8s::ObjectKey& key : state.id.policies) {
    AddAllowances(*policies_.Find(key), state.id.direction, numbers, description);
  }
  return description;
}

std::set<uint16_t> Groups::Numbers(uint32_t group,
                                   const PodScope& scope,
                                   const std::string& name,
                                   k8s::Protocol protocol) {
  State& state = groups_[group];
  if (std::holds_alternative<LocalPods>(scope)) {
    state.asks_members_for_ports = true;
    return NumbersOfMembers(state, name, protocol);
  }
  const uint32_t query = ports_.Acquire({scope, name, protocol}, group);
  if (!state.queries.insert(query).second) {
    ports_.Release(query, group);
  }
  return ports_.NumbersOf(query);
}

std::set<uint16_t> Groups::NumbersOfMembers(const State& state,
                                            const std::string& name,
                                            k8s::Protocol protocol) const {
  std::set<uint16_t> numbers;
  for (const uint32_t pod_class : state.classes) {
    for (const NamedPort& port : classes_.PortsOf(pod_class)) {
      if (port.protocol == protocol && classes_.TextOf(port.name) == name) {
        numbers.insert(port.number);
      }
    }
  }
  return numbers;
}

void Groups::Render(uint32_t group, Delta* delta) {
  State& state = groups_[group];
  const auto queries = std::exchange(state.queries, {});
  state.asks_members_for_ports = false;
  GroupTable table = RenderGroup(state.id, Describe(group), denied_log_);
  ReleaseQueries(group, queries);
  Show(group, std::move(table), delta);
}

void Groups::Show(uint32_t group, GroupTable table, Delta* delta) {
  ShowChains(groups_[group], std::move(table.chains), delta);
  ShowSets(groups_[group], std::move(table.sets), table.pod_sets);
}

void Groups::ShowChains(State& state, std::vector<nft::Chain> chains, Delta* delta) {
  const auto before = std::exchange(state.rendered, {});
  for (nft::Chain& chain : chains) {
    std::string name = chain.name;
    state.rendered.emplace(std::move(name), std::move(chain));
  }
  if (delta != nullptr) {
    WriteChains(before, state.rendered, *delta);
  }
}

/// What stays is acquired before it is released, so that no set goes and comes again.
void Groups::ShowSets(State& state,
                      std::vector<nft::Set> static_sets,
                      const std::vector<PodSet>& pod_sets) {
  const auto static_before = std::exchange(state.static_sets, {});
  for (nft::Set& set : static_sets) {
    state.static_sets.push_back(set.name);
    static_sets_.Acquire(std::move(set));
  }
  for (const std::string& name : static_before) {
    static_sets_.Release(name);
  }
  const auto pods_before = std::exchange(state.pod_sets, {});
  for (const PodSet& set : pod_sets) {
    state.pod_sets.push_back(sets_.Acquire(set));
  }
  for (const uint32_t set : pods_before) {
    sets_.Release(set);
  }
}

void Groups::ReleaseQueries(uint32_t group, const std::set<uint32_t>& queries) {
  for (const uint32_t query : queries) {
    ports_.Release(query, group);
  }
}

void Groups::DropGroup(uint32_t group, Delta* delta) {
  ReleaseQueries(group, std::exchange(groups_[group].queries, {}));
  Show(group, {}, delta);
  for (const std::string& chain : *groups_[group].chains) {
    by_chain_.erase(chain);
  }
  by_id_.erase(groups_[group].id);
  departed_.push_back(std::move(groups_[group].id));
  groups_.Remove(group);
}

void Groups::WriteAll(nft::Ruleset& ruleset) const {
  for (const auto& [id, group] : by_id_) {
    ruleset.chains.insert(groups_[group].rendered.begin(), groups_[group].rendered.end());
  }
  static_sets_.WriteAll(ruleset.sets);
}

uint32_t Groups::Of(uint32_t pod_class, Direction direction) const {
  const auto found = of_class_.find(pod_class);
  return found == of_class_.end() ? kNone : found->second[IndexOf(direction)];
}

std::shared_ptr<const GroupChains> Groups::ChainsOf(uint32_t pod_class, Direction direction) const {
  const uint32_t group = Of(pod_class, direction);
  return group == kNone ? nullptr : groups_[group].chains;
}

const GroupId* Groups::IdOf(uint32_t pod_class, Direction direction) const {
  const uint32_t group = Of(pod_class, direction);
  return group == kNone ? nullptr : &groups_[group].id;
}

const GroupId* Groups::FindByChain(std::string_view chain) const {
  const auto found = by_chain_.find(chain);
  return found == by_chain_.end() ? nullptr : &groups_[found->second].id;
}

}  // namespace portcullis::policy
