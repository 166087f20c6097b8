// SPDX-License-Identifier: Apache-2.0
//
// The log that people read with `kubectl logs`: one line per event that somebody cares about, as
// text or as JSON, on standard output. The only user of spdlog. Its callers choose the words; this
// file only writes them.
//
// Nobody waits for standard output: a thread of its own writes, and where that is stuck (a full
// pipe, a full disk behind it) the oldest lines are lost, and counted, while rules are enforced.
//
// Thread safety: Write() may be called from any thread.
#ifndef PORTCULLIS_CONTROLLER_PROCESS_EVENT_LOG_H_
#define PORTCULLIS_CONTROLLER_PROCESS_EVENT_LOG_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "controller/process/log_field.h"

namespace spdlog {
class logger;
namespace details {
class thread_pool;
}
}  // namespace spdlog

namespace portcullis {

class EventLog {
 public:
  /// Lines below `level` are left out.
  EventLog(LogFormat format, LogLevel level);
  /// Waits until all is written, however long nobody takes it: `run` bounds its own end (agent).
  ~EventLog();
  EventLog(const EventLog&) = delete;
  EventLog& operator=(const EventLog&) = delete;
  EventLog(EventLog&&) = delete;
  EventLog& operator=(EventLog&&) = delete;

  /// Whether lines of `level` are written at all, for those whose words cost something.
  [[nodiscard]] bool Writes(LogLevel level) const;

  /// `event` names the kind of line in a word ("synced", "policy_applied"), stable for those who
  /// filter by it; `message` is for people.
  void Write(LogLevel level,
             std::string_view event,
             std::string_view message,
             const std::vector<LogField>& fields = {});

 private:
  void Put(LogLevel level,
           std::string_view event,
           std::string_view message,
           const std::vector<LogField>& fields);
  void ReportLost();

  LogFormat format_;
  std::shared_ptr<spdlog::details::thread_pool> writer_;
  std::shared_ptr<spdlog::logger> logger_;
  std::atomic<size_t> said_lost_ = 0;  ///< Lines.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PROCESS_EVENT_LOG_H_
