// SPDX-License-Identifier: Apache-2.0
//
// See random_objects.h.
#include "tests/k8s-client/random_objects.h"

#include <algorithm>
#include <array>

namespace portcullis::test {

size_t RandomObjects::Below(size_t bound) {
  return std::uniform_int_distribution<size_t>(0, bound - 1)(random_);
}

std::string RandomObjects::Text() {
  // With what needs escapes in JSON, and with more than ASCII.
  static const std::array<std::string, 8> kPieces = {
      "a", "b-", "9", "\"", "\\", "/", "\xc3\xa9", "\n"};
  std::string text;
  for (size_t i = Below(4) + 1; i > 0; --i) {
    text += kPieces.at(Below(kPieces.size()));
  }
  return text;
}

k8s::Labels RandomObjects::Labels() {
  k8s::Labels labels;
  for (size_t i = Below(4); i > 0; --i) {
    labels[Text()] = Coin() ? Text() : "";
  }
  return labels;
}

k8s::ObjectMeta RandomObjects::Meta(bool namespaced) {
  k8s::ObjectMeta meta;
  meta.key = {namespaced ? Text() : "", Text()};
  meta.uid = Coin() ? Text() : "";
  meta.resource_version = Coin() ? std::to_string(Below(1'000'000)) : "";
  meta.creation_timestamp = Coin() ? "2026-01-02T03:04:05Z" : "";
  meta.labels = Labels();
  return meta;
}

k8s::Protocol RandomObjects::Protocol() {
  static constexpr std::array kProtocols = {
      k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp};
  return kProtocols.at(Below(kProtocols.size()));
}

uint16_t RandomObjects::Port() {
  return static_cast<uint16_t>(1 + Below(65535));
}

IpAddress RandomObjects::Address() {
  std::string bytes(Coin() ? 4 : 16, '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(Below(256));
  }
  return *IpAddress::FromBytes(bytes);
}

k8s::Requirement RandomObjects::Requirement() {
  using Operator = k8s::Requirement::Operator;
  static constexpr std::array kOperators = {
      Operator::kIn, Operator::kNotIn, Operator::kExists, Operator::kDoesNotExist};
  k8s::Requirement requirement{Text(), kOperators.at(Below(kOperators.size())), {}};
  if (requirement.op == Operator::kIn || requirement.op == Operator::kNotIn) {
    for (size_t i = Below(3) + 1; i > 0; --i) {
      requirement.values.push_back(Coin() ? Text() : "");
    }
    std::sort(requirement.values.begin(), requirement.values.end());
    requirement.values.erase(std::unique(requirement.values.begin(), requirement.values.end()),
                             requirement.values.end());
  }
  return requirement;
}

k8s::LabelSelector RandomObjects::Selector() {
  k8s::LabelSelector selector;
  for (size_t i = Below(4); i > 0; --i) {
    selector.requirements.push_back(Requirement());
  }
  auto& list = selector.requirements;
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return selector;
}

k8s::Peer RandomObjects::Peer() {
  if (Below(3) > 0) {
    k8s::PodPeer peer;
    if (Coin()) {
      peer.pod_selector = Selector();
    }
    if (!peer.pod_selector || Coin()) {
      peer.namespace_selector = Selector();
    }
    return peer;
  }
  const IpAddress address = Address();
  const auto prefix = static_cast<unsigned>(Below(address.size() * 8));
  k8s::IpBlock block{Cidr{address.FirstOf(prefix), static_cast<uint8_t>(prefix)}, {}};
  for (size_t i = Below(3); i > 0; --i) {
    const auto longer = prefix + 1 + static_cast<unsigned>(Below(address.size() * 8 - prefix));
    block.except.push_back({address.FirstOf(longer), static_cast<uint8_t>(longer)});
  }
  return block;
}

k8s::PolicyPort RandomObjects::PolicyPort() {
  k8s::PolicyPort port{Protocol(), std::nullopt};
  switch (Below(3)) {
    case 0:
      port.port = k8s::PortName{"port-" + std::to_string(Below(10))};
      break;
    case 1: {
      const auto [first, last] = std::minmax({Port(), Port()});
      port.port = k8s::PortRange{first, last};
      break;
    }
    default:
      break;
  }
  return port;
}

std::vector<k8s::PolicyRule> RandomObjects::Rules() {
  std::vector<k8s::PolicyRule> rules(Below(3));
  for (size_t i = 0; i < rules.size(); ++i) {
    rules[i].index = i;
    if (Coin()) {
      rules[i].peers.emplace();
      for (size_t count = Below(3) + 1; count > 0; --count) {
        rules[i].peers->push_back(Peer());
      }
    }
    if (Coin()) {
      rules[i].ports.emplace();
      for (size_t count = Below(3) + 1; count > 0; --count) {
        rules[i].ports->push_back(PolicyPort());
      }
    }
  }
  return rules;
}

k8s::Pod RandomObjects::Pod() {
  using Phase = k8s::PodPhase;
  static constexpr std::array kPhases = {
      Phase::kPending, Phase::kRunning, Phase::kSucceeded, Phase::kFailed, Phase::kUnknown};
  k8s::Pod pod;
  pod.meta = Meta(/*namespaced=*/true);
  pod.node_name = Coin() ? Text() : "";
  pod.phase = kPhases.at(Below(kPhases.size()));
  pod.host_network = Coin();
  pod.deleting = Coin();
  for (size_t i = Below(3); i > 0; --i) {
    const IpAddress address = Address();
    if (std::find(pod.addresses.begin(), pod.addresses.end(), address) == pod.addresses.end()) {
      pod.addresses.push_back(address);
    }
  }
  for (size_t i = Below(3); i > 0; --i) {
    pod.ports.push_back({Text(), Protocol(), Port()});
  }
  return pod;
}

k8s::Namespace RandomObjects::Namespace() {
  k8s::Namespace ns{Meta(/*namespaced=*/false)};
  ns.meta.labels["kubernetes.io/metadata.name"] = ns.meta.key.name;
  return ns;
}

k8s::Node RandomObjects::Node() {
  k8s::Node node{Meta(/*namespaced=*/false), {}, {}};
  for (size_t i = Below(3); i > 0; --i) {
    const IpAddress address = Address();
    const auto prefix = static_cast<uint8_t>(Below(8 * address.size() + 1));
    const Cidr cidr{address.FirstOf(prefix), prefix};
    auto& cidrs = node.pod_cidrs;
    if (std::find(cidrs.begin(), cidrs.end(), cidr) == cidrs.end()) {
      cidrs.push_back(cidr);
    }
  }
  return node;
}

k8s::NetworkPolicy RandomObjects::Policy() {
  k8s::NetworkPolicy policy;
  policy.meta = Meta(/*namespaced=*/true);
  policy.pod_selector = Selector();
  policy.isolates_ingress = Coin();
  policy.isolates_egress = !policy.isolates_ingress || Coin();
  policy.ingress = Rules();
  policy.egress = Rules();
  policy.audit = Coin();
  return policy;
}

}  // namespace portcullis::test
