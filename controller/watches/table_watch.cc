// SPDX-License-Identifier: Apache-2.0
//
// See table_watch.h.
#include "controller/watches/table_watch.h"

#include <algorithm>
#include <utility>

#include "controller/process/pause.h"

namespace portcullis {

using Clock = std::chrono::steady_clock;

TableWatch::TableWatch(std::unique_ptr<nft::Monitor> monitor,
                       Opener open,
                       EventQueue& queue,
                       EventLog& log,
                       const Options& options)
    : monitor_(std::move(monitor)),
      open_(std::move(open)),
      queue_(queue),
      log_(log),
      options_(options),
      retry_(options.first_retry) {}

void TableWatch::Run(const std::stop_token& stop) {
  do {
    const auto began = Clock::now();
    const auto failure = Hear(stop);
    if (!failure) {
      return;
    }
    if (Clock::now() - began > options_.last_retry) {
      retry_ = options_.first_retry;
    }
    Lose(*failure);
  } while (Reopen(stop));
}

/// Until a stop is requested: nothing.
std::optional<Error> TableWatch::Hear(const std::stop_token& stop) {
  for (;;) {
    const auto heard = monitor_->Wait(stop, options_.check);
    if (stop.stop_requested()) {
      return std::nullopt;
    }
    if (!heard) {
      return heard.error();
    }
    queue_.NoteForeignChange();
    Pause(stop, options_.pause);
  }
}

/// What was not heard may have happened already.
void TableWatch::Lose(const Error& error) {
  queue_.NoteForeignChange();
  log_.Write(std::exchange(said_trouble_, true) ? LogLevel::kDebug : LogLevel::kWarning,
             "not_hearing",
             "changes that other programs make to the rules are not heard of: " + error.message +
                 "; the rules are compared with the kernel's now and at each new try, next in " +
                 std::to_string(retry_.count()) + " ms",
             {{"error", error.message}, {"retry_ms", int64_t{retry_.count()}}});
}

/// False where a stop is requested first.
bool TableWatch::Reopen(const std::stop_token& stop) {
  while (Pause(stop, retry_)) {
    retry_ = std::min(retry_ * 2, options_.last_retry);
    auto monitor = open_();
    if (monitor) {
      monitor_ = std::move(*monitor);
      // What came while nobody heard.
      queue_.NoteForeignChange();
      said_trouble_ = false;
      log_.Write(LogLevel::kInfo,
                 "hearing",
                 "changes that other programs make to the rules are heard of again");
      return true;
    }
    Lose(monitor.error());
  }
  return false;
}

}  // namespace portcullis
