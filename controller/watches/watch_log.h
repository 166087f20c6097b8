// SPDX-License-Identifier: Apache-2.0
//
// What happens to a watch, as log lines: one when its state changes, none per retry. Between
// k8s-client/reflector, which calls it, and event_log.
//
// Thread safety: one watch log per reflector thread.
#ifndef PORTCULLIS_CONTROLLER_WATCHES_WATCH_LOG_H_
#define PORTCULLIS_CONTROLLER_WATCHES_WATCH_LOG_H_

#include <optional>
#include <string>

#include "controller/process/event_log.h"
#include "k8s-client/reflector.h"

namespace portcullis {

class WatchLog final : public k8s::WatchObserver {
 public:
  /// `log` must outlive the watch log.
  explicit WatchLog(EventLog& log) : log_(log) {}

  void OnListed(const std::string& kind,
                size_t count,
                const std::string& resource_version,
                std::chrono::milliseconds duration) override;
  void OnRelist(const std::string& kind, const std::string& reason) override;
  void OnRetry(const std::string& kind,
               const Error& error,
               std::chrono::milliseconds delay) override;
  void OnBadObject(const std::string& kind, const std::string& message) override;
  void OnConnected(const std::string& kind, bool connected) override;

 private:
  [[nodiscard]] bool IsSaid(const Error& error) const;

  EventLog& log_;
  std::optional<Error> trouble_;  ///< The last failure said, while it lasts.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_WATCHES_WATCH_LOG_H_
