// SPDX-License-Identifier: Apache-2.0
//
// What the shared objects of the table stand for, as ordered values: the pods of a selector, the
// pods that resolve a port name to a number, the addresses of ipBlocks, a group of policies. Equal
// values share one kernel object; names.h derives its name from the text given here. Pure, and
// free of the world's state, so that a value stays the same while its members come and go.
#ifndef PORTCULLIS_CONTROLLER_POLICY_IDENTITY_H_
#define PORTCULLIS_CONTROLLER_POLICY_IDENTITY_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

enum class Direction : uint8_t { kEgress, kIngress };

/// The pods that a selector peer stands for (3.2).
struct PeerSelectorId {
  std::optional<std::string> ns;  ///< Nothing: the namespaces of `namespace_selector`.
  k8s::LabelSelector namespace_selector;
  k8s::LabelSelector pod_selector;

  auto operator<=>(const PeerSelectorId&) const = default;
};

/// Every pod of the cluster, whether or not its Namespace is known (6.8).
struct EveryPod {
  auto operator<=>(const EveryPod&) const = default;
};

/// The pods of this node: among them are the destinations of every ingress rule (6.7).
struct LocalPods {
  auto operator<=>(const LocalPods&) const = default;
};

using PodScope = std::variant<PeerSelectorId, EveryPod, LocalPods>;

/// The pods of `scope` that have a port `name` of `protocol` with the number `number` (6.7).
struct NamedPortId {
  PodScope scope;
  std::string name;
  k8s::Protocol protocol = k8s::Protocol::kTcp;
  uint16_t number = 0;

  auto operator<=>(const NamedPortId&) const = default;
};

/// The pods that any of these selectors stands for: several where rules of one group differ in
/// their peers alone. INVARIANT: not empty, sorted, unique.
struct PeerUnion {
  std::vector<PeerSelectorId> any_of;

  auto operator<=>(const PeerUnion&) const = default;
};

/// What a set of pods' addresses stands for.
using PodSetId = std::variant<PeerUnion, NamedPortId>;

/// What the ipBlocks of one rule contain together, of one family (5.2).
/// INVARIANT: not empty; disjoint and sorted, as Merge() gives it.
struct AddressBlock {
  std::vector<AddressRange> ranges;

  [[nodiscard]] Family family() const { return ranges.front().first.family(); }
  auto operator<=>(const AddressBlock&) const = default;
};

/// The policies that isolate a pod in one direction, or, where none does, those that would if they
/// were not on trial. INVARIANT: not empty, sorted, unique.
struct GroupId {
  Direction direction = Direction::kIngress;
  std::vector<k8s::ObjectKey> policies;
  bool audit = false;  ///< Its pods are not isolated: what it does not allow is told, and passes.

  auto operator<=>(const GroupId&) const = default;
};

/// The policies with rules for one direction that select a pod, sorted.
struct SelectingPolicies {
  std::vector<k8s::ObjectKey> enforced;
  std::vector<k8s::ObjectKey> audited;
};

/// The group of a pod that these select; nothing where none does. Beside an enforced policy an
/// audited one plays no part: it could only allow more (12.3).
[[nodiscard]] std::optional<GroupId> GroupOf(Direction direction, SelectingPolicies policies);

/// What `peer` of a policy in `policy_namespace` stands for; nothing where it matches no pod
/// whatever the world holds (neither selector, or one that was not understood).
[[nodiscard]] std::optional<PeerSelectorId> IdentityOf(const k8s::PodPeer& peer,
                                                       const std::string& policy_namespace);

/// For people, and as what names are digests of: different values have different texts.
[[nodiscard]] std::string ToText(Direction direction);
[[nodiscard]] std::string ToText(k8s::Protocol protocol);
[[nodiscard]] std::string ToText(const PeerSelectorId& id);
[[nodiscard]] std::string ToText(const PeerUnion& id);
[[nodiscard]] std::string ToText(const NamedPortId& id);
[[nodiscard]] std::string ToText(const PodSetId& id);
[[nodiscard]] std::string ToText(const AddressBlock& block);
[[nodiscard]] std::string ToText(const GroupId& id);
[[nodiscard]] std::string ToText(const std::vector<k8s::PortRange>& ports);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_IDENTITY_H_
