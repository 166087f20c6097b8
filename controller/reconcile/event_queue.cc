// SPDX-License-Identifier: Apache-2.0
//
// See event_queue.h.
#include "controller/reconcile/event_queue.h"

namespace portcullis {

void EventQueue::NotePodRanges(policy::PodRanges ranges) {
  {
    const std::lock_guard lock(mutex_);
    if (pending_.changes.empty()) {
      pending_.oldest = std::chrono::steady_clock::now();
    }
    pending_.changes.pod_ranges = std::move(ranges);
  }
  changed_.notify_one();
}

void EventQueue::NoteForeignChange() {
  {
    const std::lock_guard lock(mutex_);
    pending_.foreign_change = true;
  }
  changed_.notify_one();
}

bool EventQueue::Post(Inquiry inquiry) {
  {
    const std::lock_guard lock(mutex_);
    if (!takes_inquiries_ || pending_.inquiries.size() >= kMaxWaiting) {
      return false;
    }
    pending_.inquiries.push_back(std::move(inquiry));
  }
  changed_.notify_one();
  return true;
}

void EventQueue::CloseInquiries() {
  // They end without the lock: one may wake the thread that asked.
  std::vector<Inquiry> dropped;
  const std::lock_guard lock(mutex_);
  takes_inquiries_ = false;
  dropped.swap(pending_.inquiries);
}

bool EventQueue::Ready() const {
  return pending_.has_work() || !pending_.inquiries.empty();
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
  const bool at_once = pending_.has_work();
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
