// SPDX-License-Identifier: Apache-2.0
//
// See node_addresses.h.
#include "controller/policy/node_addresses.h"

namespace portcullis::policy {

bool ShowsItsNode(const k8s::Pod& pod) {
  const bool finished =
      pod.phase == k8s::PodPhase::kSucceeded || pod.phase == k8s::PodPhase::kFailed;
  return pod.host_network && !finished && !pod.node_name.empty();
}

uint32_t NodeAddresses::Acquire(const k8s::Pod& pod) {
  Key key(pod.node_name, pod.addresses);
  const auto found = ids_.find(key);
  if (found != ids_.end()) {
    ++records_[found->second].pods;
    return found->second;
  }
  const uint32_t id = records_.Add({key, 1});
  for (const IpAddress& address : key.second) {
    by_address_[address].emplace(key.first, id);
  }
  ids_.emplace(std::move(key), id);
  return id;
}

void NodeAddresses::Release(uint32_t id) {
  if (--records_[id].pods > 0) {
    return;
  }
  const Key key = records_[id].key;
  for (const IpAddress& address : key.second) {
    const auto nodes = by_address_.find(address);
    if (nodes == by_address_.end()) {
      continue;  // A status that names an address twice.
    }
    nodes->second.erase({key.first, id});
    if (nodes->second.empty()) {
      by_address_.erase(nodes);
    }
  }
  ids_.erase(key);
  records_.Remove(id);
}

const std::string* NodeAddresses::Find(const IpAddress& address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? nullptr : &found->second.begin()->first;
}

}  // namespace portcullis::policy
