// SPDX-License-Identifier: Apache-2.0
//
// What happens to a watch, written on the status board; then handed on to the next observer (the
// log). Between k8s-client/reflector, which calls it, and status_board.
//
// Thread safety: one watch meter per reflector thread.
#ifndef PORTCULLIS_CONTROLLER_WATCHES_WATCH_METER_H_
#define PORTCULLIS_CONTROLLER_WATCHES_WATCH_METER_H_

#include <string>

#include "controller/status/status_board.h"
#include "k8s-client/reflector.h"

namespace portcullis {

class WatchMeter final : public k8s::WatchObserver {
 public:
  /// Both must outlive the meter. The board has a watch for each kind that is metered.
  WatchMeter(StatusBoard& board, k8s::WatchObserver& next) : board_(board), next_(next) {}

  void OnListed(const std::string& kind,
                size_t count,
                const std::string& resource_version,
                std::chrono::milliseconds duration) override;
  void OnRelist(const std::string& kind, const std::string& reason) override;
  void OnRetry(const std::string& kind,
               const Error& error,
               std::chrono::milliseconds delay) override;
  void OnBadObject(const std::string& kind, const std::string& message) override;
  void OnProgress(const std::string& kind,
                  const std::string& resource_version,
                  bool event) override;
  void OnConnected(const std::string& kind, bool connected) override;

 private:
  StatusBoard& board_;
  k8s::WatchObserver& next_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_WATCHES_WATCH_METER_H_
