// SPDX-License-Identifier: Apache-2.0
//
// What has come from the API server since the last time, as values: the only input of world.h and
// engine.h. Filled by controller/reconcile/event_queue, coalesced per object. Pure.
//
// A list comes in pieces, between events of the watches, so every object carries the number of the
// list it is of: the watch that follows a list goes on with that list's number. Once a list is
// complete, what still carries a smaller number is gone.
#ifndef PORTCULLIS_CONTROLLER_POLICY_CHANGES_H_
#define PORTCULLIS_CONTROLLER_POLICY_CHANGES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "controller/policy/pod_ranges.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

template <typename T>
struct ObjectChange {
  std::optional<T> object;  ///< Its newest state; nothing: it was deleted.
  uint32_t list = 0;        ///< The number of the list, or of the watch behind it, that says so.
};

template <typename T>
struct KindChanges {
  std::map<k8s::ObjectKey, ObjectChange<T>> objects;
  /// The list of this number is complete, once `objects` are taken in.
  std::optional<uint32_t> complete_list;

  [[nodiscard]] bool empty() const { return objects.empty() && !complete_list; }
};

struct Changes {
  KindChanges<k8s::Pod> pods;
  KindChanges<k8s::Namespace> namespaces;
  KindChanges<k8s::NetworkPolicy> policies;
  /// The pod ranges of the node, where they are told anew; nothing: as they were.
  std::optional<PodRanges> pod_ranges;

  [[nodiscard]] bool empty() const {
    return pods.empty() && namespaces.empty() && policies.empty() && !pod_ranges;
  }
};

template <typename T>
[[nodiscard]] KindChanges<T> EverythingOf(std::vector<T> objects) {
  KindChanges<T> changes;
  for (T& object : objects) {
    const k8s::ObjectKey key = object.meta.key;
    changes.objects.insert_or_assign(key, ObjectChange<T>{std::move(object)});
  }
  return changes;
}

/// All that leads from nothing to these objects.
[[nodiscard]] inline Changes EverythingOf(k8s::Objects objects) {
  return {EverythingOf(std::move(objects.pods)),
          EverythingOf(std::move(objects.namespaces)),
          EverythingOf(std::move(objects.policies)),
          std::nullopt};
}

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_CHANGES_H_
