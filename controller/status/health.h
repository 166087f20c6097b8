// SPDX-License-Identifier: Apache-2.0
//
// A Status → is the process alive, and does this node enforce what the API asks? Pure; the time is
// handed in. Between status_board, whose copies it judges, and status_pages, which print it.
//
// Alive is about the process alone: what a restart cannot mend must not cause one. Ready is about
// what the node's pods can rely on.
#ifndef PORTCULLIS_CONTROLLER_STATUS_HEALTH_H_
#define PORTCULLIS_CONTROLLER_STATUS_HEALTH_H_

#include <chrono>
#include <string>
#include <vector>

#include "controller/status/status.h"

namespace portcullis {

/// A step that takes longer hangs. The largest table measured took 1.2 s; a slow machine and a
/// kernel that is busy for others get a hundred times that.
inline constexpr std::chrono::seconds kStepLimit{120};

/// For so long an API server may be away before the node counts as out of date. A control plane
/// of one machine needs a minute or two for a restart or an upgrade; nobody wants every node
/// unready for that, least of all in the middle of a rolling update.
inline constexpr std::chrono::seconds kAwayLimit{300};

/// A server that answers and refuses (a right taken away, a token refused) gets less: it does so
/// only for the seconds after its own start, before it knows its rules.
inline constexpr std::chrono::seconds kRefusedLimit{30};

struct Condition {
  std::string name;
  bool holds = true;
  std::string reason;  ///< Why not; or, where it holds, what is worth saying. May be empty.
};

struct Verdict {
  std::vector<Condition> conditions;

  [[nodiscard]] bool holds() const;
  /// One line per condition, as kube-apiserver prints its own: "[+]name: ok", "[-]name: failed,
  /// reason".
  [[nodiscard]] std::string ToText() const;
};

/// Whether the process turns.
[[nodiscard]] Verdict Alive(const Status& status, SteadyTime now);

/// Whether this node enforces what the API asks.
[[nodiscard]] Verdict Ready(const Status& status, SteadyTime now);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_HEALTH_H_
