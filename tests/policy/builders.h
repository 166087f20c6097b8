// SPDX-License-Identifier: Apache-2.0
//
// Short ways to write objects and questions in the policy tests. Nothing here decides anything.
#ifndef PORTCULLIS_TESTS_POLICY_BUILDERS_H_
#define PORTCULLIS_TESTS_POLICY_BUILDERS_H_

#include <string>
#include <vector>

#include "controller/policy/compile.h"
#include "k8s-client/types.h"
#include "nft/ruleset.h"
#include "nft/walk.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {

using nft::kForwarded;
using nft::kFromNode;
using nft::kToNode;
using nft::Packet;

inline constexpr uint8_t kIcmp = 1;  // IANA protocol numbers
inline constexpr uint8_t kTcp = 6;
inline constexpr uint8_t kUdp = 17;
inline constexpr uint8_t kIcmpv6 = 58;
inline constexpr uint8_t kSctp = 132;

inline constexpr char kNode[] = "node1";  ///< The node that pods are on unless a test says else.

[[nodiscard]] IpAddress Ip(const std::string& text);
[[nodiscard]] Cidr Block(const std::string& text);

/// A running pod "ns/name" on kNode.
[[nodiscard]] k8s::Pod MakePod(const std::string& key,
                               const std::vector<std::string>& addresses,
                               k8s::Labels labels = {});
[[nodiscard]] k8s::Namespace MakeNamespace(const std::string& name, k8s::Labels labels = {});

using Operator = k8s::Requirement::Operator;
[[nodiscard]] k8s::Requirement Require(const std::string& key,
                                       Operator op,
                                       std::vector<std::string> values = {});
[[nodiscard]] k8s::LabelSelector Select(std::vector<k8s::Requirement> requirements = {});
/// matchLabels with one entry.
[[nodiscard]] k8s::LabelSelector Label(const std::string& key, const std::string& value);

[[nodiscard]] k8s::Peer PodsWith(k8s::LabelSelector pods);
[[nodiscard]] k8s::Peer NamespacesWith(k8s::LabelSelector namespaces);
[[nodiscard]] k8s::Peer PodsOfNamespaces(k8s::LabelSelector pods, k8s::LabelSelector namespaces);
[[nodiscard]] k8s::Peer Addresses(const std::string& cidr,
                                  const std::vector<std::string>& except = {});

[[nodiscard]] k8s::PolicyPort Port(k8s::Protocol protocol, uint16_t first, uint16_t last);
[[nodiscard]] k8s::PolicyPort Port(k8s::Protocol protocol, uint16_t port);
[[nodiscard]] k8s::PolicyPort Port(k8s::Protocol protocol, const std::string& name);
[[nodiscard]] k8s::PolicyPort Port(k8s::Protocol protocol);

/// A rule from every peer to every port, to be narrowed with the two functions below.
[[nodiscard]] k8s::PolicyRule AnyRule();
[[nodiscard]] k8s::PolicyRule RuleFor(std::vector<k8s::Peer> peers);
[[nodiscard]] k8s::PolicyRule RuleFor(std::vector<k8s::Peer> peers,
                                      std::vector<k8s::PolicyPort> ports);
[[nodiscard]] k8s::PolicyRule PortRule(std::vector<k8s::PolicyPort> ports);

/// Policies "ns/name" for every pod of their namespace unless `selector` says else.
[[nodiscard]] k8s::NetworkPolicy IngressPolicy(const std::string& key,
                                               std::vector<k8s::PolicyRule> rules = {},
                                               k8s::LabelSelector selector = {});
[[nodiscard]] k8s::NetworkPolicy EgressPolicy(const std::string& key,
                                              std::vector<k8s::PolicyRule> rules = {},
                                              k8s::LabelSelector selector = {});

[[nodiscard]] Connection Between(const std::string& source,
                                 const std::string& destination,
                                 uint8_t protocol = kTcp,
                                 uint16_t port = 80);

/// The first packet of `connection`, as conntrack shows it behind destination NAT.
[[nodiscard]] Packet FirstPacket(const Connection& connection);
/// A packet of the same connection the other way; `mark` is the entry's.
[[nodiscard]] Packet ReplyPacket(const Connection& connection, uint32_t mark = 0);

/// Whether the table lets the packet pass. Throws where the table is broken.
[[nodiscard]] bool Passes(const nft::Ruleset& ruleset,
                          const std::vector<nft::Hook>& path,
                          Packet& packet);

/// What node `node` has for `objects`.
[[nodiscard]] nft::Ruleset CompileFor(const k8s::Objects& objects, const std::string& node = kNode);

/// Whether the first packet passes on every node that `connection` meets: its source pod's and its
/// destination pod's. Fails the test where the oracle thinks otherwise.
[[nodiscard]] bool CanConnect(const k8s::Objects& objects, const Connection& connection);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_POLICY_BUILDERS_H_
