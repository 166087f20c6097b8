// SPDX-License-Identifier: Apache-2.0
//
// World × node → what the node has to enforce, as values: its isolated pods with their policy
// groups, what each group allows, and which addresses each identity stands for. Pure.
// Between world.h and compile.h. Every part is a map keyed by an identity, so that it can be
// brought up to date part by part.
#ifndef PORTCULLIS_CONTROLLER_POLICY_RESOLVE_H_
#define PORTCULLIS_CONTROLLER_POLICY_RESOLVE_H_

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "controller/policy/allowance.h"
#include "controller/policy/identity.h"
#include "controller/policy/world.h"

namespace portcullis::policy {

/// An address of a pod of this node that policies isolate, or would if they were not audited.
struct Subject {
  k8s::ObjectKey pod;
  std::optional<GroupId> egress;   ///< Nothing: no policy selects it for that direction (2.1).
  std::optional<GroupId> ingress;  ///< As above; at least one of them is set.

  bool operator==(const Subject&) const = default;
};

/// Whether a pod of `group` is isolated in the group's direction: by audited policies it is not.
[[nodiscard]] inline bool IsIsolated(const std::optional<GroupId>& group) {
  return group && !group->audit;
}

/// A rule of a policy, for people: "default/web ingress[0]".
struct RuleOrigin {
  k8s::ObjectKey policy;
  size_t index = 0;

  auto operator<=>(const RuleOrigin&) const = default;
};

struct Group {
  std::set<Family> families;                             ///< Of the addresses of the group's pods.
  std::map<Allowance, std::set<RuleOrigin>> allowances;  ///< With the rules that say so.

  bool operator==(const Group&) const = default;
};

struct Resolved {
  std::map<IpAddress, Subject> subjects;
  std::map<GroupId, Group> groups;
  /// The addresses of every selector and named port that an allowance refers to.
  std::map<PeerSelectorId, std::set<IpAddress>> peers;
  std::map<NamedPortId, std::set<IpAddress>> named_ports;

  bool operator==(const Resolved&) const = default;
};

/// Adds what `policy` allows in `direction`.
void AddAllowances(const k8s::NetworkPolicy& policy,
                   Direction direction,
                   const PortNumbers& numbers,
                   Group& group);

[[nodiscard]] Resolved Resolve(const World& world, const std::string& node_name);

/// The same as if one node had all pods, those without a node among them: LocalPods stands for
/// every pod. For what people ask about policies; never for a table.
[[nodiscard]] Resolved ResolveEveryNode(const World& world);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_RESOLVE_H_
