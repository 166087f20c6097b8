// SPDX-License-Identifier: Apache-2.0
//
// One line on standard error that says how far some work is, redrawn in place and erased at the
// end; only on a terminal, and only once the work takes longer than a second. Results and
// complaints are written by others, after it is gone.
#ifndef PORTCULLIS_CONTROLLER_CLI_PROGRESS_H_
#define PORTCULLIS_CONTROLLER_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "controller/cli/terminal.h"

namespace portcullis::cli {

/// Used by one thread at a time. Update() may be called as often as one likes: it draws ten times a
/// second at most.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  /// On standard error. `what` is being done: "reading the cluster".
  explicit Progress(std::string what);
  Progress(std::string what, std::ostream& out, const Terminal& terminal, Clock clock);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Progress(Progress&&) = delete;
  Progress& operator=(Progress&&) = delete;
  ~Progress() { Finish(); }

  /// `done` of `all`, or done so far where nobody knows how many there are. `unit`: "pods".
  void Update(uint64_t done, std::optional<uint64_t> all, const std::string& unit);

  /// Erases the line. Later updates draw it again.
  void Finish();

 private:
  [[nodiscard]] bool Due();
  void Draw(std::string line);

  std::string what_;
  std::ostream& out_;
  Terminal terminal_;
  Clock clock_;
  std::chrono::steady_clock::time_point next_;  ///< Nothing is drawn before.
  bool drawn_ = false;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_PROGRESS_H_
