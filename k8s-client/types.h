// SPDX-License-Identifier: Apache-2.0
//
// The Kubernetes objects the controller works on, as small values: only the fields that decide what
// is enforced. No behaviour and no I/O: decode.h makes them from JSON, controller/policy reads
// them. Numbers such as "5.6" are the rules of docs/semantics.md.
//
// INVARIANT: a value of these types cannot be malformed. What the decoder could not understand is
// represented so that it allows nothing (an invalid selector matches nothing, an absent list is not
// confused with an emptied one) and is described in `problems`.
#ifndef PORTCULLIS_K8S_CLIENT_TYPES_H_
#define PORTCULLIS_K8S_CLIENT_TYPES_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ip.h"

namespace portcullis::k8s {

using Labels = std::map<std::string, std::string, std::less<>>;

/// What identifies an object of one kind; `ns` is empty for cluster-scoped kinds.
struct ObjectKey {
  std::string ns;
  std::string name;

  auto operator<=>(const ObjectKey&) const = default;
  /// "namespace/name", or "name" where there is no namespace.
  [[nodiscard]] std::string ToString() const { return ns.empty() ? name : ns + "/" + name; }
};

struct ObjectMeta {
  ObjectKey key;
  std::string uid;
  std::string resource_version;    ///< Opaque (11.10).
  int64_t generation = 0;          ///< Grows with the spec (1.9).
  std::string creation_timestamp;  ///< RFC 3339 in UTC, so that text order is time order.
  Labels labels;

  bool operator==(const ObjectMeta&) const = default;
};

enum class Protocol : uint8_t { kTcp = 6, kUdp = 17, kSctp = 132 };  // IANA protocol numbers

struct ContainerPort {
  std::string name;  ///< Never empty: unnamed ports are not kept, since only named ones are looked
                     ///< up (6.12).
  Protocol protocol = Protocol::kTcp;
  uint16_t port = 0;

  auto operator<=>(const ContainerPort&) const = default;
};

enum class PodPhase : uint8_t { kPending, kRunning, kSucceeded, kFailed, kUnknown };

struct Pod {
  ObjectMeta meta;
  std::string node_name;
  PodPhase phase = PodPhase::kPending;
  bool host_network = false;
  bool deleting = false;             ///< metadata.deletionTimestamp is set (8.4).
  std::vector<IpAddress> addresses;  ///< status.podIPs, or podIP where that is all there is (8.2).
  std::vector<ContainerPort> ports;  ///< Of containers and of restartable init containers (6.11).
  std::vector<std::string> problems;

  bool operator==(const Pod&) const = default;
};

struct Namespace {
  ObjectMeta meta;  ///< key.ns is empty.

  bool operator==(const Namespace&) const = default;
};

/// One requirement of a label selector; matchLabels entries are kIn with one value (4.1, 4.2).
struct Requirement {
  enum class Operator : uint8_t { kIn, kNotIn, kExists, kDoesNotExist };
  std::string key;
  Operator op = Operator::kIn;
  std::vector<std::string> values;  ///< Sorted and unique; empty for kExists and kDoesNotExist.

  auto operator<=>(const Requirement&) const = default;
};

/// All requirements must hold; none means everything. INVARIANT: sorted and unique.
struct LabelSelector {
  std::vector<Requirement> requirements;
  bool valid = true;  ///< false: some part could not be understood, so it matches nothing (4.3).

  auto operator<=>(const LabelSelector&) const = default;
};

/// A peer given by selectors; at least one is set. Absent and empty differ (3.3).
struct PodPeer {
  std::optional<LabelSelector> pod_selector;
  std::optional<LabelSelector> namespace_selector;

  auto operator<=>(const PodPeer&) const = default;
};

/// `cidr` without every `except` (5.2).
struct IpBlock {
  Cidr cidr;
  std::vector<Cidr> except;

  auto operator<=>(const IpBlock&) const = default;
};

using Peer = std::variant<PodPeer, IpBlock>;

struct PortRange {
  uint16_t first = 1;
  uint16_t last = 65535;

  auto operator<=>(const PortRange&) const = default;
};

/// A container port's name, resolved for each destination pod (6.7).
struct PortName {
  std::string name;

  auto operator<=>(const PortName&) const = default;
};

/// One entry of `ports`. Without a port it stands for every port of the protocol, which is not the
/// same as PortRange{1, 65535}: "every port" also has port 0.
struct PolicyPort {
  Protocol protocol = Protocol::kTcp;
  std::optional<std::variant<PortRange, PortName>> port;

  auto operator<=>(const PolicyPort&) const = default;
};

/// One entry of `ingress` or `egress`. An absent list means "every"; a list that is present and
/// empty means that nothing in it could be understood, so it matches nothing (3.1, 6.1, 1.11).
struct PolicyRule {
  size_t index = 0;  ///< Its place in the object's list, for people.
  std::optional<std::vector<Peer>> peers;
  std::optional<std::vector<PolicyPort>> ports;

  bool operator==(const PolicyRule&) const = default;
};

/// A NetworkPolicy with the defaults of the API server applied (1.3, 6.2).
struct NetworkPolicy {
  ObjectMeta meta;
  LabelSelector pod_selector;
  bool isolates_ingress = false;    ///< policyTypes contains Ingress.
  bool isolates_egress = false;     ///< policyTypes contains Egress.
  std::vector<PolicyRule> ingress;  ///< Ignored unless isolates_ingress (1.5).
  std::vector<PolicyRule> egress;   ///< Ignored unless isolates_egress (1.5).
  bool audit = false;               ///< Says what it would deny, and denies nothing (12.1).
  std::vector<std::string> problems;

  bool operator==(const NetworkPolicy&) const = default;
};

/// Objects of every kind, in no particular order: what files and API servers hold, and what tests
/// generate.
struct Objects {
  std::vector<Pod> pods;
  std::vector<Namespace> namespaces;
  std::vector<NetworkPolicy> policies;

  bool operator==(const Objects&) const = default;
};

/// What was read at once, from files or from an API server, and what of it could not be understood,
/// object by object: "where: NetworkPolicy ns/name: what".
struct LoadedObjects {
  Objects objects;
  std::vector<std::string> problems;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_TYPES_H_
