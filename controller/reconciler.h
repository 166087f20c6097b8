// SPDX-License-Identifier: Apache-2.0
//
// Keeps the kernel's table equal to what the objects ask for: changes → World → Compile → Diff →
// one transaction. Owns no thread and reads no clock; its effects (kernel, conntrack) are handed
// in. Between event_queue (by way of agent) and nft/kernel.
//
// Crash safety: nothing is kept outside the kernel. A process that begins anew dumps the table,
// takes up its generation and writes only what differs.
#ifndef PORTCULLIS_CONTROLLER_RECONCILER_H_
#define PORTCULLIS_CONTROLLER_RECONCILER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "controller/generations.h"
#include "controller/policy/marks.h"
#include "controller/policy/world.h"
#include "nft/conntrack.h"
#include "nft/kernel.h"

namespace portcullis {

/// What one reconciliation did.
struct Outcome {
  size_t operations =
      0;  ///< Of the committed change; 0 where the kernel held what is wanted already.
  bool revoked = false;    ///< The change could forbid flows: all are judged again.
  unsigned conflicts = 0;  ///< How often somebody else changed the ruleset in between.
  std::optional<Error>
      unmarked;  ///< Why flows are not marked, so that every packet is judged: correct, but slower.
};

class Reconciler {
 public:
  struct Config {
    std::string node_name;
    policy::MarkLayout marks;
  };

  /// `kernel` and `conntrack` must outlive the reconciler.
  Reconciler(Config config, nft::Kernel& kernel, nft::Conntrack& conntrack);

  /// Takes changes into the world; writes nothing.
  void Take(policy::Changes changes);

  /// What is known of the kernel's table may be wrong: the next Reconcile() begins with a dump.
  void Doubt() { have_.reset(); }

  /// Makes the kernel's table equal to what the world asks for, in one transaction.
  /// ERRORS: the kernel's; then the table is as it was, and the next call begins with a dump.
  [[nodiscard]] Result<Outcome> Reconcile();

  /// Work that can wait until nothing else is to be done: makes used generation numbers fit for use
  /// again before they run out. ERRORS: conntrack's; harmless, since Reconcile() tries again when
  /// it must.
  [[nodiscard]] Result<void> Maintain();

  [[nodiscard]] const policy::World& world() const { return world_; }
  /// How often somebody else changed the ruleset between a dump and its commit, since the start.
  [[nodiscard]] uint64_t conflicts() const { return conflicts_; }

 private:
  [[nodiscard]] Result<void> EnsureDumped();
  [[nodiscard]] Result<void> ClearStaleMarks();
  [[nodiscard]] std::optional<uint32_t> NextGeneration(Outcome& outcome);
  [[nodiscard]] Result<void> CommitOnce(Outcome& outcome);
  [[nodiscard]] nft::ChangeSet Plan(Outcome& outcome, std::optional<uint32_t>& generation);
  void Remember(const nft::ChangeSet& change, const nft::Receipt& receipt);

  const Config config_;
  nft::Kernel& kernel_;
  nft::Conntrack& conntrack_;
  policy::World world_;
  Generations generations_;
  /// What the kernel holds; nothing: not known, dump first.
  std::optional<nft::Snapshot> have_;
  uint64_t conflicts_ = 0;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILER_H_
