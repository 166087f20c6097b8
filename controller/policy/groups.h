// SPDX-License-Identifier: Apache-2.0
//
// The policy groups of the node: which class of local pods is in which, and what each has in the
// table. A group is rendered anew (group_table.h) when something that it depends on has changed,
// and only what comes out differently is told. Pure. Between policy_index.h and engine.cc.
#ifndef PORTCULLIS_CONTROLLER_POLICY_GROUPS_H_
#define PORTCULLIS_CONTROLLER_POLICY_GROUPS_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/delta.h"
#include "controller/policy/denied_log.h"
#include "controller/policy/group_table.h"
#include "controller/policy/named_ports.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/pod_sets.h"
#include "controller/policy/policy_index.h"
#include "controller/policy/static_sets.h"

namespace portcullis::policy {

/// The chains of a group that the dispatch maps lead to, by Tracking.
using GroupChains = std::array<std::string, 2>;

class Groups {
 public:
  /// All must outlive it.
  Groups(PodClasses& classes,
         const PolicyIndex& policies,
         NamedPorts& ports,
         PodSets& sets,
         LogGroup denied_log);

  /// A local class has come to live or ceased to, or the families of its addresses are others.
  void TouchClass(uint32_t pod_class) { dirty_classes_.insert(pod_class); }
  /// A local class goes.
  void ForgetClass(uint32_t pod_class);
  /// A policy is new, gone or another, and these classes are or were selected by it.
  void TouchPolicy(const k8s::ObjectKey& key, const std::vector<uint32_t>& selected);

  /// Brings all up to date and writes to `delta` what has changed, unless that is null.
  /// Returns the classes that are in other groups than before.
  std::vector<uint32_t> Settle(Delta* delta);
  /// All chains and all sets that no pod changes. REQUIRES: settled.
  void WriteAll(nft::Ruleset& ruleset) const;

  /// The chains of the group of the class in the direction; null where it is in none.
  [[nodiscard]] std::shared_ptr<const GroupChains> ChainsOf(uint32_t pod_class,
                                                            Direction direction) const;
  /// The group itself; null where it is in none. Valid until the next Settle().
  [[nodiscard]] const GroupId* IdOf(uint32_t pod_class, Direction direction) const;
  /// The group whose chain, of either tracking, has that name; null where there is none.
  [[nodiscard]] const GroupId* FindByChain(std::string_view chain) const;
  /// The groups that the last Settle() has dropped.
  [[nodiscard]] const std::vector<GroupId>& departed() const { return departed_; }
  [[nodiscard]] size_t size() const { return groups_.size(); }

 private:
  struct State {
    GroupId id;
    std::shared_ptr<const GroupChains> chains;
    std::set<uint32_t> classes;
    std::set<Family> families;
    bool rules_dirty = false;
    bool members_dirty = false;
    bool asks_members_for_ports = false;
    std::map<std::string, nft::Chain> rendered;
    std::vector<std::string> static_sets;
    std::vector<uint32_t> pod_sets;
    std::set<uint32_t> queries;
  };
  using ByDirection = std::array<uint32_t, 2>;

  [[nodiscard]] bool UpdateClass(uint32_t pod_class);
  [[nodiscard]] bool Move(uint32_t pod_class, Direction direction);
  [[nodiscard]] std::optional<GroupId> WantedGroup(uint32_t pod_class, Direction direction) const;
  uint32_t GroupOf(const GroupId& id);
  [[nodiscard]] uint32_t Of(uint32_t pod_class, Direction direction) const;
  void Join(uint32_t pod_class, uint32_t group);
  void Leave(uint32_t pod_class, uint32_t group);
  [[nodiscard]] bool HasChangedPolicy(const State& state) const;
  void SettleGroup(uint32_t group, Delta* delta);
  [[nodiscard]] std::set<Family> FamiliesOf(const State& state) const;
  [[nodiscard]] Group Describe(uint32_t group);
  [[nodiscard]] std::set<uint16_t> Numbers(uint32_t group,
                                           const PodScope& scope,
                                           const std::string& name,
                                           k8s::Protocol protocol);
  [[nodiscard]] std::set<uint16_t> NumbersOfMembers(const State& state,
                                                    const std::string& name,
                                                    k8s::Protocol protocol) const;
  void Render(uint32_t group, Delta* delta);
  void Show(uint32_t group, GroupTable table, Delta* delta);
  static void ShowChains(State& state, std::vector<nft::Chain> chains, Delta* delta);
  void ShowSets(State& state,
                std::vector<nft::Set> static_sets,
                const std::vector<PodSet>& pod_sets);
  void DropGroup(uint32_t group, Delta* delta);
  void ReleaseQueries(uint32_t group, const std::set<uint32_t>& queries);

  PodClasses& classes_;
  const PolicyIndex& policies_;
  NamedPorts& ports_;
  PodSets& sets_;
  const LogGroup denied_log_;
  StaticSets static_sets_;
  Slab<State> groups_;
  std::map<GroupId, uint32_t> by_id_;
  std::map<std::string_view, uint32_t> by_chain_;  ///< The texts are those of State::chains.
  std::vector<GroupId> departed_;
  std::map<uint32_t, ByDirection> of_class_;
  std::set<uint32_t> dirty_classes_;
  std::set<uint32_t> dirty_groups_;
  std::set<k8s::ObjectKey> changed_policies_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_GROUPS_H_
