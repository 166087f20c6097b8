// SPDX-License-Identifier: Apache-2.0
//
// A bound on how often something is done: a burst, then a steady rate. Pure; the time is handed in.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_TOKEN_BUCKET_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_TOKEN_BUCKET_H_

#include <algorithm>
#include <chrono>

namespace portcullis::api_events {

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `burst` at once, and one more every `interval`.
  TokenBucket(unsigned burst, Time::duration interval) : burst_(burst), interval_(interval) {}

  /// When the next one may be taken; not later than `now` where it may at once.
  [[nodiscard]] Time ready() const { return empty_at_ - burst_ * interval_ + interval_; }

  /// REQUIRES: ready() <= `now`.
  void Take(Time now) { empty_at_ = std::max(empty_at_, now) + interval_; }

 private:
  unsigned burst_;
  Time::duration interval_;
  Time empty_at_{};  ///< When all that was taken will have been given back.
};

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_TOKEN_BUCKET_H_
