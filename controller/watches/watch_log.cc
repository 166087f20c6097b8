// SPDX-License-Identifier: Apache-2.0
//
// See watch_log.h.
#include "controller/watches/watch_log.h"

#include <spdlog/fmt/fmt.h>

namespace portcullis {

/// A failure of a new nature is worth a line. Refusals differ in what is refused: the right to
/// watch may be missing where that to list is not. An expired watch is none; OnRelist has said it.
bool WatchLog::IsSaid(const Error& error) const {
  if (error.code == ErrorCode::kExpired) {
    return true;
  }
  return trouble_ && trouble_->code == error.code &&
         (error.code != ErrorCode::kPermission || trouble_->message == error.message);
}

void WatchLog::OnListed(const std::string& kind,
                        size_t count,
                        const std::string& resource_version,
                        std::chrono::milliseconds duration) {
  log_.Write(LogLevel::kInfo,
             "listed",
             fmt::format("{}: {} listed in {} ms, at resourceVersion {}",
                         kind,
                         count,
                         duration.count(),
                         resource_version),
             {{"kind", kind},
              {"count", static_cast<int64_t>(count)},
              {"duration_ms", int64_t{duration.count()}},
              {"resource_version", resource_version}});
}

void WatchLog::OnRelist(const std::string& kind, const std::string& reason) {
  log_.Write(LogLevel::kInfo,
             "relist",
             fmt::format("{}: listing everything again: {}", kind, reason),
             {{"kind", kind}, {"reason", reason}});
}

void WatchLog::OnRetry(const std::string& kind,
                       const Error& error,
                       std::chrono::milliseconds delay) {
  const bool said = IsSaid(error);
  // A refusal does not pass by itself.
  const LogLevel level =
      error.code == ErrorCode::kPermission ? LogLevel::kError : LogLevel::kWarning;
  if (!said) {
    trouble_ = error;
  }
  log_.Write(said ? LogLevel::kDebug : level,
             "watch_failed",
             fmt::format("{}: {}; what is known stays enforced, next try in {} ms",
                         kind,
                         error.message,
                         delay.count()),
             {{"kind", kind}, {"error", error.message}, {"retry_ms", int64_t{delay.count()}}});
}

void WatchLog::OnBadObject(const std::string& kind, const std::string& message) {
  log_.Write(LogLevel::kWarning,
             "bad_object",
             fmt::format("{}: an object is passed over: {}", kind, message),
             {{"kind", kind}, {"error", message}});
}

void WatchLog::OnConnected(const std::string& kind, bool connected) {
  if (connected && trouble_) {
    log_.Write(
        LogLevel::kInfo, "watch_recovered", kind + ": the watch stands again", {{"kind", kind}});
    trouble_.reset();
  } else {
    log_.Write(LogLevel::kDebug,
               connected ? "watching" : "watch_over",
               kind + (connected ? ": the watch stands" : ": the watch is over"),
               {{"kind", kind}});
  }
}

}  // namespace portcullis
