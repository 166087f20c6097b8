// SPDX-License-Identifier: Apache-2.0
//
// See reconciler.h.
#include "controller/reconciler.h"

#include <utility>

#include "controller/policy/compile.h"
#include "controller/policy/revocation.h"
#include "nft/diff.h"

namespace portcullis {
namespace {

/// kube-proxy and container runtimes write rulesets of their own in the same namespace, each of
/// which makes one commit of ours stale. More than this many in a row is a storm: let the caller
/// back off.
constexpr unsigned kMaxConflicts = 10;

}  // namespace

Reconciler::Reconciler(Config config, nft::Kernel& kernel, nft::Conntrack& conntrack)
    : config_(std::move(config)),
      kernel_(kernel),
      conntrack_(conntrack),
      generations_(config_.marks.generations()) {}

void Reconciler::Take(policy::Changes changes) {
  world_.Apply(std::move(changes));
}

Result<Outcome> Reconciler::Reconcile() {
  Outcome outcome;
  for (;;) {
    const Result<void> committed = CommitOnce(outcome);
    if (committed) {
      return outcome;
    }
    have_.reset();
    if (committed.error().code != ErrorCode::kConflict) {
      return Fail(committed.error());
    }
    ++conflicts_;
    if (++outcome.conflicts > kMaxConflicts) {
      return Fail(committed.error());
    }
  }
}

Result<void> Reconciler::CommitOnce(Outcome& outcome) {
  if (auto dumped = EnsureDumped(); !dumped) {
    return dumped;
  }
  std::optional<uint32_t> generation;
  const nft::ChangeSet change = Plan(outcome, generation);
  outcome.operations = change.operations.size();
  if (change.empty()) {
    return {};
  }
  const auto receipt = kernel_.Commit(change, have_->generation);
  if (!receipt) {
    return Fail(receipt.error());
  }
  generations_.Use(generation);
  Remember(change, *receipt);
  return {};
}

nft::ChangeSet Reconciler::Plan(Outcome& outcome, std::optional<uint32_t>& generation) {
  generation = generations_.current();
  const policy::CompileOptions options{config_.node_name, config_.marks, generation};
  const nft::Ruleset want = policy::Compile(world_, options);
  nft::ChangeSet change = nft::Diff(have_->table, want);
  outcome.revoked = policy::TakesAway(change);
  if (!outcome.revoked && generation) {
    return change;
  }
  generation = NextGeneration(outcome);
  return nft::Diff(have_->table, policy::WithGeneration(want, config_.marks, generation));
}

std::optional<uint32_t> Reconciler::NextGeneration(Outcome& outcome) {
  if (!generations_.Next()) {
    if (const auto cleared = ClearStaleMarks(); !cleared) {
      outcome.unmarked = cleared.error();
    }
  }
  return generations_.Next();
}

Result<void> Reconciler::EnsureDumped() {
  if (have_) {
    return {};
  }
  auto snapshot = kernel_.Dump(policy::kTableName);
  if (!snapshot) {
    return Fail(snapshot.error());
  }
  have_ = std::move(*snapshot);
  generations_.Found(have_->table ? policy::CurrentGeneration(*have_->table, config_.marks)
                                  : std::nullopt);
  return {};
}

Result<void> Reconciler::ClearStaleMarks() {
  const policy::MarkLayout& marks = config_.marks;
  // Without a table nobody of ours has written any mark: whatever is there was somebody else's.
  const bool fresh = !have_ || !have_->table;
  const auto stale = [&](uint32_t mark) {
    const uint32_t number = marks.Number(mark);
    if (number == 0 || mark == marks.Local()) {
      return fresh && number != 0;
    }
    return generations_.IsStale(number);
  };
  const auto cleared = conntrack_.ClearMarks(marks.mask(), stale);
  if (!cleared) {
    return Fail(cleared.error().WithContext("clear old conntrack marks"));
  }
  generations_.Cleared();
  return {};
}

Result<void> Reconciler::Maintain() {
  return generations_.RunningLow() ? ClearStaleMarks() : Result<void>{};
}

void Reconciler::Remember(const nft::ChangeSet& change, const nft::Receipt& receipt) {
  nft::Ruleset before = have_->table ? std::move(*have_->table) : nft::Ruleset{};
  auto after = nft::Apply(change, std::move(before), receipt.handles);
  if (after) {
    have_ = nft::Snapshot{std::move(*after), receipt.generation};
  } else {
    have_.reset();
  }
}

}  // namespace portcullis
