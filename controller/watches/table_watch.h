// SPDX-License-Identifier: Apache-2.0
//
// Tells the reconciler when its table may no longer be what it wrote: at once where the kernel
// notifies of somebody else's change (a flushed ruleset, another program's mistake), where it can
// not be heard any more and when it can again, and now and then for what no notification told.
// Repairs nothing; reconcile_loop does.
#ifndef PORTCULLIS_CONTROLLER_WATCHES_TABLE_WATCH_H_
#define PORTCULLIS_CONTROLLER_WATCHES_TABLE_WATCH_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "controller/process/event_log.h"
#include "controller/reconcile/event_queue.h"
#include "nft/monitor.h"

namespace portcullis {

class TableWatch {
 public:
  using Opener = std::function<Result<std::unique_ptr<nft::Monitor>>()>;

  struct Options {
    /// Unprompted. A check costs one dump (3 to 30 ms at 10,000 elements and 1,000 chains).
    std::chrono::milliseconds check{300'000};
    /// Somebody who changes the table all the time gets it checked no more often than this.
    std::chrono::milliseconds pause{200};
    /// Until a monitor that failed is opened anew; doubled each time, up to the last one.
    std::chrono::milliseconds first_retry{1'000};
    std::chrono::milliseconds last_retry{60'000};
  };

  /// Hears by `monitor`, and by what `open` gives once that fails. `queue` and `log` must outlive
  /// it.
  TableWatch(std::unique_ptr<nft::Monitor> monitor,
             Opener open,
             EventQueue& queue,
             EventLog& log,
             const Options& options);

  /// Returns soon after a stop is requested.
  void Run(const std::stop_token& stop);

 private:
  [[nodiscard]] std::optional<Error> Hear(const std::stop_token& stop);
  void Lose(const Error& error);
  [[nodiscard]] bool Reopen(const std::stop_token& stop);

  std::unique_ptr<nft::Monitor> monitor_;
  const Opener open_;
  EventQueue& queue_;
  EventLog& log_;
  const Options options_;
  std::chrono::milliseconds retry_;
  bool said_trouble_ = false;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_WATCHES_TABLE_WATCH_H_
