// SPDX-License-Identifier: Apache-2.0
//
// See oracle.h. Numbers are the rules of docs/semantics.md.
#include "tests/support/oracle/oracle.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace portcullis::test {
namespace {

constexpr uint8_t kTcp = 6;  // IANA protocol numbers
constexpr uint8_t kUdp = 17;
constexpr uint8_t kSctp = 132;

// --- addresses -----------------------------------------------------------------------------------

bool Bit(const std::string& bytes, unsigned index) {
  const auto byte = static_cast<unsigned char>(bytes.at(index / 8));
  return ((byte >> (7U - index % 8)) & 1U) != 0;
}

bool IsInside(const IpAddress& address, const Cidr& cidr) {
  if (address.family() != cidr.address.family()) {
    return false;  // 5.4
  }
  const std::string candidate = address.Bytes();
  const std::string network = cidr.address.Bytes();
  for (unsigned index = 0; index < cidr.prefix; ++index) {
    if (Bit(candidate, index) != Bit(network, index)) {
      return false;
    }
  }
  return true;
}

bool IsInside(const IpAddress& address, const k8s::IpBlock& block) {
  return IsInside(address, block.cidr) &&
         std::none_of(block.except.begin(), block.except.end(), [&](const Cidr& except) {
           return IsInside(address, except);
         });  // 5.2
}

/// An address that cannot be a pod's, whatever a status says.
bool IsSpecial(const IpAddress& address) {
  const std::string text = address.ToString();
  const auto first = static_cast<unsigned char>(address.Bytes().front());
  if (address.family() == Family::kIpv6) {
    return text == "::" || text == "::1" || first == 0xff;
  }
  return text == "0.0.0.0" || text == "255.255.255.255" || first == 127 || (first & 0xf0U) == 0xe0;
}

// --- labels (4.1-4.4) ----------------------------------------------------------------------------

bool Holds(const k8s::Requirement& requirement, const k8s::Labels& labels) {
  const bool has_key = labels.count(requirement.key) != 0;
  bool is_listed = false;
  for (const std::string& value : requirement.values) {
    is_listed = is_listed || (has_key && labels.at(requirement.key) == value);
  }
  using Operator = k8s::Requirement::Operator;
  switch (requirement.op) {
    case Operator::kIn:
      return has_key && is_listed;
    case Operator::kNotIn:
      return !has_key || !is_listed;
    case Operator::kExists:
      return has_key;
    case Operator::kDoesNotExist:
      return !has_key;
  }
  return false;
}

bool Selects(const k8s::LabelSelector& selector, const k8s::Labels& labels) {
  if (!selector.valid) {
    return false;
  }
  for (const k8s::Requirement& requirement : selector.requirements) {
    if (!Holds(requirement, labels)) {
      return false;
    }
  }
  return true;
}

const k8s::Namespace* NamespaceOf(const k8s::Objects& objects, const k8s::Pod& pod) {
  for (const k8s::Namespace& ns : objects.namespaces) {
    if (ns.meta.key.name == pod.meta.key.ns) {
      return &ns;
    }
  }
  return nullptr;
}

// --- pods (8) ------------------------------------------------------------------------------------

bool Claims(const k8s::Pod& pod, const IpAddress& address) {
  const bool finished =
      pod.phase == k8s::PodPhase::kSucceeded || pod.phase == k8s::PodPhase::kFailed;
  return !pod.host_network && !finished && !IsSpecial(address) &&
         std::find(pod.addresses.begin(), pod.addresses.end(), address) != pod.addresses.end();
}

/// 8.6: running first, then not about to go, then the youngest.
bool IsBetterClaim(const k8s::Pod& a, const k8s::Pod& b) {
  const bool a_runs = a.phase == k8s::PodPhase::kRunning;
  const bool b_runs = b.phase == k8s::PodPhase::kRunning;
  if (a_runs != b_runs) {
    return a_runs;
  }
  if (a.deleting != b.deleting) {
    return b.deleting;
  }
  if (a.meta.creation_timestamp != b.meta.creation_timestamp) {
    return a.meta.creation_timestamp > b.meta.creation_timestamp;
  }
  return a.meta.key > b.meta.key;
}

// --- rules (3, 6) --------------------------------------------------------------------------------

struct Question {
  const k8s::Objects& objects;
  const Connection& connection;
  const IpAddress& peer;
  const k8s::Pod* peer_pod;         ///< Null: the peer is no pod.
  const k8s::Pod* destination_pod;  ///< As above.
  bool is_egress;
};

bool PeerMatches(const Question& q, const k8s::PodPeer& peer, const std::string& policy_ns) {
  if (q.peer_pod == nullptr || (!peer.pod_selector && !peer.namespace_selector)) {
    return false;  // 3.4
  }
  if (peer.pod_selector && !Selects(*peer.pod_selector, q.peer_pod->meta.labels)) {
    return false;
  }
  if (!peer.namespace_selector) {
    return q.peer_pod->meta.key.ns == policy_ns;  // 3.2
  }
  const k8s::Namespace* ns = NamespaceOf(q.objects, *q.peer_pod);
  return ns != nullptr && Selects(*peer.namespace_selector, ns->meta.labels);  // 3.9
}

bool PeerMatches(const Question& q, const k8s::Peer& peer, const std::string& policy_ns) {
  if (const auto* block = std::get_if<k8s::IpBlock>(&peer)) {
    return IsInside(q.peer, *block);
  }
  return PeerMatches(q, std::get<k8s::PodPeer>(peer), policy_ns);
}

bool NameMatches(const Question& q, k8s::Protocol protocol, const std::string& name) {
  if (q.destination_pod == nullptr) {
    return false;  // 6.8: no pod, no name.
  }
  for (const k8s::ContainerPort& port : q.destination_pod->ports) {
    if (port.name == name && port.protocol == protocol && port.port == q.connection.port) {
      return true;
    }
  }
  return false;
}

bool PortMatches(const Question& q, const k8s::PolicyPort& entry) {
  if (q.connection.protocol != static_cast<uint8_t>(entry.protocol)) {
    return false;  // 6.1, 7.6
  }
  if (!entry.port) {
    return true;  // 6.3
  }
  if (const auto* range = std::get_if<k8s::PortRange>(&*entry.port)) {
    return range->first <= q.connection.port && q.connection.port <= range->last;
  }
  return NameMatches(q, entry.protocol, std::get<k8s::PortName>(*entry.port).name);
}

bool RuleMatches(const Question& q, const k8s::PolicyRule& rule, const std::string& policy_ns) {
  const bool peers =
      !rule.peers ||
      std::any_of(rule.peers->begin(), rule.peers->end(), [&](const k8s::Peer& peer) {
        return PeerMatches(q, peer, policy_ns);
      });
  const bool ports =
      !rule.ports ||
      std::any_of(rule.ports->begin(), rule.ports->end(), [&](const k8s::PolicyPort& entry) {
        return PortMatches(q, entry);
      });
  return peers && ports;
}

/// Section 0, for one direction. An audited policy is as if it were not there (12.1).
Answer Judge(const Question& q, const k8s::Pod& subject) {
  const std::string direction = q.is_egress ? "egress" : "ingress";
  std::string isolating;
  for (const k8s::NetworkPolicy& policy : q.objects.policies) {
    const bool isolates = q.is_egress ? policy.isolates_egress : policy.isolates_ingress;
    if (!isolates || policy.audit || policy.meta.key.ns != subject.meta.key.ns ||
        !Selects(policy.pod_selector, subject.meta.labels)) {
      continue;
    }
    for (const k8s::PolicyRule& rule : q.is_egress ? policy.egress : policy.ingress) {
      if (RuleMatches(q, rule, policy.meta.key.ns)) {
        return {true,
                policy.meta.key.ToString() + " " + direction + "[" + std::to_string(rule.index) +
                    "] allows it"};
      }
    }
    isolating += " " + policy.meta.key.ToString();
  }
  const std::string who = "pod " + subject.meta.key.ToString();
  return isolating.empty() ? Answer{true, who + " is not isolated"}
                           : Answer{false, who + " is isolated by" + isolating};
}

}  // namespace

