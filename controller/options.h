// SPDX-License-Identifier: Apache-2.0
//
// The command line and the environment → a command with its options. Decides nothing else; main
// dispatches. The only user of CLI11.
#ifndef PORTCULLIS_CONTROLLER_OPTIONS_H_
#define PORTCULLIS_CONTROLLER_OPTIONS_H_

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/event_log.h"
#include "controller/listen_address.h"
#include "controller/policy/marks.h"

namespace portcullis {

/// Exit codes, as documented by --help.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitPermission = 3;

struct RunOptions {
  std::string kubeconfig;  ///< Empty: in-cluster.
  std::string context;
  std::string node_name;
  policy::MarkLayout marks;
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  /// Where rules are in force already, the first list waits for a random time of at most this.
  std::chrono::milliseconds start_jitter{2'000};
  std::optional<ListenAddress> listen;  ///< Of the status pages; nothing: none are served.
};

struct RenderOptions {
  std::vector<std::string> files;
  std::string node_name;
  policy::MarkLayout marks;
};

struct CleanupOptions {
  policy::MarkLayout marks;
  bool stay = false;  ///< Wait for a signal when done.
};

struct VersionOptions {};

/// The command is done: its text has been printed (--help), or what was wrong (usage).
struct Exit {
  int code = kExitOk;
};

using Command = std::variant<RunOptions, RenderOptions, CleanupOptions, VersionOptions, Exit>;

/// Reads the arguments; prints --help to standard output and errors to standard error.
[[nodiscard]] Command ParseCommandLine(int argc, const char* const* argv);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_OPTIONS_H_
