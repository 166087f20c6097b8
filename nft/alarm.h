// SPDX-License-Identifier: Apache-2.0
//
// Waits for a file descriptor, and is called off from another thread: how those who listen to the
// kernel (mnl_monitor, mnl_log) hear of a requested stop. No messages; reads nothing.
#ifndef PORTCULLIS_NFT_ALARM_H_
#define PORTCULLIS_NFT_ALARM_H_

#include <chrono>
#include <stop_token>

#include "base/result.h"

namespace portcullis::nft {

class Alarm {
 public:
  Alarm();
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  Alarm(Alarm&&) = delete;
  Alarm& operator=(Alarm&&) = delete;

  void Ring() const;

  /// Whether `fd` can be read, before `timeout` has passed or Ring() was called; a signal may end
  /// the wait too. ERRORS: kUnavailable.
  [[nodiscard]] Result<bool> WaitFor(int fd, std::chrono::milliseconds timeout) const;

 private:
  int event_;  ///< -1 where the system has none left: poll() passes over it.
};

/// Calls `take()` each time that `fd` can be read, until it returns true: true. False once
/// `timeout` has passed or a stop is requested. ERRORS: kUnavailable; take's.
template <typename Take>
Result<bool> WaitUntil(const Take& take,
                       int fd,
                       const std::stop_token& stop,
                       std::chrono::milliseconds timeout) {
  using std::chrono::milliseconds;
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + timeout;
  const Alarm alarm;
  const std::stop_callback ring(stop, [&alarm] { alarm.Ring(); });
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    if (stop.stop_requested() || left <= milliseconds(0)) {
      return false;
    }
    Result<bool> done = alarm.WaitFor(fd, left);
    if (done && *done) {
      done = take();
    }
    if (!done || *done) {
      return done;
    }
  }
}

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_ALARM_H_