std::string ToText(const Connection& connection) {
  static const std::map<uint8_t, std::string> kNames = {
      {1, "icmp"}, {kTcp, "tcp"}, {kUdp, "udp"}, {58, "icmpv6"}, {kSctp, "sctp"}};
  const auto name = kNames.find(connection.protocol);
  return connection.source.ToString() + " > " + connection.destination.ToString() + " " +
         (name == kNames.end() ? std::to_string(connection.protocol) : name->second) +
         (connection.port == 0 ? "" : " " + std::to_string(connection.port)) +
         (connection.made_by_own_node ? " (made by the node)" : "");
}

const k8s::Pod* PodAt(const k8s::Objects& objects, const IpAddress& address) {
  const k8s::Pod* best = nullptr;
  for (const k8s::Pod& pod : objects.pods) {
    if (Claims(pod, address) && (best == nullptr || IsBetterClaim(pod, *best))) {
      best = &pod;
    }
  }
  return best;
}

Answer EgressAnswer(const k8s::Objects& objects, const Connection& connection) {
  const k8s::Pod* subject = PodAt(objects, connection.source);
  if (subject == nullptr || connection.made_by_own_node) {
    return {true, "the source is no pod"};
  }
  if (connection.source == connection.destination) {
    return {true, "a pod may reach itself"};  // 9.4
  }
  const k8s::Pod* peer = PodAt(objects, connection.destination);
  return Judge({objects, connection, connection.destination, peer, peer, true}, *subject);
}

Answer IngressAnswer(const k8s::Objects& objects, const Connection& connection) {
  const k8s::Pod* subject = PodAt(objects, connection.destination);
  if (subject == nullptr) {
    return {true, "the destination is no pod"};
  }
  if (connection.made_by_own_node) {
    return {true, "a pod's own node may reach it"};  // 9.1
  }
  if (connection.source == connection.destination) {
    return {true, "a pod may reach itself"};  // 9.4
  }
  const k8s::Pod* peer = PodAt(objects, connection.source);
  return Judge({objects, connection, connection.source, peer, subject, false}, *subject);
}

bool Allowed(const k8s::Objects& objects, const Connection& connection) {
  return EgressAnswer(objects, connection).allowed && IngressAnswer(objects, connection).allowed;
}

k8s::Objects Enforced(k8s::Objects objects) {
  for (k8s::NetworkPolicy& policy : objects.policies) {
    policy.audit = false;
  }
  return objects;
}

bool EgressWouldDeny(const k8s::Objects& objects, const Connection& connection) {
  return EgressAnswer(objects, connection).allowed &&
         !EgressAnswer(Enforced(objects), connection).allowed;
}

bool IngressWouldDeny(const k8s::Objects& objects, const Connection& connection) {
  return IngressAnswer(objects, connection).allowed &&
         !IngressAnswer(Enforced(objects), connection).allowed;
}

std::string Explain(const k8s::Objects& objects, const Connection& connection) {
  return ToText(connection) + ": egress: " + EgressAnswer(objects, connection).why +
         "; ingress: " + IngressAnswer(objects, connection).why;
}

}  // namespace portcullis::test
