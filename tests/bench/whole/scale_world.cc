// SPDX-License-Identifier: Apache-2.0
//
// See scale_world.h.
#include "tests/bench/whole/scale_world.h"

#include <array>

namespace portcullis::bench {
namespace {

constexpr size_t kMostMoving = 5000;
constexpr size_t kTargets = 3;
constexpr uint8_t kFirstNumber = 2;  // 10.244.1.1 is the node.
constexpr char kBench[] = "bench";
constexpr char kClients[] = "clients";
constexpr char kMoving[] = "moving";
constexpr char kRemoteNode[] = "node-7";
constexpr char kNameLabel[] = "kubernetes.io/metadata.name";
// support/world numbers its pods, and has an address for each number below four million.
constexpr size_t kFirstNewcomer = 1'000'000;
constexpr size_t kFirstMoving = 2'000'000;
constexpr size_t kClient = 3'000'000;
constexpr size_t kStranger = kClient + 1;

IpAddress AddressOf(size_t number) {
  return MakePod(number, "", 0, "").addresses.front();
}

k8s::LabelSelector Where(const std::string& key, const std::string& value) {
  return {{{key, k8s::Requirement::Operator::kIn, {value}}}, true};
}

k8s::Namespace NamedNamespace(const std::string& name, k8s::Labels labels = {}) {
  k8s::Namespace ns;
  ns.meta.key.name = name;
  ns.meta.labels = std::move(labels);
  ns.meta.labels[kNameLabel] = name;
  return ns;
}

k8s::Pod NamedPod(size_t number, const std::string& ns, const std::string& name) {
  k8s::Pod pod = MakePod(number, ns, 0, kRemoteNode);
  pod.meta.key.name = name;
  pod.meta.labels["app"] = ns;
  return pod;
}

k8s::Pod TargetPod(Target target) {
  const std::string name = NameOf(target);
  k8s::Pod pod = NamedPod(0, kBench, name);
  pod.meta.labels["app"] = name;
  pod.node_name = kLocalNode;
  pod.addresses = {*IpAddress::Parse("10.244.1." + std::to_string(NumberOf(target)))};
  return pod;
}

/// Nothing comes into the target but from `peers`.
k8s::NetworkPolicy Isolate(Target target, std::vector<k8s::Peer> peers) {
  const std::string name = NameOf(target);
  k8s::NetworkPolicy policy = MakePolicy(PolicyKind::kDefaultDeny, kBench, name, 0);
  policy.pod_selector = Where("app", name);
  if (!peers.empty()) {
    policy.ingress = {{0, std::move(peers), std::nullopt}};
  }
  return policy;
}

}  // namespace

const std::vector<Scale>& Scales() {
  static const std::vector<Scale> kScales = {
      {"1k", 1000, 100}, {"10k", 10'000, 1000}, {"100k", 100'000, 5000}};
  return kScales;
}

std::string NameOf(Target target) {
  const std::array<const char*, kTargets> names = {"open", "guarded", "vault"};
  return names.at(static_cast<size_t>(target));
}

uint8_t NumberOf(Target target) {
  return static_cast<uint8_t>(kFirstNumber + static_cast<uint8_t>(target));
}

size_t ScaleWorld::MovingCount() const {
  constexpr size_t kSmall = 10'000;
  return scale_.pods < kSmall ? scale_.pods / 4 : kMostMoving;
}

size_t ScaleWorld::OthersCount() const {
  return scale_.pods - MovingCount() - kTargets;
}

k8s::Objects ScaleWorld::Objects() const {
  constexpr size_t kOwnPolicies = 2;
  WorldSize size;
  size.pods = OthersCount();
  size.policies = scale_.policies - kOwnPolicies;
  size.local_pods = kLocalPods - kTargets;
  k8s::Objects objects = MakeWorld(size);
  objects.namespaces.insert(
      objects.namespaces.end(),
      {NamedNamespace(kBench), NamedNamespace(kClients), MovingNamespace(false)});
  for (const Target target : {Target::kOpen, Target::kGuarded, Target::kVault}) {
    objects.pods.push_back(TargetPod(target));
  }
  for (size_t i = 0; i < MovingCount(); ++i) {
    objects.pods.push_back(Moving(i));
  }
  const k8s::PodPeer clients{Where("app", kClients), Where(kNameLabel, kClients)};
  objects.policies.push_back(Isolate(Target::kGuarded, {clients}));
  objects.policies.push_back(
      Isolate(Target::kVault, {k8s::PodPeer{std::nullopt, Where("vault", "yes")}}));
  return objects;
}

k8s::Pod ScaleWorld::Moving(size_t number) {
  return NamedPod(kFirstMoving + number, kMoving, "job-" + std::to_string(number));
}

k8s::Namespace ScaleWorld::MovingNamespace(bool admitted) {
  return NamedNamespace(kMoving, admitted ? k8s::Labels{{"vault", "yes"}} : k8s::Labels{});
}

k8s::Pod ScaleWorld::Newcomer(size_t number) const {
  const size_t namespaces = OthersCount() / kPodsPerNamespace;
  return MakePod(kFirstNewcomer + number,
                 NamespaceName(number % namespaces),
                 number / namespaces % kDeployments,
                 kRemoteNode);
}

k8s::Pod ScaleWorld::Client(size_t number) {
  return NamedPod(kClient, kClients, "client-" + std::to_string(number));
}

k8s::NetworkPolicy ScaleWorld::Deny() {
  return Isolate(Target::kOpen, {});
}

IpAddress ScaleWorld::Stranger() {
  return AddressOf(kStranger);
}

}  // namespace portcullis::bench
