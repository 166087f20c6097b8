// SPDX-License-Identifier: Apache-2.0
//
// One running watch of the test API server: sends events, bookmarks and faults as they come due.
// Between object_store and faults, and the connection that httplib has for it.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_WATCH_STREAM_H_
#define PORTCULLIS_TESTS_SUPPORT_API_WATCH_STREAM_H_

#include <chrono>
#include <functional>
#include <string>

#include "tests/support/api/encoding.h"
#include "tests/support/api/faults.h"
#include "tests/support/api/target.h"

namespace portcullis::test {

/// The way to the client.
struct Connection {
  std::function<bool(const char* data, size_t size)> write;  ///< False: the client has gone.
  std::function<bool()> writable;
  std::function<void()> end;  ///< The body ends, in order.
};

/// Sends `bytes`, one by one where that was asked for; false where the client has gone.
[[nodiscard]] bool Send(const Connection& connection, const std::string& bytes, bool slow);

/// Lives on the thread that serves it.
class WatchStream {
 public:
  using Clock = std::chrono::steady_clock;

  /// `now` is the state of the faults when it begins; `store` and `faults` must outlive it.
  WatchStream(Target target,
              k8s::Format format,
              uint64_t version,
              const FaultState& now,
              ObjectStore& store,
              Faults& faults);

  void SendFirst(std::string bytes) { first_ = std::move(bytes); }
  void EndAt(Clock::time_point deadline) { deadline_ = deadline; }
  void SendBookmarks(std::chrono::milliseconds interval);

  /// Sends what there is to send, or waits for it; false: cut the connection.
  bool Continue(const Connection& connection);

 private:
  [[nodiscard]] bool HasWork(const FaultState& now) const;
  bool SendFirstBytes(const Connection& connection, const FaultState& state);
  bool SendInjected(const Connection& connection, const FaultState& state);
  bool SendEvents(const Connection& connection, const FaultState& state);
  bool SendBookmark(const Connection& connection, const FaultState& state);
  void SendEnd(const Connection& connection, const FaultState& state) const;

  Target target_;
  k8s::Format format_;
  uint64_t version_;  ///< Everything up to this one was sent.
  uint64_t cuts_;
  uint64_t ends_;
  uint64_t injections_;
  uint64_t changes_;
  ObjectStore& store_;
  Faults& faults_;
  bool first_call_ = true;
  std::string first_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point next_bookmark_ = Clock::time_point::max();
  std::chrono::milliseconds bookmark_interval_{};
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_WATCH_STREAM_H_
