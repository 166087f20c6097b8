// SPDX-License-Identifier: Apache-2.0
//
// See event_queue.h.
#include "controller/event_queue.h"

namespace portcullis {

void EventQueue::NoteForeignChange() {
  {
    const std::lock_guard lock(mutex_);
    pending_.foreign_change = true;
  }
  changed_.notify_one();
}

bool EventQueue::Ready() const {
  return pods_listed_ && namespaces_listed_ && policies_listed_ &&
         (pending_.foreign_change || !pending_.changes.empty());
}

Burst EventQueue::Wait(const std::stop_token& stop,
                       std::optional<std::chrono::steady_clock::time_point> deadline) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] {
    return Ready();
  };
  const bool woken = deadline ? changed_.wait_until(lock, stop, *deadline, ready)
                              : changed_.wait(lock, stop, ready);
  return woken ? std::exchange(pending_, Burst{}) : Burst{};
}

}  // namespace portcullis
