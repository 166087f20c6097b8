// SPDX-License-Identifier: Apache-2.0
//
// See identity.h.
#include "controller/policy/identity.h"

#include <utility>

#include "controller/policy/selector.h"

namespace portcullis::policy {
namespace {

std::string ToText(const EveryPod& /*scope*/) {
  return "every pod";
}
std::string ToText(const LocalPods& /*scope*/) {
  return "pods of this node";
}

/// "first" or "first-last".
template <typename Value>
std::string RangeText(const Value& first, const Value& last) {
  return first == last ? first : first + "-" + last;
}

}  // namespace

std::optional<PeerSelectorId> IdentityOf(const k8s::PodPeer& peer,
                                         const std::string& policy_namespace) {
  const k8s::LabelSelector everything;
  if (!peer.pod_selector && !peer.namespace_selector) {
    return std::nullopt;
  }
  PeerSelectorId id;
  id.pod_selector = peer.pod_selector.value_or(everything);
  id.namespace_selector = peer.namespace_selector.value_or(everything);
  if (!peer.namespace_selector) {
    id.ns = policy_namespace;
  }
  const bool understood = id.pod_selector.valid && id.namespace_selector.valid;
  return understood ? std::optional(id) : std::nullopt;
}

std::optional<GroupId> GroupOf(Direction direction, SelectingPolicies policies) {
  if (!policies.enforced.empty()) {
    return GroupId{direction, std::move(policies.enforced), /*audit=*/false};
  }
  if (!policies.audited.empty()) {
    return GroupId{direction, std::move(policies.audited), /*audit=*/true};
  }
  return std::nullopt;
}

std::string ToText(Direction direction) {
  return direction == Direction::kEgress ? "egress" : "ingress";
}

std::string ToText(k8s::Protocol protocol) {
  switch (protocol) {
    case k8s::Protocol::kTcp:
      return "tcp";
    case k8s::Protocol::kUdp:
      return "udp";
    case k8s::Protocol::kSctp:
      return "sctp";
  }
  return std::to_string(static_cast<unsigned>(protocol));
}

std::string ToText(const PeerSelectorId& id) {
  const std::string pods = "pods " + ToText(id.pod_selector);
  return id.ns ? pods + " of namespace " + Escape(*id.ns)
               : pods + " of namespaces " + ToText(id.namespace_selector);
}

std::string ToText(const PeerUnion& id) {
  std::string text;
  for (const PeerSelectorId& selector : id.any_of) {
    text += (text.empty() ? "" : " or ") + ToText(selector);
  }
  return text;
}

std::string ToText(const NamedPortId& id) {
  return Escape(id.name) + " is " + ToText(id.protocol) + " " + std::to_string(id.number) + ": " +
         std::visit([](const auto& scope) { return ToText(scope); }, id.scope);
}

std::string ToText(const PodSetId& id) {
  return std::visit([](const auto& each) { return ToText(each); }, id);
}

std::string ToText(const AddressBlock& block) {
  std::string text;
  for (const AddressRange& range : block.ranges) {
    text += (text.empty() ? "" : ",") + RangeText(range.first.ToString(), range.last.ToString());
  }
  return text;
}

std::string ToText(const GroupId& id) {
  std::string text =
      ToText(id.direction) + (id.audit ? " of pods audited by " : " of pods isolated by ");
  const char* separator = "";
  for (const k8s::ObjectKey& policy : id.policies) {
    text += separator + Escape(policy.ns) + "/" + Escape(policy.name);
    separator = ", ";
  }
  return text;
}

std::string ToText(const std::vector<k8s::PortRange>& ports) {
  std::string text;
  for (const k8s::PortRange& range : ports) {
    text += (text.empty() ? "" : ",") +
            RangeText(std::to_string(range.first), std::to_string(range.last));
  }
  return text;
}

}  // namespace portcullis::policy
