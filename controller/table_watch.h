// SPDX-License-Identifier: Apache-2.0
//
// Tells the reconciler when its table may no longer be what it wrote: at once where the kernel
// notifies of somebody else's change (a flushed ruleset, another program's mistake), and now and
// then for what no notification told. Repairs nothing; reconcile_loop does.
#ifndef PORTCULLIS_CONTROLLER_TABLE_WATCH_H_
#define PORTCULLIS_CONTROLLER_TABLE_WATCH_H_

#include <chrono>
#include <stop_token>

#include "controller/event_log.h"
#include "controller/event_queue.h"
#include "nft/mnl_monitor.h"

namespace portcullis {

/// A check costs one dump (3 to 30 ms at 10,000 elements and 1,000 chains).
inline constexpr std::chrono::milliseconds kUnpromptedCheck{300'000};
/// Somebody who changes the table all the time gets it checked no more often than this.
inline constexpr std::chrono::milliseconds kCheckPause{200};

/// Runs until a stop is requested; returns soon then. All must outlive it.
void RunTableWatch(nft::MnlMonitor& monitor,
                   EventQueue& queue,
                   EventLog& log,
                   const std::stop_token& stop);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_TABLE_WATCH_H_
