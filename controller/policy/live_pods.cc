// SPDX-License-Identifier: Apache-2.0
//
// See live_pods.h.
#include "controller/policy/live_pods.h"

#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace portcullis::policy {
namespace {

bool CanHaveIdentity(const k8s::Pod& pod) {
  const bool finished =
      pod.phase == k8s::PodPhase::kSucceeded || pod.phase == k8s::PodPhase::kFailed;
  return !pod.host_network && !finished;
}

/// Addresses that no pod can be reached at from elsewhere; a status that names one is wrong, and
/// an element for it would give a pod's rights to traffic which is not the pod's.
bool IsUnicast(const IpAddress& address) {
  static const std::vector<Cidr> kOthers = {
      *Cidr::Parse("0.0.0.0/32"),
      *Cidr::Parse("127.0.0.0/8"),
      *Cidr::Parse("224.0.0.0/4"),
      *Cidr::Parse("255.255.255.255/32"),
      *Cidr::Parse("::/128"),
      *Cidr::Parse("::1/128"),
      *Cidr::Parse("ff00::/8"),
  };
  for (const Cidr& other : kOthers) {
    if (other.Contains(address)) {
      return false;
    }
  }
  return true;
}

/// Whether `a` rather than `b` has an address that both claim (8.6).
bool Prevails(const k8s::Pod& a, const k8s::Pod& b) {
  const auto liveness = [](const k8s::Pod& pod) {
    return std::pair(pod.phase == k8s::PodPhase::kRunning, !pod.deleting);
  };
  const auto age = [](const k8s::ObjectMeta& meta) {
    return std::tie(meta.creation_timestamp, meta.uid, meta.key);
  };
  return liveness(a) != liveness(b) ? liveness(a) > liveness(b) : age(a.meta) > age(b.meta);
}

std::map<IpAddress, const k8s::Pod*> AddressOwners(const World& world) {
  std::map<IpAddress, const k8s::Pod*> owners;
  for (const auto& [key, pod] : world.pods()) {
    if (!CanHaveIdentity(pod)) {
      continue;
    }
    for (const IpAddress& address : pod.addresses) {
      const k8s::Pod*& owner = owners[address];
      if (IsUnicast(address) && (owner == nullptr || Prevails(pod, *owner))) {
        owner = &pod;
      }
    }
  }
  return owners;
}

}  // namespace

std::vector<LivePod> LivePods(const World& world) {
  const auto owners = AddressOwners(world);
  std::vector<LivePod> live;
  for (const auto& [key, pod] : world.pods()) {
    std::set<IpAddress> own;
    for (const IpAddress& address : pod.addresses) {
      const auto owner = owners.find(address);
      if (owner != owners.end() && owner->second == &pod) {
        own.insert(address);
      }
    }
    if (!own.empty()) {
      live.push_back({&pod, {own.begin(), own.end()}});
    }
  }
  return live;
}

}  // namespace portcullis::policy
