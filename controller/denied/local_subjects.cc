// SPDX-License-Identifier: Apache-2.0
//
// See local_subjects.h.
#include "controller/denied/local_subjects.h"

#include <utility>

#include "controller/denied/flow_direction.h"
#include "controller/policy/names.h"

namespace portcullis::denied {
namespace {

using policy::Direction;

/// Numbers groups, and notes their chains.
class Numbers {
 public:
  explicit Numbers(std::map<std::string, size_t, std::less<>>& chains) : chains_(chains) {}

  size_t Of(const policy::GroupId* group, size_t none) {
    if (group == nullptr) {
      return none;
    }
    const auto [entry, is_new] = numbers_.try_emplace(group, numbers_.size());
    if (is_new) {
      for (const auto tracking : policy::kTrackings) {
        chains_.emplace(policy::GroupChainName(*group, tracking), entry->second);
      }
    }
    return entry->second;
  }

 private:
  std::map<std::string, size_t, std::less<>>& chains_;
  std::map<const policy::GroupId*, size_t> numbers_;
};

}  // namespace

LocalSubjects::LocalSubjects(const policy::Engine& engine) {
  Numbers numbers(groups_);
  for (const policy::Engine::LocalPod& local : engine.LocalPods()) {
    Pod pod{local.key, {}};
    pod.groups.at(static_cast<size_t>(Direction::kEgress)) = numbers.Of(local.egress, kNoGroup);
    pod.groups.at(static_cast<size_t>(Direction::kIngress)) = numbers.Of(local.ingress, kNoGroup);
    for (const IpAddress& address : local.addresses) {
      pods_.emplace(address, pod);
    }
  }
}

const LocalSubjects::Pod* LocalSubjects::At(const IpAddress& address) const {
  const auto found = pods_.find(address);
  return found == pods_.end() ? nullptr : &found->second;
}

const k8s::ObjectKey* LocalSubjects::Find(const nft::LoggedPacket& packet) const {
  const auto parts = policy::PartsOfGroupChain(packet.prefix);
  if (!parts) {
    return nullptr;
  }
  const auto group = groups_.find(packet.prefix);
  const auto is_subject = [&](const IpAddress& address) {
    const Pod* pod = At(address);
    return pod != nullptr && group != groups_.end() &&
           pod->groups.at(static_cast<size_t>(parts->direction)) == group->second;
  };
  const bool reply = Heading(packet.header, parts->direction, is_subject).reply;
  const bool at_source = (parts->direction == Direction::kEgress) != reply;
  const Pod* pod = At(at_source ? packet.header.source : packet.header.destination);
  return pod == nullptr ? nullptr : &pod->key;
}

}  // namespace portcullis::denied
