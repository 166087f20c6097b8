// SPDX-License-Identifier: Apache-2.0
//
// Where the watches leave what they saw and the reconciler fetches it: coalesced per object, so
// that its memory is bounded by the number of objects however many events come, and fetched while
// the lists are still coming, so that a long one never lies here as a whole. Between
// k8s-client/reflector (one thread per kind) and controller/reconcile/reconcile_loop (one thread).
//
// Thread safety: every method may be called from any thread; one waits, and the calls for one kind
// come from one thread.
#ifndef PORTCULLIS_CONTROLLER_RECONCILE_EVENT_QUEUE_H_
#define PORTCULLIS_CONTROLLER_RECONCILE_EVENT_QUEUE_H_

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <tuple>
#include <utility>
#include <vector>

#include "controller/policy/changes.h"
#include "controller/status/inquiry.h"

namespace portcullis {

/// Everything that came since the last fetch, as one change.
struct Burst {
  bool foreign_change = false;  ///< Somebody else may have changed our table in the kernel.
  bool at_once = false;         ///< Its work was there already when it was asked for.
  /// Every kind has been listed wholly, at least once. No kernel write may come before (10.10).
  bool all_listed = false;
  policy::Changes changes;
  /// When the oldest event of it came; meaningless where `changes` is empty.
  std::chrono::steady_clock::time_point oldest;
  /// What other threads want to know. They change nothing, and are no reason to compare anything.
  std::vector<Inquiry> inquiries;

  [[nodiscard]] bool has_work() const { return foreign_change || !changes.empty(); }
};

class EventQueue final : public InquiryDesk {
 public:
  static constexpr size_t kMany = 1'000;  ///< Objects of a kind.
  static constexpr std::chrono::milliseconds kPatience{100};

  /// A list of the kind begins; one that was not ended is given up.
  template <typename T>
  void BeginList() {
    const std::lock_guard lock(mutex_);
    ++Of<T>().list;
  }

  /// Some of its objects. Where many wait already, gives the one who fetches them up to kPatience
  /// to do so: else a list that comes faster than it is taken in would lie here after all.
  template <typename T>
  void AddListed(std::vector<T> objects) {
    if (objects.empty()) {
      return;
    }
    Edit<T>([&](policy::KindChanges<T>& changes, uint32_t list) {
      for (T& object : objects) {
        k8s::ObjectKey key = object.meta.key;
        changes.objects.insert_or_assign(std::move(key),
                                         policy::ObjectChange<T>{std::move(object), list});
      }
    });
    std::unique_lock lock(mutex_);
    fetched_.wait_for(lock, kPatience, [this] {
      return (pending_.changes.*Of<T>().changes).objects.size() <= kMany;
    });
  }

  /// The list is complete: what it has not told is gone.
  template <typename T>
  void EndList() {
    Edit<T>([&](policy::KindChanges<T>& changes, uint32_t list) {
      changes.complete_list = list;
      Of<T>().listed = true;
    });
  }

  template <typename T>
  void Upsert(T object) {
    Edit<T>([&](policy::KindChanges<T>& changes, uint32_t list) {
      k8s::ObjectKey key = object.meta.key;
      changes.objects.insert_or_assign(std::move(key),
                                       policy::ObjectChange<T>{std::move(object), list});
    });
  }

  template <typename T>
  void Delete(const k8s::ObjectKey& key) {
    Edit<T>([&](policy::KindChanges<T>& changes, uint32_t list) {
      changes.objects.insert_or_assign(key, policy::ObjectChange<T>{std::nullopt, list});
    });
  }

  /// The address ranges of this node's pods are these from now on.
  void NotePodRanges(policy::PodRanges ranges);

  /// Somebody else may have changed our table in the kernel.
  void NoteForeignChange();

  [[nodiscard]] bool Post(Inquiry inquiry) override;
  /// The loop has ended: drops the inquiries that wait, and takes none any more.
  void CloseInquiries();

  /// Waits until something has changed, or until `deadline` (nothing: for ever), or until a stop is
  /// requested; returns all there is, which is nothing in the latter cases.
  [[nodiscard]] Burst Wait(const std::stop_token& stop,
                           std::optional<std::chrono::steady_clock::time_point> deadline);

 private:
  template <typename T>
  struct Kind {
    uint32_t list = 0;    ///< The number of the last list begun; 0 before the first.
    bool listed = false;  ///< One of them was ended.
    policy::KindChanges<T> policy::Changes::*changes = nullptr;
  };

  template <typename T>
  Kind<T>& Of() {
    return std::get<Kind<T>>(kinds_);
  }

  template <typename T, typename Change>
  void Edit(const Change& change) {
    {
      const std::lock_guard lock(mutex_);
      if (pending_.changes.empty()) {
        pending_.oldest = std::chrono::steady_clock::now();
      }
      const Kind<T>& kind = Of<T>();
      change(pending_.changes.*kind.changes, kind.list);
    }
    changed_.notify_one();
  }

  [[nodiscard]] bool Ready() const;
  [[nodiscard]] bool AllListed() const;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable fetched_;
  // Protected by mutex_.
  Burst pending_;
  bool takes_inquiries_ = true;
  std::tuple<Kind<k8s::Pod>, Kind<k8s::Namespace>, Kind<k8s::NetworkPolicy>> kinds_{
      {0, false, &policy::Changes::pods},
      {0, false, &policy::Changes::namespaces},
      {0, false, &policy::Changes::policies}};
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILE_EVENT_QUEUE_H_
