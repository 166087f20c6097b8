// SPDX-License-Identifier: Apache-2.0
//
// Whose node an address is, as the pods of the hosts' networks say: their addresses are their
// node's (8.1). For people alone; no policy asks for nodes. Pure. Filled by pod_store.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_NODE_ADDRESSES_H_
#define PORTCULLIS_CONTROLLER_POLICY_NODE_ADDRESSES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/ip.h"
#include "controller/policy/slab.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

/// Whether the pod's addresses are its node's: one of the host's network that has not finished
/// (8.3), on a node.
[[nodiscard]] bool ShowsItsNode(const k8s::Pod& pod);

class NodeAddresses {
 public:
  /// One more pod that says so: what to Release() when it does not any more.
  /// REQUIRES: ShowsItsNode(pod).
  [[nodiscard]] uint32_t Acquire(const k8s::Pod& pod);
  void Release(uint32_t id);

  /// The node's name; null where no pod shows one. Where pods of several nodes claim an address,
  /// the node whose name sorts first. Valid until the next Release().
  [[nodiscard]] const std::string* Find(const IpAddress& address) const;
  [[nodiscard]] size_t size() const { return ids_.size(); }

 private:
  using Key = std::pair<std::string, std::vector<IpAddress>>;
  /// The pods of a node that show the same addresses, which nearly all of them do.
  struct Record {
    Key key;
    uint32_t pods = 0;
  };

  std::map<Key, uint32_t> ids_;
  Slab<Record> records_;
  std::map<IpAddress, std::set<std::pair<std::string, uint32_t>>> by_address_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_NODE_ADDRESSES_H_
