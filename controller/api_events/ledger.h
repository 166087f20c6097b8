// SPDX-License-Identifier: Apache-2.0
//
// Which findings are to be told now: once per change of a policy, and those about pods only after
// they have lasted, since pods come and go all the time. Pure; the time is handed in. Bounded by
// the policies there are and the findings of each. Used by writer.h on its thread.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_LEDGER_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_LEDGER_H_

#include <chrono>
#include <map>
#include <optional>
#include <vector>

#include "controller/api_events/policy_ref.h"
#include "controller/insight/findings.h"

namespace portcullis::api_events {

class Ledger {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// So long a finding about pods has to last.
  static constexpr std::chrono::minutes kPatience{5};
  /// So much later each node of the ranking writes than the one before (roster.h).
  static constexpr std::chrono::minutes kPerRank{2};

  struct Due {
    PolicyRef policy;
    insight::Finding finding;
  };

  /// What is true of the policy at `now`; what was noted before and is no longer, is forgotten.
  /// `rank` is the own node's.
  void Note(const PolicyRef& policy,
            unsigned rank,
            const std::vector<insight::Finding>& findings,
            Time now);
  /// There is no such policy, or it is not this node's to tell of any more.
  void Forget(const k8s::ObjectKey& policy);

  /// The one that has been due for longest; nothing where none is.
  [[nodiscard]] std::optional<Due> Next(Time now) const;
  /// It was told, whoever did.
  void Told(const Due& due);

  /// How many findings are waiting or due.
  [[nodiscard]] size_t waiting() const;

 private:
  struct Entry {
    PolicyRef policy;
    std::map<insight::Finding, Time> due;  ///< When each is due; Time::max(): it was told.
  };
  std::map<k8s::ObjectKey, Entry> entries_;
};

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_LEDGER_H_
