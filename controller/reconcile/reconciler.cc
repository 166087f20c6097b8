// SPDX-License-Identifier: Apache-2.0
//
// See reconciler.h.
#include "controller/reconcile/reconciler.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "controller/policy/base_chains.h"
#include "controller/policy/compile.h"
#include "controller/policy/names.h"
#include "controller/policy/revocation.h"
#include "controller/policy/unknown_pods.h"
#include "nft/diff.h"

namespace portcullis {
namespace {

/// kube-proxy and container runtimes write rulesets of their own in the same namespace, each of
/// which makes a dump of ours stale. More than this many in a row is a storm: let the caller back
/// off.
constexpr unsigned kMaxConflicts = 10;

/// A part of the table, for a Diff of that part.
nft::Ruleset Part() {
  nft::Ruleset part;
  part.table = policy::kTableName;
  return part;
}

void Put(nft::Ruleset& ruleset, nft::Chain chain) {
  ruleset.chains.insert_or_assign(chain.name, std::move(chain));
}

void Append(nft::ChangeSet& change, nft::ChangeSet more) {
  std::move(more.operations.begin(), more.operations.end(), std::back_inserter(change.operations));
}

/// Diff()'s answer to objects that have another shape than before.
bool ReplacesTable(const nft::ChangeSet& change) {
  return std::any_of(
      change.operations.begin(), change.operations.end(), [](const nft::Operation& operation) {
        return std::holds_alternative<nft::DeleteTable>(operation);
      });
}

/// Whether the group has that chain, which is GroupChainParts::group_chain.
bool HasChain(const policy::GroupId& group, std::string_view chain) {
  return std::any_of(policy::kTrackings.begin(), policy::kTrackings.end(), [&](auto tracking) {
    return chain == policy::GroupChainName(group, tracking);
  });
}

/// Whether a change that was made without looking at the kernel's table may have failed because the
/// table was not as remembered.
bool MeansThatTableDiffers(const Error& error) {
  return error.code == ErrorCode::kConflict || error.code == ErrorCode::kInvalidArgument;
}

}  // namespace

Reconciler::Reconciler(Config config, nft::Kernel& kernel, nft::Conntrack& conntrack)
    : config_(std::move(config)),
      kernel_(kernel),
      conntrack_(conntrack),
      engine_(config_.node_name, config_.denied_log),
      generations_(config_.marks.generations()) {}

void Reconciler::Take(policy::Changes changes) {
  if (changes.pod_ranges && PodRanges() != policy::Disjoint(*changes.pod_ranges)) {
    mirror_.reset();  // No delta says which chains and sets come and go with them.
  }
  engine_.Apply(std::move(changes));
}

/// Until the node's ranges are told, the ones that the process before had stay.
void Reconciler::TakeUpPodRanges(const nft::Ruleset& have) {
  if (!engine_.pod_ranges()) {
    policy::Changes changes;
    changes.pod_ranges = policy::CountedRanges(have);
    engine_.Apply(std::move(changes));
  }
}

Result<Outcome> Reconciler::Reconcile() {
  Outcome outcome;
  if (mirror_) {
    const auto committed = CommitDelta(outcome);
    if (committed) {
      return outcome;
    }
    // The delta is lost.
    mirror_.reset();
    if (!MeansThatTableDiffers(committed.error())) {
      return Fail(committed.error());
    }
    NoteConflict(committed.error(), outcome);
  }
  for (;;) {
    const auto committed = CommitWhole(outcome);
    if (committed) {
      return outcome;
    }
    mirror_.reset();
    if (committed.error().code != ErrorCode::kConflict || outcome.conflicts >= kMaxConflicts) {
      return Fail(committed.error());
    }
    NoteConflict(committed.error(), outcome);
  }
}

void Reconciler::NoteConflict(const Error& error, Outcome& outcome) {
  const unsigned one = error.code == ErrorCode::kConflict ? 1 : 0;
  outcome.conflicts += one;
  conflicts_ += one;
}

Result<void> Reconciler::CommitDelta(Outcome& outcome) {
  const Plan plan = PlanDelta(engine_.TakeDelta(), outcome);
  NoteDeparted();
  if (ReplacesTable(plan.change)) {
    return Fail(ErrorCode::kConflict, "what is remembered of the table does not fit");
  }
  return Commit(plan, std::move(*mirror_), /*ruleset_generation=*/std::nullopt, outcome);
}

Reconciler::Plan Reconciler::PlanDelta(policy::Delta delta, Outcome& outcome) {
  Plan plan{DiffDelta(std::move(delta)), generations_.current()};
  outcome.revoked = policy::TakesAway(plan.change);
  if (outcome.revoked || !plan.generation) {
    plan.generation = NextGeneration(outcome);
    Append(plan.change, DiffBaseChains(plan.generation));
  }
  return plan;
}

nft::ChangeSet Reconciler::DiffDelta(policy::Delta delta) const {
  if (delta.empty()) {
    return {policy::kTableName, {}};
  }
  nft::Ruleset before = Part();
  nft::Ruleset after = Part();
  before.sets = std::move(delta.sets_before);
  after.sets = std::move(delta.sets_after);
  for (auto& [name, chain] : delta.chains) {
    if (const nft::Chain* had = mirror_->Find(name)) {
      Put(before, *had);
    }
    if (chain) {
      Put(after, std::move(*chain));
    }
  }
  return nft::Diff(before, after);
}

nft::ChangeSet Reconciler::DiffBaseChains(Generation generation) const {
  nft::Ruleset before = Part();
  nft::Ruleset after = Part();
  for (nft::Chain& chain : policy::BaseChains(config_.marks, generation, PodRanges())) {
    if (const nft::Chain* had = mirror_->Find(chain.name)) {
      Put(before, *had);
    }
    Put(after, std::move(chain));
  }
  return nft::Diff(before, after);
}

Result<void> Reconciler::CommitWhole(Outcome& outcome) {
  outcome.whole = true;
  auto snapshot = kernel_.Dump(policy::kTableName);
  if (!snapshot) {
    return Fail(snapshot.error());
  }
  std::optional<nft::Ruleset>& have = snapshot->table;
  has_table_ = have.has_value();
  size_ = have ? nft::TableSize(*have) : nft::TableSize();
  generations_.Found(have ? policy::AcceptedGeneration(*have, config_.marks) : std::nullopt);
  if (have) {
    TakeUpPodRanges(*have);
  }
  const Plan plan = PlanWhole(have, outcome);
  nft::ChainMirror mirror(have ? std::move(have->chains) : std::map<std::string, nft::Chain>{});
  have.reset();
  return Commit(plan, std::move(mirror), snapshot->generation, outcome);
}

Reconciler::Plan Reconciler::PlanWhole(const std::optional<nft::Ruleset>& have, Outcome& outcome) {
  nft::Ruleset want = engine_.TakeWhole();
  NoteDeparted();
  ForgetUncounted(have);
  const auto plan_at = [&](Generation generation) {
    for (nft::Chain& chain : policy::BaseChains(config_.marks, generation, PodRanges())) {
      Put(want, std::move(chain));
    }
    return Plan{nft::Diff(have, want), generation};
  };
  if (have) {
    Plan plan = plan_at(generations_.current());
    outcome.revoked = policy::TakesAway(plan.change);
    if (!outcome.revoked && plan.generation) {
      return plan;
    }
  }
  // A table that is new takes away whatever it does not allow.
  outcome.revoked = outcome.revoked || !have;
  return plan_at(NextGeneration(outcome));
}

Result<void> Reconciler::Commit(const Plan& plan,
                                nft::ChainMirror mirror,
                                std::optional<uint32_t> ruleset_generation,
                                Outcome& outcome) {
  if (!plan.change.empty()) {
    auto receipt = kernel_.Commit(plan.change, ruleset_generation);
    if (!receipt) {
      return Fail(receipt.error());
    }
    outcome.operations += plan.change.operations.size();
    ++batches_;
    size_.Take(plan.change);
    has_table_ = true;
    generations_.Use(plan.generation);
    NoteEnded(std::move(receipt->ended), outcome);
    if (!mirror.Take(plan.change, receipt->handles)) {
      return Fail(ErrorCode::kConflict, "what is remembered of the table does not fit");
    }
  }
  departed_.clear();
  mirror_ = std::move(mirror);
  return {};
}

void Reconciler::NoteDeparted() {
  const auto& departed = engine_.DepartedGroups();
  departed_.insert(departed.begin(), departed.end());
}

/// Of groups without a chain in the kernel no rule can end. Where it refuses all changes, many come
/// and go.
void Reconciler::ForgetUncounted(const std::optional<nft::Ruleset>& have) {
  std::erase_if(departed_, [&have](const policy::GroupId& group) {
    return !have ||
           std::none_of(policy::kTrackings.begin(), policy::kTrackings.end(), [&](auto tracking) {
             return have->chains.count(policy::GroupChainName(group, tracking)) != 0;
           });
  });
}

void Reconciler::NoteEnded(std::vector<nft::RuleCount> ended, Outcome& outcome) {
  for (nft::RuleCount& rule : ended) {
    if (rule.packets > 0) {
      auto isolating = Isolating(rule.chain);
      outcome.ended.push_back({std::move(rule), std::move(isolating)});
    }
  }
}

std::vector<k8s::ObjectKey> Reconciler::Isolating(std::string_view chain) const {
  const auto parts = policy::PartsOfGroupChain(chain);
  if (!parts) {
    return {};
  }
  if (const policy::GroupId* group = engine_.FindGroup(parts->group_chain)) {
    return group->policies;
  }
  const auto gone = std::find_if(departed_.begin(), departed_.end(), [&](const auto& group) {
    return HasChain(group, parts->group_chain);
  });
  return gone == departed_.end() ? std::vector<k8s::ObjectKey>{} : gone->policies;
}

std::optional<uint32_t> Reconciler::NextGeneration(Outcome& outcome) {
  if (!generations_.Next()) {
    if (const auto cleared = ClearStaleMarks(); !cleared) {
      outcome.unmarked = cleared.error();
    }
  }
  return generations_.Next();
}

Result<void> Reconciler::ClearStaleMarks() {
  const policy::MarkLayout& marks = config_.marks;
  // Without a table nobody of ours has written any mark: whatever is there was somebody else's.
  const bool fresh = !has_table_;
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

}  // namespace portcullis
