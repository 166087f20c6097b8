// SPDX-License-Identifier: Apache-2.0
//
// Keeps the kernel's table equal to what the objects ask for. Two ways lead there: an event's own
// (Engine → Delta → Diff of what it touches → one transaction), and the whole one (dump, whole
// table, Diff), for the start, for doubts and after a failure. Owns no thread and reads no clock;
// its effects (kernel, conntrack) are handed in. Between event_queue (by way of reconcile_loop) and
// nft/kernel.
//
// Crash safety: nothing is kept outside the kernel. A process that begins anew dumps the table,
// takes up its generation and writes only what differs.
#ifndef PORTCULLIS_CONTROLLER_RECONCILE_RECONCILER_H_
#define PORTCULLIS_CONTROLLER_RECONCILE_RECONCILER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "controller/policy/engine.h"
#include "controller/policy/marks.h"
#include "controller/reconcile/generations.h"
#include "controller/status/ended_rule.h"
#include "nft/chain_mirror.h"
#include "nft/conntrack.h"
#include "nft/kernel.h"
#include "nft/table_size.h"

namespace portcullis {

/// What one reconciliation did.
struct Outcome {
  size_t operations = 0;   ///< Committed; 0 where the kernel held what is wanted already.
  bool revoked = false;    ///< The change could forbid flows: all are judged again.
  bool whole = false;      ///< The table was dumped and compared as a whole.
  unsigned conflicts = 0;  ///< How often somebody else changed the ruleset in between.
  std::optional<Error>
      unmarked;  ///< Why flows are not marked, so that every packet is judged: correct, but slower.
  /// Rules that were deleted and had counted something.
  std::vector<EndedRule> ended;
};

class Reconciler {
 public:
  struct Config {
    std::string node_name;
    policy::MarkLayout marks;
    policy::LogGroup denied_log = policy::kDefaultLogGroup;
  };

  /// `kernel` and `conntrack` must outlive the reconciler.
  Reconciler(Config config, nft::Kernel& kernel, nft::Conntrack& conntrack);

  /// Takes changes in; writes nothing.
  void Take(policy::Changes changes);

  /// What is known of the kernel's table may be wrong: the next Reconcile() compares the whole.
  void Doubt() { mirror_.reset(); }

  /// Makes the kernel's table equal to what the objects ask for, in one transaction. What changes
  /// nothing of it costs no system call, where the table is not in doubt.
  /// ERRORS: the kernel's; then the table is as it was, and the next call compares the whole.
  [[nodiscard]] Result<Outcome> Reconcile();

  /// Work that can wait until nothing else is to be done: makes used generation numbers fit for use
  /// again before they run out. ERRORS: conntrack's; harmless, since Reconcile() tries again when
  /// it must.
  [[nodiscard]] Result<void> Maintain();

  [[nodiscard]] const policy::Engine& engine() const { return engine_; }
  /// How often somebody else changed the ruleset between a dump and its commit, since the start.
  [[nodiscard]] uint64_t conflicts() const { return conflicts_; }
  /// How many transactions the kernel has taken, since the start.
  [[nodiscard]] uint64_t batches() const { return batches_; }
  /// What the kernel's table holds, as far as is known.
  [[nodiscard]] const nft::TableSize& table_size() const { return size_; }
  /// Of the rules in force; nothing: there are none, or every packet is judged.
  [[nodiscard]] std::optional<uint32_t> generation() const { return generations_.current(); }

 private:
  using Generation = std::optional<uint32_t>;
  struct Plan {
    nft::ChangeSet change;
    Generation generation;  ///< That the table has once the change is in force.
  };

  [[nodiscard]] policy::PodRanges PodRanges() const {
    return engine_.pod_ranges().value_or(policy::PodRanges{});
  }
  void TakeUpPodRanges(const nft::Ruleset& have);
  void NoteConflict(const Error& error, Outcome& outcome);
  void NoteDeparted();
  void ForgetUncounted(const std::optional<nft::Ruleset>& have);
  [[nodiscard]] std::vector<k8s::ObjectKey> Isolating(std::string_view chain) const;
  void NoteEnded(std::vector<nft::RuleCount> ended, Outcome& outcome);
  [[nodiscard]] Result<void> CommitDelta(Outcome& outcome);
  [[nodiscard]] Result<void> CommitWhole(Outcome& outcome);
  [[nodiscard]] Plan PlanDelta(policy::Delta delta, Outcome& outcome);
  [[nodiscard]] nft::ChangeSet DiffDelta(policy::Delta delta) const;
  [[nodiscard]] nft::ChangeSet DiffBaseChains(Generation generation) const;
  [[nodiscard]] Plan PlanWhole(const std::optional<nft::Ruleset>& have, Outcome& outcome);
  [[nodiscard]] Generation NextGeneration(Outcome& outcome);
  [[nodiscard]] Result<void> ClearStaleMarks();
  [[nodiscard]] Result<void> Commit(const Plan& plan,
                                    nft::ChainMirror mirror,
                                    std::optional<uint32_t> ruleset_generation,
                                    Outcome& outcome);

  const Config config_;
  nft::Kernel& kernel_;
  nft::Conntrack& conntrack_;
  policy::Engine engine_;
  Generations generations_;
  /// The chains that the kernel holds; nothing: not known, compare the whole.
  std::optional<nft::ChainMirror> mirror_;
  /// Groups that the engine has let go since the last commit: their chains may be in the kernel.
  std::set<policy::GroupId> departed_;
  bool has_table_ = false;  ///< The kernel had a table of ours when it was last looked at.
  uint64_t conflicts_ = 0;
  uint64_t batches_ = 0;
  nft::TableSize size_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILE_RECONCILER_H_
