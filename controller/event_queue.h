// SPDX-License-Identifier: Apache-2.0
//
// Where the watches leave what they saw and the reconciler fetches it: coalesced per object, so
// that its memory is bounded by the number of objects however many events come. Between
// k8s-client/reflector (one thread per kind) and controller/agent (one thread).
//
// Thread safety: every method may be called from any thread.
#ifndef PORTCULLIS_CONTROLLER_EVENT_QUEUE_H_
#define PORTCULLIS_CONTROLLER_EVENT_QUEUE_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "controller/policy/world.h"

namespace portcullis {

/// Everything that came since the last fetch, as one change.
struct Burst {
  bool foreign_change = false;  ///< Somebody else may have changed our table in the kernel.
  policy::Changes changes;
  /// When the oldest event of it came; meaningless where `changes` is empty.
  std::chrono::steady_clock::time_point oldest;
};

class EventQueue {
 public:
  /// The whole list of a kind: what is not in it is gone.
  template <typename T>
  void Replace(std::vector<T> objects) {
    Edit([&](policy::Changes& changes) {
      policy::KindChanges<T>& kind = Of<T>(changes);
      kind.replace = true;
      kind.objects.clear();
      for (T& object : objects) {
        k8s::ObjectKey key = object.meta.key;
        kind.objects.insert_or_assign(std::move(key), std::move(object));
      }
      Listed<T>() = true;
    });
  }

  template <typename T>
  void Upsert(T object) {
    Edit([&](policy::Changes& changes) {
      k8s::ObjectKey key = object.meta.key;
      Of<T>(changes).objects.insert_or_assign(std::move(key), std::move(object));
    });
  }

  template <typename T>
  void Delete(const k8s::ObjectKey& key) {
    Edit([&](policy::Changes& changes) {
      policy::KindChanges<T>& kind = Of<T>(changes);
      if (kind.replace) {
        kind.objects.erase(key);
      } else {
        kind.objects.insert_or_assign(key, std::nullopt);
      }
    });
  }

  /// Somebody else may have changed our table in the kernel.
  void NoteForeignChange();

  /// Waits until every kind has been listed once and something has changed, or until `deadline`
  /// (nothing: for ever), or until a stop is requested; returns what there is, which is nothing in
  /// the latter cases. No kernel write may come before the first burst (10.10).
  [[nodiscard]] Burst Wait(const std::stop_token& stop,
                           std::optional<std::chrono::steady_clock::time_point> deadline);

 private:
  template <typename T>
  static policy::KindChanges<T>& Of(policy::Changes& changes) {
    if constexpr (std::is_same_v<T, k8s::Pod>) {
      return changes.pods;
    } else if constexpr (std::is_same_v<T, k8s::Namespace>) {
      return changes.namespaces;
    } else {
      return changes.policies;
    }
  }

  template <typename T>
  bool& Listed() {
    if constexpr (std::is_same_v<T, k8s::Pod>) {
      return pods_listed_;
    } else if constexpr (std::is_same_v<T, k8s::Namespace>) {
      return namespaces_listed_;
    } else {
      return policies_listed_;
    }
  }

  template <typename Change>
  void Edit(const Change& change) {
    {
      const std::lock_guard lock(mutex_);
      if (pending_.changes.empty()) {
        pending_.oldest = std::chrono::steady_clock::now();
      }
      change(pending_.changes);
    }
    changed_.notify_one();
  }

  [[nodiscard]] bool Ready() const;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  // Protected by mutex_.
  Burst pending_;
  bool pods_listed_ = false;
  bool namespaces_listed_ = false;
  bool policies_listed_ = false;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_EVENT_QUEUE_H_
