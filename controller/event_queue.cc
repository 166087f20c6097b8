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
  return pending_.foreign_change || !pending_.changes.empty();
}

bool EventQueue::AllListed() const {
  return std::apply([](const auto&... kind) { return (kind.listed && ...); }, kinds_);
}

Burst EventQueue::Wait(const std::stop_token& stop,
                       std::optional<std::chrono::steady_clock::time_point> deadline) {
  // With the lock, lest the waiter miss it between its last look and its sleep.
  const std::stop_callback wake(stop, [this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  const auto over = [&] {
    return Ready() || stop.stop_requested();
  };
  const bool at_once = Ready();
  if (deadline) {
    changed_.wait_until(lock, *deadline, over);
  } else {
    changed_.wait(lock, over);
  }
  Burst burst = stop.stop_requested() ? Burst{} : std::exchange(pending_, Burst{});
  burst.at_once = at_once;
  burst.all_listed = AllListed();
  lock.unlock();
  fetched_.notify_all();
  return burst;
}

}  // namespace portcullis
