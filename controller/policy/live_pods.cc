// SPDX-License-Identifier: Apache-2.0
//
// See live_pods.h.
#include "controller/policy/live_pods.h"

#include <charconv>
#include <map>
#include <set>
#include <system_error>
#include <utility>

namespace portcullis::policy {
namespace {

/// The number that all of `text` spells, -1 where it spells none.
int Number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : -1;
}

/// Seconds of a time as the API server writes it, "2026-01-31T23:59:59Z": a number that grows with
/// the time (months are taken as 31 days). 0 where it is none.
int64_t SecondsOf(std::string_view time) {
  if (time.size() != 20 || time[4] != '-' || time[7] != '-' || time[10] != 'T' || time[13] != ':' ||
      time[16] != ':' || time[19] != 'Z') {
    return 0;
  }
  int64_t seconds = 0;
  const struct {
    size_t at, size;
    int64_t units;
  } parts[] = {{0, 4, 12}, {5, 2, 31}, {8, 2, 24}, {11, 2, 60}, {14, 2, 60}, {17, 2, 1}};
  for (const auto& part : parts) {
    const int value = Number(time.substr(part.at, part.size));
    if (value < 0) {
      return 0;
    }
    seconds = (seconds + value) * part.units;
  }
  return seconds;
}

/// Whether `a` rather than `b` has an address that both claim (8.6).
bool Prevails(const k8s::Pod& a, const k8s::Pod& b) {
  const Claim claim_a = ClaimOf(a);
  const Claim claim_b = ClaimOf(b);
  return claim_a != claim_b ? claim_a > claim_b : a.meta.key > b.meta.key;
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

bool CanHaveIdentity(const k8s::Pod& pod) {
  const bool finished =
      pod.phase == k8s::PodPhase::kSucceeded || pod.phase == k8s::PodPhase::kFailed;
  return !pod.host_network && !finished;
}

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

Claim ClaimOf(const k8s::Pod& pod) {
  return {
      pod.phase == k8s::PodPhase::kRunning, !pod.deleting, SecondsOf(pod.meta.creation_timestamp)};
}

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
