// SPDX-License-Identifier: Apache-2.0
//
// See builders.h.
#include "tests/policy/builders.h"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include <catch2/catch.hpp>

namespace portcullis::test {
namespace {

k8s::ObjectKey Key(const std::string& text) {
  const size_t slash = text.find('/');
  return {text.substr(0, slash), text.substr(slash + 1)};
}

k8s::NetworkPolicy Policy(const std::string& key, k8s::LabelSelector selector) {
  k8s::NetworkPolicy policy;
  policy.meta.key = Key(key);
  policy.pod_selector = std::move(selector);
  return policy;
}

std::vector<k8s::PolicyRule> Numbered(std::vector<k8s::PolicyRule> rules) {
  for (size_t index = 0; index < rules.size(); ++index) {
    rules[index].index = index;
  }
  return rules;
}

}  // namespace

IpAddress Ip(const std::string& text) {
  return IpAddress::Parse(text).value();
}
Cidr Block(const std::string& text) {
  return Cidr::Parse(text).value();
}

k8s::Pod MakePod(const std::string& key,
                 const std::vector<std::string>& addresses,
                 k8s::Labels labels) {
  k8s::Pod pod;
  pod.meta.key = Key(key);
  pod.meta.uid = "uid-of-" + key;
  pod.meta.creation_timestamp = "2026-01-01T00:00:00Z";
  pod.meta.labels = std::move(labels);
  pod.node_name = kNode;
  pod.phase = k8s::PodPhase::kRunning;
  for (const std::string& address : addresses) {
    pod.addresses.push_back(Ip(address));
  }
  return pod;
}

k8s::Namespace MakeNamespace(const std::string& name, k8s::Labels labels) {
  k8s::Namespace ns;
  ns.meta.key = {"", name};
  ns.meta.labels = std::move(labels);
  return ns;
}

k8s::Requirement Require(const std::string& key, Operator op, std::vector<std::string> values) {
  return {key, op, std::move(values)};
}

k8s::LabelSelector Select(std::vector<k8s::Requirement> requirements) {
  std::sort(requirements.begin(), requirements.end());
  return {std::move(requirements), /*valid=*/true};
}

k8s::LabelSelector Label(const std::string& key, const std::string& value) {
  return Select({Require(key, Operator::kIn, {value})});
}

k8s::Peer PodsWith(k8s::LabelSelector pods) {
  return k8s::PodPeer{std::move(pods), std::nullopt};
}

k8s::Peer NamespacesWith(k8s::LabelSelector namespaces) {
  return k8s::PodPeer{std::nullopt, std::move(namespaces)};
}

k8s::Peer PodsOfNamespaces(k8s::LabelSelector pods, k8s::LabelSelector namespaces) {
  return k8s::PodPeer{std::move(pods), std::move(namespaces)};
}

k8s::Peer Addresses(const std::string& cidr, const std::vector<std::string>& except) {
  k8s::IpBlock block{Block(cidr), {}};
  for (const std::string& each : except) {
    block.except.push_back(Block(each));
  }
  return block;
}

k8s::PolicyPort Port(k8s::Protocol protocol, uint16_t first, uint16_t last) {
  return {protocol, k8s::PortRange{first, last}};
}
k8s::PolicyPort Port(k8s::Protocol protocol, uint16_t port) {
  return Port(protocol, port, port);
}
k8s::PolicyPort Port(k8s::Protocol protocol, const std::string& name) {
  return {protocol, k8s::PortName{name}};
}
k8s::PolicyPort Port(k8s::Protocol protocol) {
  return {protocol, std::nullopt};
}

k8s::PolicyRule AnyRule() {
  return {};
}
k8s::PolicyRule RuleFor(std::vector<k8s::Peer> peers) {
  return {0, std::move(peers), std::nullopt};
}
k8s::PolicyRule RuleFor(std::vector<k8s::Peer> peers, std::vector<k8s::PolicyPort> ports) {
  return {0, std::move(peers), std::move(ports)};
}
k8s::PolicyRule PortRule(std::vector<k8s::PolicyPort> ports) {
  return {0, std::nullopt, std::move(ports)};
}

k8s::NetworkPolicy IngressPolicy(const std::string& key,
                                 std::vector<k8s::PolicyRule> rules,
                                 k8s::LabelSelector selector) {
  k8s::NetworkPolicy policy = Policy(key, std::move(selector));
  policy.isolates_ingress = true;
  policy.ingress = Numbered(std::move(rules));
  return policy;
}

k8s::NetworkPolicy EgressPolicy(const std::string& key,
                                std::vector<k8s::PolicyRule> rules,
                                k8s::LabelSelector selector) {
  k8s::NetworkPolicy policy = Policy(key, std::move(selector));
  policy.isolates_egress = true;
  policy.egress = Numbered(std::move(rules));
  return policy;
}

Connection Between(const std::string& source,
                   const std::string& destination,
                   uint8_t protocol,
                   uint16_t port) {
  return {Ip(source), Ip(destination), protocol, port, /*made_by_own_node=*/false};
}

Packet FirstPacket(const Connection& connection) {
  Packet packet;
  packet.source = connection.source;
  packet.destination = connection.destination;
  packet.protocol = connection.protocol;
  packet.destination_port = connection.port;
  packet.source_is_local = connection.made_by_own_node;
  packet.entry = nft::FlowEntry{connection.source,
                                connection.destination,
                                connection.port,
                                /*mark=*/0,
                                nft::kCtStateNew,
                                nft::kCtOriginal};
  return packet;
}

Packet ReplyPacket(const Connection& connection, uint32_t mark) {
  Packet packet = FirstPacket(connection);
  std::swap(packet.source, packet.destination);
  packet.destination_port = 40000;
  packet.source_is_local = false;
  packet.entry->mark = mark;
  packet.entry->state = nft::kCtStateEstablished;
  packet.entry->direction = nft::kCtReply;
  return packet;
}

bool Passes(const nft::Ruleset& ruleset, const std::vector<nft::Hook>& path, Packet& packet) {
  const auto passes = nft::LetsPass(ruleset, path, packet);
  if (!passes) {
    throw std::logic_error(passes.error().message);
  }
  return *passes;
}

nft::Ruleset CompileFor(const k8s::Objects& objects, const std::string& node) {
  policy::CompileOptions options;
  options.node_name = node;
  return policy::Compile(policy::World(objects), options);
}

bool CanConnect(const k8s::Objects& objects, const Connection& connection) {
  std::set<std::string> nodes;
  for (const IpAddress& end : {connection.source, connection.destination}) {
    const k8s::Pod* pod = PodAt(objects, end);
    nodes.insert(pod == nullptr ? kNode : pod->node_name);
  }
  const bool passes = std::all_of(nodes.begin(), nodes.end(), [&](const std::string& node) {
    Packet packet = FirstPacket(connection);
    return Passes(
        CompileFor(objects, node), connection.made_by_own_node ? kFromNode : kForwarded, packet);
  });
  INFO(Explain(objects, connection));
  CHECK(passes == Allowed(objects, connection));
  return passes;
}

}  // namespace portcullis::test
