// SPDX-License-Identifier: Apache-2.0
//
// See objects.h.
#include "tests/bench/packets/objects.h"

#include <string>

#include "tests/bench/packets/path.h"

namespace portcullis::bench {
namespace {

constexpr size_t kPeersOfPolicy = 20;
constexpr size_t kPorts = 5;
constexpr char kNamespace[] = "x";

k8s::Pod Pod(const std::string& name, const std::string& node, k8s::Labels labels) {
  k8s::Pod pod;
  pod.meta.key = {kNamespace, name};
  pod.meta.uid = name;
  pod.meta.creation_timestamp = "2026-01-01T00:00:00Z";
  pod.meta.labels = std::move(labels);
  pod.node_name = node;
  pod.phase = k8s::PodPhase::kRunning;
  return pod;
}

k8s::LabelSelector Label(const std::string& key, const std::string& value) {
  return {{{key, k8s::Requirement::Operator::kIn, {value}}}, true};
}

k8s::NetworkPolicy Policy(const std::string& name, const k8s::LabelSelector& pods) {
  k8s::NetworkPolicy policy;
  policy.meta.key = {kNamespace, name};
  policy.pod_selector = pods;
  policy.isolates_ingress = true;
  return policy;
}

IpAddress PeerAddress(size_t policy, size_t peer, Family family) {
  const std::string numbers =
      std::to_string(policy) + (family == Family::kIpv4 ? "." : ":") + std::to_string(peer + 1);
  return IpAddress::Parse(family == Family::kIpv4 ? "10.2." + numbers : "fd02::" + numbers).value();
}

void AddLocalPods(k8s::Objects& objects, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const bool measured = i == kSinkPod || i == kServerPod;
    k8s::Pod pod =
        Pod("local-" + std::to_string(i), kNode, {{"app", measured ? "measured" : "other"}});
    pod.addresses = {LocalPodAddress(i, Family::kIpv4), LocalPodAddress(i, Family::kIpv6)};
    objects.pods.push_back(pod);
  }
}

void AddPeers(k8s::Objects& objects, size_t policy, size_t client_of) {
  const std::string number = std::to_string(policy);
  const auto v4 = Peers(policy, client_of, Family::kIpv4);
  const auto v6 = Peers(policy, client_of, Family::kIpv6);
  for (size_t i = 0; i < v4.size(); ++i) {
    std::string name = "peer-";
    name += number + "-" + std::to_string(i);
    k8s::Pod pod = Pod(name, "node2", {{"client", number}});
    pod.addresses = {v4.at(i), v6.at(i)};
    objects.pods.push_back(pod);
  }
}

k8s::NetworkPolicy AllowPeers(size_t policy) {
  const std::string number = std::to_string(policy);
  auto made = Policy("policy-" + number, Label("app", "measured"));
  k8s::PolicyRule rule;
  rule.peers = {k8s::PodPeer{Label("client", number), std::nullopt}};
  const k8s::PortRange port{PortOf(policy), PortOf(policy)};
  rule.ports = {{k8s::Protocol::kTcp, port}, {k8s::Protocol::kUdp, port}};
  made.ingress = {rule};
  return made;
}

}  // namespace

uint16_t PortOf(size_t policy) {
  return static_cast<uint16_t>(kMeasuredPort + policy % kPorts);
}

std::vector<IpAddress> Peers(size_t policy, size_t client_of, Family family) {
  std::vector<IpAddress> peers;
  for (size_t i = 0; i < kPeersOfPolicy; ++i) {
    peers.push_back(PeerAddress(policy, i, family));
  }
  if (policy == client_of) {
    peers.push_back(ClientAddress(family));
    peers.push_back(SilentClientAddress(family));
  }
  return peers;
}

k8s::Objects MakeObjects(const Size& size, size_t client_of) {
  k8s::Objects objects;
  k8s::Namespace ns;
  ns.meta.key = {"", kNamespace};
  objects.namespaces = {ns};
  AddLocalPods(objects, size.pods);
  objects.policies = {Policy("others", Label("app", "other"))};
  for (size_t policy = 0; policy < size.policies; ++policy) {
    AddPeers(objects, policy, client_of);
    objects.policies.push_back(AllowPeers(policy));
  }
  return objects;
}

}  // namespace portcullis::bench
