// SPDX-License-Identifier: Apache-2.0
//
// See table_watch.h.
#include "controller/table_watch.h"

#include "controller/pause.h"

namespace portcullis {
namespace {

/// True: check now. Where the kernel cannot be heard, that is the time to look.
bool WaitForDoubt(nft::MnlMonitor& monitor, EventLog& log, const std::stop_token& stop) {
  const auto heard = monitor.Wait(stop, kUnpromptedCheck);
  if (!heard) {
    log.Write(
        LogLevel::kWarning,
        "not_hearing",
        "changes that other programs make to the rules are not heard of: " + heard.error().message);
    return Pause(stop, kUnpromptedCheck);
  }
  return !stop.stop_requested();
}

}  // namespace

void RunTableWatch(nft::MnlMonitor& monitor,
                   EventQueue& queue,
                   EventLog& log,
                   const std::stop_token& stop) {
  while (WaitForDoubt(monitor, log, stop)) {
    queue.NoteForeignChange();
    Pause(stop, kCheckPause);
  }
}

}  // namespace portcullis
