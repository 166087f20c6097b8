// SPDX-License-Identifier: Apache-2.0
//
// See world.h: pods and namespaces. world_policies.cc has the policies.
#include "tests/bench/support/world.h"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>

namespace portcullis::bench {
namespace {

constexpr size_t kPodsPerNode = 50;
constexpr char kCreated[] = "2026-11-01T12:00:00Z";

std::string Hexadecimal(uint64_t number, size_t digits) {
  std::string text(digits, '0');
  for (size_t i = digits; i-- > 0; number >>= 4U) {
    text.at(i) = "0123456789abcdef"[number & 0xFU];
  }
  return text;
}

/// The same on every platform, unlike std::hash.
uint64_t HashOf(std::string_view text) {
  uint64_t hash = 0;
  for (const char c : text) {
    hash = hash * 31 + static_cast<unsigned char>(c);
  }
  return hash;
}

std::string UidOf(std::string_view kind, size_t number) {
  return std::string(kind) + "-0000-4000-8000-" + Hexadecimal(number, 12);
}

/// A different one for each number below 4 million, in 10.64.0.0/10 and fd00:64::/64.
std::vector<IpAddress> AddressesOf(size_t number, bool dual_stack) {
  const auto byte = [&](unsigned shift) {
    return static_cast<char>(number >> shift & 0xFFU);
  };
  constexpr unsigned kFirst = 64;
  const char second = static_cast<char>(kFirst + (number >> 16U & 0x3FU));
  std::vector addresses = {*IpAddress::FromBytes(std::string{'\x0a', second, byte(8), byte(0)})};
  if (dual_stack) {
    std::string bytes(16, '\0');
    bytes.replace(0, 4, std::string{'\xfd', '\0', '\0', '\x64'});
    bytes.replace(13, 3, std::string{byte(16), byte(8), byte(0)});
    addresses.push_back(*IpAddress::FromBytes(bytes));
  }
  return addresses;
}

/// The pods that every cluster has besides: what kAllowDns and kMonitoring name.
void AddSystem(k8s::Objects& objects, const WorldSize& size) {
  size_t number = 0;
  for (const auto* const name : {"kube-system", "monitoring"}) {
    k8s::Namespace ns = MakeNamespace(0);
    ns.meta.key.name = name;
    ns.meta.uid = name;
    ns.meta.labels = {{"kubernetes.io/metadata.name", name}};
    objects.namespaces.push_back(std::move(ns));
    for (size_t i = 0; i < 2; ++i, ++number) {
      k8s::Pod pod = MakePod(number, name, 0, "node-1", size.dual_stack);
      pod.meta.labels["k8s-app"] = number < 2 ? "kube-dns" : "prometheus";
      objects.pods.push_back(std::move(pod));
    }
  }
}

void AddPods(k8s::Objects& objects, const WorldSize& size) {
  const size_t nodes = std::max<size_t>(size.pods / kPodsPerNode, 1);
  const size_t local_each = (size.local_pods + kHomeNamespaces - 1) / kHomeNamespaces;
  size_t local = 0;
  for (size_t number = objects.pods.size(); number < size.pods; ++number) {
    const size_t ns = number / kPodsPerNamespace;
    const size_t place = number % kPodsPerNamespace;
    const bool is_local =
        ns < kHomeNamespaces && place >= kPodsPerNamespace - local_each && local < size.local_pods;
    local += is_local ? 1 : 0;
    const std::string node = is_local ? kLocalNode : "node-" + std::to_string(1 + number % nodes);
    objects.pods.push_back(
        MakePod(number, NamespaceName(ns), place % kDeployments, node, size.dual_stack));
  }
}

/// The first two of each namespace isolate it; then come the others, by chance.
void AddPolicies(k8s::Objects& objects, const WorldSize& size, size_t namespaces) {
  std::mt19937_64 random(size.seed);
  constexpr size_t kHomeShare = 10;
  constexpr std::array kOthers = {PolicyKind::kAppToApp,
                                  PolicyKind::kAppToApp,
                                  PolicyKind::kAppToApp,
                                  PolicyKind::kFromTeam,
                                  PolicyKind::kFromTeam,
                                  PolicyKind::kAddressBlock,
                                  PolicyKind::kNamedPort,
                                  PolicyKind::kMonitoring};
  for (size_t i = 0; i < size.policies; ++i) {
    const bool home = i % kHomeShare == 0;
    const size_t turn = home ? i / kHomeShare : i - i / kHomeShare - 1;
    const size_t breadth = home ? kHomeNamespaces : namespaces - kHomeNamespaces;
    const size_t ns = turn % breadth + (home ? 0 : kHomeNamespaces);
    const size_t place = turn / breadth;
    const PolicyKind kind = place == 0   ? PolicyKind::kDefaultDeny
                            : place == 1 ? PolicyKind::kAllowDns
                                         : kOthers.at(random() % kOthers.size());
    objects.policies.push_back(
        MakePolicy(kind, NamespaceName(ns), "policy-" + std::to_string(place), random() % 1000));
  }
}

}  // namespace

std::string NamespaceName(size_t number) {
  return "ns-" + std::to_string(number);
}

k8s::Namespace MakeNamespace(size_t number) {
  k8s::Namespace ns;
  ns.meta.key.name = NamespaceName(number);
  ns.meta.uid = UidOf("00000001", number);
  ns.meta.resource_version = "1";
  ns.meta.creation_timestamp = kCreated;
  ns.meta.labels = {{"kubernetes.io/metadata.name", ns.meta.key.name},
                    {"team", "team-" + std::to_string(number % kTeams)},
                    {"env", number % 3 == 0 ? "staging" : "prod"}};
  return ns;
}

k8s::Pod MakePod(size_t number,
                 const std::string& ns,
                 size_t deployment,
                 const std::string& node,
                 bool dual_stack) {
  const std::string app = "app-" + std::to_string(deployment);
  const std::string hash = Hexadecimal(HashOf(ns + app) * 0x9E3779B97F4A7C15U, 10);
  k8s::Pod pod;
  pod.meta.key = {ns, app + "-" + hash + "-" + Hexadecimal(number, 5)};
  pod.meta.uid = UidOf("00000002", number);
  pod.meta.resource_version = std::to_string(1000 + number);
  pod.meta.creation_timestamp = kCreated;
  pod.meta.labels = {{"app", app},
                     {"tier", deployment % 3 == 0 ? "frontend" : "backend"},
                     {"pod-template-hash", hash}};
  pod.node_name = node;
  pod.phase = k8s::PodPhase::kRunning;
  pod.addresses = AddressesOf(number, dual_stack);
  pod.ports = {{"http", k8s::Protocol::kTcp, 8080}, {"metrics", k8s::Protocol::kTcp, 9090}};
  return pod;
}

k8s::Objects MakeWorld(const WorldSize& size) {
  k8s::Objects objects;
  const size_t namespaces = (size.pods + kPodsPerNamespace - 1) / kPodsPerNamespace;
  for (size_t i = 0; i < namespaces; ++i) {
    objects.namespaces.push_back(MakeNamespace(i));
  }
  objects.pods.reserve(size.pods);
  AddSystem(objects, size);
  AddPods(objects, size);
  AddPolicies(objects, size, namespaces);
  return objects;
}

}  // namespace portcullis::bench
