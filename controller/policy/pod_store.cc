// SPDX-License-Identifier: Apache-2.0
//
// See pod_store.h.
#include "controller/policy/pod_store.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <tuple>
#include <utility>

#include "controller/policy/live_pods.h"

namespace portcullis::policy {
namespace {

uint64_t Packed(const Claim& claim) {
  const auto bit = [](bool set, unsigned position) {
    return static_cast<uint64_t>(set ? 1 : 0) << position;
  };
  return bit(claim.running, 63) | bit(claim.not_deleting, 62) |
         static_cast<uint64_t>(claim.created);
}

/// The addresses that a pod claims: each once.
std::vector<IpAddress> Claimed(const k8s::Pod& pod) {
  std::vector<IpAddress> claimed;
  for (const IpAddress& address : pod.addresses) {
    if (IsUnicast(address) && std::find(claimed.begin(), claimed.end(), address) == claimed.end()) {
      claimed.push_back(address);
    }
  }
  return claimed;
}

}  // namespace

PodStore::Name::Name(std::string_view text) {
  const auto size = static_cast<uint32_t>(text.size());
  bytes_ = std::make_unique<char[]>(sizeof(size) + text.size());
  std::memcpy(bytes_.get(), &size, sizeof(size));
  std::memcpy(bytes_.get() + sizeof(size), text.data(), text.size());
}

std::string_view PodStore::Name::view() const {
  uint32_t size = 0;
  std::memcpy(&size, bytes_.get(), sizeof(size));
  return {bytes_.get() + sizeof(size), size};
}

size_t PodStore::KeyHash::operator()(const Key& key) const {
  return MixHash(key.ns, std::hash<std::string_view>()(key.name));
}

PodStore::PodStore(Vocabulary& vocabulary, PodClasses& classes, PodListener& listener)
    : vocabulary_(vocabulary),
      classes_(classes),
      listener_(listener),
      by_key_(KeyOf{&pods_}),
      owned_(AddressOf{&addresses_}) {}

std::optional<uint32_t> PodStore::Find(const k8s::ObjectKey& key) const {
  const auto ns = vocabulary_.FindText(key.ns);
  return ns ? by_key_.Find(Key{*ns, key.name}) : std::nullopt;
}

uint32_t PodStore::Add(const k8s::ObjectKey& key) {
  Pod pod;
  pod.ns = vocabulary_.AcquireText(key.ns);
  pod.name = Name(key.name);
  const uint32_t id = pods_.Add(std::move(pod));
  by_key_.Add(id);
  return id;
}

void PodStore::Put(const k8s::Pod& pod, bool local, uint32_t list) {
  const auto found = Find(pod.meta.key);
  const uint32_t id = found ? *found : Add(pod.meta.key);
  pods_[id].list = list;
  SetLocal(id, local);
  SetNode(id, ShowsItsNode(pod) ? &pod : nullptr);
  if (!CanHaveIdentity(pod)) {
    DropAddressesBut(id, {});
    LeaveClass(id);
    return;
  }
  const std::vector<IpAddress> claimed = Claimed(pod);
  DropAddressesBut(id, claimed);
  vocabulary_.RetainText(pods_[id].ns);
  SetClass(id,
           ClassKey{pods_[id].ns,
                    vocabulary_.AcquireLabels(pod.meta.labels),
                    vocabulary_.AcquirePorts(pod.ports),
                    local});
  SetClaim(id, Packed(ClaimOf(pod)));
  AddAddresses(id, claimed);
}

void PodStore::Remove(const k8s::ObjectKey& key) {
  if (const auto found = Find(key)) {
    RemovePod(*found);
  }
}

void PodStore::RemovePod(uint32_t pod) {
  DropAddressesBut(pod, {});
  LeaveClass(pod);
  SetLocal(pod, false);
  SetNode(pod, nullptr);
  by_key_.Remove(pod);
  vocabulary_.ReleaseText(pods_[pod].ns);
  pods_.Remove(pod);
}

void PodStore::Sweep(uint32_t list) {
  std::vector<uint32_t> old;
  for (const uint32_t pod : by_key_) {
    if (pods_[pod].list < list) {
      old.push_back(pod);
    }
  }
  for (const uint32_t pod : old) {
    RemovePod(pod);
  }
}

void PodStore::SetLocal(uint32_t pod, bool local) {
  local_pods_ += local ? 1U : 0U;
  local_pods_ -= pods_[pod].local ? 1U : 0U;
  pods_[pod].local = local;
}

/// `pod`: null where it shows no node.
void PodStore::SetNode(uint32_t id, const k8s::Pod* pod) {
  const uint32_t before = pods_[id].node;
  pods_[id].node = pod == nullptr ? kNone : nodes_.Acquire(*pod);
  if (before != kNone) {
    nodes_.Release(before);
  }
}

std::vector<PodStore::Owned> PodStore::OwnersIn(uint32_t pod_class) const {
  std::vector<Owned> owners;
  for (uint32_t pod = classes_[pod_class].first_pod; pod != kNone; pod = pods_[pod].next) {
    std::vector<IpAddress> owned;
    for (uint32_t id = pods_[pod].first_address; id != kNone; id = addresses_[id].next) {
      if (addresses_[id].owned) {
        owned.push_back(addresses_[id].address);
      }
    }
    if (!owned.empty()) {
      std::sort(owned.begin(), owned.end());
      owners.push_back({{vocabulary_.TextOf(pods_[pod].ns), std::string(pods_[pod].name.view())},
                        std::move(owned)});
    }
  }
  return owners;
}

void PodStore::SetClass(uint32_t pod, const ClassKey& key) {
  const auto [id, is_new] = classes_.Acquire(key);
  if (is_new) {
    listener_.ClassAdded(id);
  }
  const uint32_t before = pods_[pod].pod_class;
  if (before == id) {
    (void)classes_.Release(id);
    return;
  }
  std::vector<uint32_t> owned;
  for (uint32_t each = pods_[pod].first_address; each != kNone; each = addresses_[each].next) {
    if (addresses_[each].owned) {
      owned.push_back(each);
      Disown(each);
    }
  }
  LeaveClass(pod);
  Enter(pod, id);
  for (const uint32_t each : owned) {
    Own(each);
  }
}

void PodStore::Enter(uint32_t pod, uint32_t pod_class) {
  uint32_t& first = classes_[pod_class].first_pod;
  pods_[pod].pod_class = pod_class;
  pods_[pod].next = first;
  pods_[pod].previous = kNone;
  if (first != kNone) {
    pods_[first].previous = pod;
  }
  first = pod;
}

void PodStore::LeaveClass(uint32_t pod) {
  const uint32_t pod_class = std::exchange(pods_[pod].pod_class, kNone);
  if (pod_class == kNone) {
    return;
  }
  const Pod& leaving = pods_[pod];
  if (leaving.next != kNone) {
    pods_[leaving.next].previous = leaving.previous;
  }
  if (leaving.previous != kNone) {
    pods_[leaving.previous].next = leaving.next;
  } else {
    classes_[pod_class].first_pod = leaving.next;
  }
  if (classes_.Release(pod_class)) {
    listener_.ClassGone(pod_class);
    classes_.Remove(pod_class);
  }
}

void PodStore::SetClaim(uint32_t pod, uint64_t claim) {
  if (std::exchange(pods_[pod].claim, claim) == claim || contested_.empty()) {
    return;
  }
  for (uint32_t id = pods_[pod].first_address; id != kNone; id = addresses_[id].next) {
    if (contested_.count(addresses_[id].address) != 0) {
      Elect(addresses_[id].address);
    }
  }
}

void PodStore::DropAddressesBut(uint32_t pod, const std::vector<IpAddress>& wanted) {
  uint32_t* link = &pods_[pod].first_address;
  while (*link != kNone) {
    const uint32_t id = *link;
    if (std::find(wanted.begin(), wanted.end(), addresses_[id].address) != wanted.end()) {
      link = &addresses_[id].next;
      continue;
    }
    *link = addresses_[id].next;
    WithdrawAddress(id);
    addresses_.Remove(id);
  }
}

void PodStore::AddAddresses(uint32_t pod, const std::vector<IpAddress>& wanted) {
  for (const IpAddress& address : wanted) {
    uint32_t id = pods_[pod].first_address;
    while (id != kNone && addresses_[id].address != address) {
      id = addresses_[id].next;
    }
    if (id == kNone) {
      id = addresses_.Add({address, false, pod, pods_[pod].first_address});
      pods_[pod].first_address = id;
      ClaimAddress(id);
    }
  }
}

void PodStore::ClaimAddress(uint32_t id) {
  const IpAddress& address = addresses_[id].address;
  const auto owner = owned_.Find(address);
  if (!owner) {
    Own(id);
    return;
  }
  std::vector<uint32_t>& claims = contested_[address];
  if (claims.empty()) {
    claims.push_back(*owner);
  }
  claims.push_back(id);
  Elect(address);
}

void PodStore::WithdrawAddress(uint32_t id) {
  const IpAddress address = addresses_[id].address;
  const auto contested = contested_.find(address);
  const bool owned = addresses_[id].owned;
  if (owned) {
    Disown(id);
  }
  if (contested == contested_.end()) {
    return;
  }
  std::vector<uint32_t>& claims = contested->second;
  claims.erase(std::find(claims.begin(), claims.end(), id));
  if (owned) {
    Elect(address);
  }
  if (claims.size() == 1) {
    contested_.erase(contested);
  }
}

void PodStore::Elect(const IpAddress& address) {
  const std::vector<uint32_t>& claims = contested_.at(address);
  const uint32_t best =
      *std::max_element(claims.begin(), claims.end(), [this](uint32_t a, uint32_t b) {
        return Prevails(addresses_[b].pod, addresses_[a].pod);
      });
  const auto owner = owned_.Find(address);
  if (owner == best) {
    return;
  }
  if (owner) {
    Disown(*owner);
  }
  Own(best);
}

bool PodStore::Prevails(uint32_t a, uint32_t b) const {
  const auto rank = [this](const Pod& pod) {
    return std::tuple<uint64_t, std::string_view, std::string_view>(
        pod.claim, vocabulary_.TextOf(pod.ns), pod.name.view());
  };
  return rank(pods_[a]) > rank(pods_[b]);
}

void PodStore::Own(uint32_t id) {
  addresses_[id].owned = true;
  owned_.Add(id);
  const uint32_t pod_class = pods_[addresses_[id].pod].pod_class;
  const IpAddress& address = addresses_[id].address;
  ++classes_[pod_class].owned[static_cast<size_t>(address.family())];
  listener_.Gained(pod_class, address);
}

void PodStore::Disown(uint32_t id) {
  addresses_[id].owned = false;
  owned_.Remove(id);
  const uint32_t pod_class = pods_[addresses_[id].pod].pod_class;
  const IpAddress& address = addresses_[id].address;
  --classes_[pod_class].owned[static_cast<size_t>(address.family())];
  listener_.Lost(pod_class, address);
}

uint32_t PodStore::ClassAt(const IpAddress& address) const {
  const auto owner = owned_.Find(address);
  return owner ? pods_[addresses_[*owner].pod].pod_class : kNone;
}

k8s::ObjectKey PodStore::KeyAt(const IpAddress& address) const {
  const auto owner = owned_.Find(address);
  if (!owner) {
    return {};
  }
  const Pod& pod = pods_[addresses_[*owner].pod];
  return {vocabulary_.TextOf(pod.ns), std::string(pod.name.view())};
}

size_t PodStore::CountLive(uint32_t pod_class) const {
  size_t count = 0;
  for (uint32_t pod = classes_[pod_class].first_pod; pod != kNone; pod = pods_[pod].next) {
    bool live = false;
    for (uint32_t id = pods_[pod].first_address; id != kNone; id = addresses_[id].next) {
      live = live || addresses_[id].owned;
    }
    count += live ? 1U : 0U;
  }
  return count;
}

}  // namespace portcullis::policy
