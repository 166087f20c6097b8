// SPDX-License-Identifier: Apache-2.0
//
// A child program inside a namespace: started, stopped, killed, started again, its output in a
// file. Neighbours: cluster runs the controllers with it.
#ifndef PORTCULLIS_TESTS_LAB_PROCESS_H_
#define PORTCULLIS_TESTS_LAB_PROCESS_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/lab/netns.h"

namespace portcullis::lab {

struct ProcessSpec {
  std::vector<std::string> arguments;  ///< The program's path first.
  std::string log_file;                ///< Standard output and error are appended.
};

/// Not running, or one child. Ended with SIGKILL where this ends first, and by the kernel where the
/// thread that started it does.
class Process {
 public:
  Process(ProcessSpec spec, const Netns& netns);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  Process(Process&&) = delete;
  Process& operator=(Process&&) = delete;

  /// REQUIRES: not running.
  void Start();
  /// Sends a signal; nothing happens where it is not running.
  void Signal(int signal) const;
  /// The exit status as of waitpid() once it has ended; nothing after `deadline`.
  [[nodiscard]] std::optional<int> Wait(std::chrono::milliseconds deadline);
  /// SIGTERM; SIGKILL where that was not heard within 5 s. Whether SIGTERM did.
  bool Stop();
  /// SIGKILL, and waits for the end.
  void Kill();

  [[nodiscard]] bool Running();
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// All that it and its predecessors wrote.
  [[nodiscard]] std::string Log() const;
  /// Waits until the log has `text` after the first `offset` bytes.
  [[nodiscard]] bool WaitForLog(const std::string& text,
                                std::chrono::milliseconds deadline,
                                size_t offset = 0);

 private:
  [[noreturn]] void BecomeChild(char* const* arguments, int log, pid_t parent) const;

  const ProcessSpec spec_;
  const Netns& netns_;
  pid_t pid_ = 0;  ///< 0: not running.
};

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_PROCESS_H_
