// SPDX-License-Identifier: Apache-2.0
//
// What the threads of `portcullis run` know of themselves, as one value: the watches, the
// reconciler, the node. Written through status_board by those who know, read by health and metrics.
// Values alone; no thread, no clock.
#ifndef PORTCULLIS_CONTROLLER_STATUS_STATUS_H_
#define PORTCULLIS_CONTROLLER_STATUS_STATUS_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace portcullis {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

/// "invalid_argument"
[[nodiscard]] std::string_view ToText(ErrorCode code);

/// The watch of one kind.
struct WatchStatus {
  std::string kind;              ///< "Pod"
  bool listed = false;           ///< Wholly, at least once.
  bool stood = false;            ///< A watch stood at least once.
  bool up = false;               ///< A watch stands.
  uint64_t lists = 0;            ///< Completed.
  uint64_t relists = 0;          ///< Because a watch could not be resumed.
  uint64_t retries = 0;          ///< Attempts that failed.
  uint64_t bad_objects = 0;      ///< Objects passed over.
  uint64_t events = 0;           ///< Told by watches.
  std::string resource_version;  ///< Up to which the server has told all; empty before a list.
  std::optional<Error> trouble;  ///< The last failure; nothing once a watch stands again.
  std::optional<SteadyTime> trouble_since;  ///< When the first of those failures came.
};

/// Durations in buckets, each of which counts what is at most its bound and above the one before.
struct LatencyHistogram {
  static constexpr std::array<double, 12> kBoundsSeconds = {
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0};

  std::array<uint64_t, kBoundsSeconds.size()> counts{};
  uint64_t count = 0;  ///< All, those above the last bound too.
  double sum_seconds = 0;

  void Add(double seconds);
  /// So many seconds or fewer took that `share` of them, as far as the buckets tell: evenly spread
  /// within one, and above the last bound that bound. Nothing where there are none.
  [[nodiscard]] std::optional<double> Quantile(double share) const;
};

/// What the kernel's table holds.
struct TableFigures {
  size_t sets = 0;
  size_t elements = 0;
  size_t chains = 0;
  size_t rules = 0;
};

struct ReconcileStatus {
  static constexpr size_t kMaxWaiting = 10;

  std::optional<SteadyTime> step_since;  ///< When the step under way began.
  bool synced = false;                   ///< The kernel has held what the API asks, at least once.
  std::optional<Error> failure;          ///< Of the last step.
  /// The policies that have changed since the last step that succeeded; as many as kMaxWaiting.
  std::vector<std::string> waiting;
  std::optional<WallTime> last_success;
  uint64_t steps = 0;                      ///< Ended, well or not.
  uint64_t failures = 0;                   ///< Of them.
  uint64_t retries = 0;                    ///< Steps that followed one that had failed.
  uint64_t batches = 0;                    ///< Transactions that the kernel has taken.
  std::map<std::string, uint64_t> errors;  ///< Failures by ToText(ErrorCode).
  uint64_t operations = 0;
  uint64_t conflicts = 0;
  uint64_t repairs = 0;  ///< Of the table, after others changed it.
  std::optional<WallTime> last_repair;
  std::optional<uint32_t> generation;  ///< Of the rules; nothing: every packet is judged.
  LatencyHistogram latency;            ///< From the oldest event of a change to its commit.
  size_t pods = 0;
  size_t local_pods = 0;
  size_t namespaces = 0;
  size_t policies = 0;
  size_t selectors = 0;  ///< Of peers.
  size_t groups = 0;     ///< Of policies that isolate pods of this node.
  TableFigures table;
};

/// What became of the denied packets that the kernel has told of.
struct DeniedLogStatus {
  bool wanted = false;           ///< --denied-log
  bool up = false;               ///< The kernel's log is being read.
  std::optional<Error> trouble;  ///< Why it is not.
  uint64_t lines = 0;            ///< Written, verdict denied.
  uint64_t would_deny_lines = 0;
  uint64_t suppressed = 0;  ///< Flows heard of, without a line of their own.
  uint64_t lost = 0;        ///< Packets that the kernel could not tell of.
};

/// Events of the API about policies (api_events/writer.h).
struct ApiEventStatus {
  uint64_t written = 0;
  uint64_t conflicts = 0;  ///< Another node had written the same.
  uint64_t failures = 0;   ///< Attempts that failed.
};

struct Status {
  WallTime started;
  std::vector<WatchStatus> watches;  ///< One per kind, from the beginning.
  ReconcileStatus reconcile;
  DeniedLogStatus denied_log;
  ApiEventStatus api_events;
  std::vector<std::string> bypasses;  ///< preflight's findings.

  /// REQUIRES: `kind` is one of `watches`.
  [[nodiscard]] WatchStatus& Watch(const std::string& kind);
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_STATUS_H_
