// SPDX-License-Identifier: Apache-2.0
//
// Which node writes the Events of a policy, so that not every node does: rendezvous hashing of the
// policy over the nodes that run a Portcullis pod. Every node comes to the same ranking by itself,
// and a node that comes or goes moves the policies of that node alone. Pure.
//
// The node that comes first may be unable to write, and nobody can see that. So the next two in the
// ranking write as well, later: the API server refuses an Event that is there already.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_ROSTER_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_ROSTER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "k8s-client/types.h"

namespace portcullis::api_events {

class Roster {
 public:
  /// So many nodes write an Event, one after the other.
  static constexpr unsigned kWriters = 3;

  /// `own_node` is on it whether or not its pod is seen: a process that runs without a pod writes
  /// too.
  explicit Roster(std::string own_node) : own_node_(std::move(own_node)) {}

  void Put(const k8s::ObjectKey& pod, const std::string& node);
  void Remove(const k8s::ObjectKey& pod);

  /// The own node's place in the ranking for `uid`, from 0; nothing where it is not among those who
  /// write.
  [[nodiscard]] std::optional<unsigned> OwnRank(std::string_view uid) const;
  /// Grows with each change that may change a rank.
  [[nodiscard]] uint64_t version() const { return version_; }

 private:
  std::string own_node_;
  std::map<k8s::ObjectKey, std::string> nodes_;  ///< Of the pods that were seen.
  uint64_t version_ = 1;
};

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_ROSTER_H_
