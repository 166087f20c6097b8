// SPDX-License-Identifier: Apache-2.0
//
// The objects of the cluster as the controller knows them: what every later stage computes from.
// Pure: no I/O, clock, log or thread. Fed by controller/reconcile/event_queue (Changes), read by
// compile.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_WORLD_H_
#define PORTCULLIS_CONTROLLER_POLICY_WORLD_H_

#include <cstdint>
#include <map>

#include "controller/policy/changes.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

/// The objects of one kind, and of each the number of the list that it was last told with.
template <typename T>
struct KindObjects {
  std::map<k8s::ObjectKey, T> objects;
  std::map<k8s::ObjectKey, uint32_t> lists;
};

class World {
 public:
  World() = default;
  explicit World(const k8s::Objects& objects);

  /// The only mutation. Deleting what is not there is no error: watches replay.
  void Apply(Changes changes);

  [[nodiscard]] const std::map<k8s::ObjectKey, k8s::Pod>& pods() const { return pods_.objects; }
  [[nodiscard]] const std::map<k8s::ObjectKey, k8s::Namespace>& namespaces() const {
    return namespaces_.objects;
  }
  [[nodiscard]] const std::map<k8s::ObjectKey, k8s::NetworkPolicy>& policies() const {
    return policies_.objects;
  }
  /// Of the node that this process serves. INVARIANT: Disjoint().
  [[nodiscard]] const PodRanges& pod_ranges() const { return pod_ranges_; }

 private:
  KindObjects<k8s::Pod> pods_;
  KindObjects<k8s::Namespace> namespaces_;
  KindObjects<k8s::NetworkPolicy> policies_;
  PodRanges pod_ranges_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_WORLD_H_
