// SPDX-License-Identifier: Apache-2.0
//
// See bypass_watch.h.
#include "controller/watches/bypass_watch.h"

#include <algorithm>
#include <utility>

#include "controller/process/pause.h"
#include "controller/process/preflight.h"

namespace portcullis {

BypassWatch::BypassWatch(EventLog& log, StatusBoard& board, std::string root)
    : log_(log),
      board_(board),
      root_(std::move(root)) {}

void BypassWatch::Look() {
  std::vector<std::string> found = FindBypasses(root_);
  if (found == known_) {
    return;
  }
  for (const std::string& finding : found) {
    if (std::find(known_.begin(), known_.end(), finding) == known_.end()) {
      log_.Write(LogLevel::kError, "bypass", finding);
    }
  }
  if (found.empty()) {
    log_.Write(LogLevel::kInfo, "no_bypass", "traffic on the bridges of this node is filtered now");
  }
  known_ = std::move(found);
  board_.Write([this](Status& status) { status.bypasses = known_; });
}

void BypassWatch::Run(const std::stop_token& stop, std::chrono::milliseconds interval) {
  do {
    Look();
  } while (Pause(stop, interval));
}

}  // namespace portcullis
