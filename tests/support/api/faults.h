// SPDX-License-Identifier: Apache-2.0
//
// Which faults the test API server has to commit, and what it was asked so far: the state that its
// request threads share. Waiting threads sleep on one condition, so that nothing is polled.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_FAULTS_H_
#define PORTCULLIS_TESTS_SUPPORT_API_FAULTS_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>

namespace portcullis::test {

struct FaultState {
  bool stopping = false;
  bool stalled = false;
  bool slow = false;
  bool expire_as_event = false;
  bool protobuf = true;  ///< Is spoken where it is asked for.
  int failing = 0;       ///< Requests still to be answered with `status`.
  int status = 0;
  std::string retry_after;
  std::string forbidden;  ///< URLs with this in their path are answered with 403; empty: none.
  uint64_t cuts = 0;      ///< Watches begun before this changed are cut ...
  uint64_t ends = 0;      ///< ... or ended.
  uint64_t injections = 0;
  std::string injected;
  uint64_t changes = 0;  ///< Of the store.
  unsigned lists = 0;
  unsigned watches = 0;
  unsigned running_watches = 0;
  unsigned requests = 0;
};

/// Thread safety: all methods.
class Faults {
 public:
  /// Edits the state and wakes whoever waits.
  template <typename Edit>
  auto Change(const Edit& edit) {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    return edit(state_);
  }

  [[nodiscard]] FaultState Get() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }

  /// The state once `ready(state)` holds, or at `deadline`.
  template <typename Ready>
  FaultState Wait(std::chrono::steady_clock::time_point deadline, const Ready& ready) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, deadline, [&] { return ready(state_); });
    return state_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  FaultState state_;  // Protected by mutex_.
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_FAULTS_H_
