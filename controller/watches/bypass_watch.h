// SPDX-License-Identifier: Apache-2.0
//
// Looks again and again whether packets can pass beside the rules (preflight), since br_netfilter
// can be switched off and the first bridge appear while the process runs; says what has changed and
// writes it on the status board.
#ifndef PORTCULLIS_CONTROLLER_WATCHES_BYPASS_WATCH_H_
#define PORTCULLIS_CONTROLLER_WATCHES_BYPASS_WATCH_H_

#include <chrono>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/process/event_log.h"
#include "controller/status/status_board.h"

namespace portcullis {

/// One look reads a few small files; it takes less than a millisecond on a node of 250 pods.
inline constexpr std::chrono::milliseconds kBypassInterval{5'000};

class BypassWatch {
 public:
  /// Both must outlive it. `root` is preflight's.
  BypassWatch(EventLog& log, StatusBoard& board, std::string root = "");

  /// Looks once.
  void Look();

  /// Looks every `interval` until a stop is requested; returns soon then.
  void Run(const std::stop_token& stop, std::chrono::milliseconds interval = kBypassInterval);

 private:
  EventLog& log_;
  StatusBoard& board_;
  const std::string root_;
  std::vector<std::string> known_;  ///< What has been said.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_WATCHES_BYPASS_WATCH_H_
