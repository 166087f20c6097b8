// SPDX-License-Identifier: Apache-2.0
//
// The objects of the cluster as the controller knows them: what every later stage computes from.
// Pure: no I/O, clock, log or thread. Fed by controller/event_queue (Changes), read by compile.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_WORLD_H_
#define PORTCULLIS_CONTROLLER_POLICY_WORLD_H_

#include <map>
#include <optional>

#include "k8s-client/types.h"

namespace portcullis::policy {

/// What has come for one kind since the last time: per object its newest state, or nothing where it
/// was deleted.
template <typename T>
struct KindChanges {
  bool replace = false;  ///< `objects` is the whole list: what is not in it is gone.
  std::map<k8s::ObjectKey, std::optional<T>> objects;

  [[nodiscard]] bool empty() const { return !replace && objects.empty(); }
};

struct Changes {
  KindChanges<k8s::Pod> pods;
  KindChanges<k8s::Namespace> namespaces;
  KindChanges<k8s::NetworkPolicy> policies;

  [[nodiscard]] bool empty() const {
    return pods.empty() && namespaces.empty() && policies.empty();
  }
};

class World {
 public:
  World() = default;
  explicit World(const k8s::Objects& objects);

  /// The only mutation. Deleting what is not there is no error: watches replay.
  void Apply(Changes changes);

  [[nodiscard]] const std::map<k8s::ObjectKey, k8s::Pod>& pods() const { return pods_; }
  [[nodiscard]] const std::map<k8s::ObjectKey, k8s::Namespace>& namespaces() const {
    return namespaces_;
  }
  [[nodiscard]] const std::map<k8s::ObjectKey, k8s::NetworkPolicy>& policies() const {
    return policies_;
  }

 private:
  std::map<k8s::ObjectKey, k8s::Pod> pods_;
  std::map<k8s::ObjectKey, k8s::Namespace> namespaces_;
  std::map<k8s::ObjectKey, k8s::NetworkPolicy> policies_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_WORLD_H_
