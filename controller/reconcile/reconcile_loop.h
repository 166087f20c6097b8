// SPDX-License-Identifier: Apache-2.0
//
// The reconciler's thread: waits for changes, has them enforced, says what happened, and tries
// again after a failure. Between event_queue and reconciler; the only place that turns outcomes
// into log lines and into the reconciler's part of the status.
#ifndef PORTCULLIS_CONTROLLER_RECONCILE_RECONCILE_LOOP_H_
#define PORTCULLIS_CONTROLLER_RECONCILE_RECONCILE_LOOP_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/process/event_log.h"
#include "controller/reconcile/event_queue.h"
#include "controller/reconcile/pacing.h"
#include "controller/reconcile/reconciler.h"
#include "controller/status/policies_in_force.h"
#include "controller/status/status_board.h"

namespace portcullis {

class ReconcileLoop {
 public:
  /// Who is told what deleted rules had counted, between two steps; it returns at once.
  using RulesEnded = std::function<void(std::vector<EndedRule>)>;

  /// All must outlive the loop. `node_name` is the reconciler's.
  ReconcileLoop(std::string node_name,
                EventQueue& queue,
                Reconciler& reconciler,
                EventLog& log,
                StatusBoard& board,
                RulesEnded rules_ended = {});

  /// Returns soon after a stop is requested. The table stays as it is.
  void Run(const std::stop_token& stop);

 private:
  using Clock = std::chrono::steady_clock;

  void Step(Burst burst);
  void Answer(const std::vector<Inquiry>& inquiries) const;
  void Take(Burst& burst);
  void Repair();
  [[nodiscard]] Result<Outcome> Enforce();
  void ReportRepair(const Outcome& outcome);
  void NoteChanges(const Burst& burst);
  template <typename T>
  void ReportProblems(const char* kind, const policy::KindChanges<T>& changes);
  void NoteEnd(const Result<Outcome>& outcome);
  void NoteFigures(ReconcileStatus& status) const;
  void Succeeded(const Outcome& outcome);
  void Failed(const Error& error);
  void ReportSynced(const Outcome& outcome);
  void ReportPolicies();
  void ReportPolicy(const k8s::ObjectKey& key, double latency_ms);
  void ReportMarking(const Outcome& outcome);

  const std::string node_name_;
  EventQueue& queue_;
  Reconciler& reconciler_;
  EventLog& log_;
  StatusBoard& board_;
  const RulesEnded rules_ended_;

  Pacing pacing_;
  bool synced_ = false;
  bool marking_ = true;  ///< Flows are being marked; false: every packet is judged.
  unsigned failures_ = 0;
  std::optional<Clock::time_point> retry_at_;
  bool has_garbage_ = false;   ///< Much memory was used for a while and is free again.
  Clock::time_point started_;  ///< Of the step under way.
  /// When the oldest event came that no commit has carried yet; nothing before the first sync.
  std::optional<Clock::time_point> pending_since_;
  PoliciesInForce in_force_;
  uint32_t policy_list_ = 0;  ///< The number of the last complete list of policies.
  /// Policies changed since the last success, and when the first word of it came.
  std::map<k8s::ObjectKey, Clock::time_point> changed_policies_;
  /// What has been said about an object ("Kind namespace/name"), so that it is said once.
  std::map<std::string, std::vector<std::string>> reported_problems_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILE_RECONCILE_LOOP_H_
