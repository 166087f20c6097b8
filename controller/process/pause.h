// SPDX-License-Identifier: Apache-2.0
//
// A wait that a stop ends at once. For threads that do something now and then.
#ifndef PORTCULLIS_CONTROLLER_PROCESS_PAUSE_H_
#define PORTCULLIS_CONTROLLER_PROCESS_PAUSE_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stop_token>

namespace portcullis {

/// Waits for `duration` (nothing: for ever), or until a stop is requested; false then.
inline bool Pause(const std::stop_token& stop, std::optional<std::chrono::milliseconds> duration) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any wake;
  const auto never = [] {
    return false;
  };
  if (duration) {
    wake.wait_for(lock, stop, *duration, never);
  } else {
    wake.wait(lock, stop, never);
  }
  return !stop.stop_requested();
}

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PROCESS_PAUSE_H_
