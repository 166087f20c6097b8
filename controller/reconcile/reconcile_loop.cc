// SPDX-License-Identifier: Apache-2.0
//
// See reconcile_loop.h.
#include "controller/reconcile/reconcile_loop.h"

#include <algorithm>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "controller/insight/findings.h"
#include "controller/policy/compile.h"
#include "controller/process/pause.h"
#include "controller/reconcile/memory.h"

namespace portcullis {
namespace {

constexpr std::chrono::milliseconds kFirstRetry{100};
constexpr std::chrono::milliseconds kLastRetry{10'000};

std::chrono::milliseconds RetryDelay(unsigned failures) {
  const unsigned doublings = std::min(failures - 1, 10U);
  return std::min(kFirstRetry * (1U << doublings), kLastRetry);
}

double MillisecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
      .count();
}

std::string Directions(const k8s::NetworkPolicy& policy) {
  if (policy.isolates_ingress && policy.isolates_egress) {
    return "ingress and egress";
  }
  return policy.isolates_ingress ? "ingress" : "egress";
}

std::string CountPolicies(size_t count) {
  return count == 1 ? "1 policy" : fmt::format("{} policies", count);
}

std::string Count(size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

ReconcileLoop::ReconcileLoop(std::string node_name,
                             EventQueue& queue,
                             Reconciler& reconciler,
                             EventLog& log,
                             StatusBoard& board,
                             RulesEnded rules_ended)
    : node_name_(std::move(node_name)),
      queue_(queue),
      reconciler_(reconciler),
      log_(log),
      board_(board),
      rules_ended_(std::move(rules_ended)) {}

void ReconcileLoop::Run(const std::stop_token& stop) {
  for (;;) {
    if (const auto delay = pacing_.Delay(); delay.count() > 0) {
      Pause(stop, delay);
    }
    Burst burst = queue_.Wait(stop, retry_at_);
    if (stop.stop_requested()) {
      queue_.CloseInquiries();
      return;
    }
    const std::vector<Inquiry> inquiries = std::exchange(burst.inquiries, {});
    if (!inquiries.empty() && !burst.has_work() && !(retry_at_ && *retry_at_ <= Clock::now())) {
      Answer(inquiries);
      continue;
    }
    const auto since_last = Clock::now() - std::exchange(started_, Clock::now());
    // What comes before the first sync is not worth waiting for more of.
    if (synced_) {
      pacing_.Note(burst.at_once, since_last);
    }
    Step(std::move(burst));
    Answer(inquiries);
  }
}

void ReconcileLoop::Answer(const std::vector<Inquiry>& inquiries) const {
  const LoopView view{reconciler_.engine(), in_force_, synced_};
  for (const Inquiry& inquiry : inquiries) {
    inquiry(view);
  }
}

void ReconcileLoop::Step(Burst burst) {
  if (!burst.all_listed) {
    // Taken in as it comes, so that it need not wait elsewhere; a doubt has nothing to be compared
    // with yet.
    Take(burst);
    return;
  }
  board_.Write([this](Status& status) { status.reconcile.step_since = started_; });
  const bool repair = burst.foreign_change && synced_;
  if (repair) {
    Repair();
  }
  if (!repair || !burst.changes.empty()) {
    Take(burst);
    static_cast<void>(Enforce());
  }
  board_.Write([](Status& status) { status.reconcile.step_since.reset(); });
  if (std::exchange(has_garbage_, false)) {
    ReturnFreeMemory();
  }
}

void ReconcileLoop::Take(Burst& burst) {
  NoteChanges(burst);
  in_force_.Note(burst.changes.policies, reconciler_.engine());
  reconciler_.Take(std::move(burst.changes));
}

/// By itself, ahead of the changes that came with it, so that what is written is known to be the
/// repair.
void ReconcileLoop::Repair() {
  reconciler_.Doubt();
  const auto outcome = Enforce();
  if (outcome && outcome->operations > 0) {
    ReportRepair(*outcome);
  }
}

Result<Outcome> ReconcileLoop::Enforce() {
  auto outcome = reconciler_.Reconcile();
  has_garbage_ = has_garbage_ || !outcome || outcome->whole;
  NoteEnd(outcome);
  if (outcome) {
    if (rules_ended_) {
      rules_ended_(std::exchange(outcome->ended, {}));
    }
    Succeeded(*outcome);
  } else {
    Failed(outcome.error());
  }
  return outcome;
}

void ReconcileLoop::ReportRepair(const Outcome& outcome) {
  log_.Write(LogLevel::kWarning,
             "repaired",
             fmt::format("another program changed table inet {} of this node: {} put it right in "
                         "{:.1f} ms",
                         policy::kTableName,
                         Count(outcome.operations, "operation"),
                         MillisecondsSince(started_)),
             {{"operations", static_cast<int64_t>(outcome.operations)}});
  board_.Write([](Status& status) {
    ++status.reconcile.repairs;
    status.reconcile.last_repair = std::chrono::system_clock::now();
  });
}

void ReconcileLoop::NoteEnd(const Result<Outcome>& outcome) {
  board_.Write([&](Status& whole) {
    ReconcileStatus& status = whole.reconcile;
    ++status.steps;
    status.failures += outcome ? 0U : 1U;
    status.retries += failures_ > 0 ? 1U : 0U;
    NoteFigures(status);
    if (!outcome) {
      status.waiting = in_force_.Waiting(ReconcileStatus::kMaxWaiting);
      ++status.errors[std::string(ToText(outcome.error().code))];
      status.failure = outcome.error();
      return;
    }
    status.synced = true;
    status.failure.reset();
    status.waiting.clear();
    status.last_success = std::chrono::system_clock::now();
    status.operations += outcome->operations;
    if (pending_since_ && outcome->operations > 0) {
      status.latency.Add(MillisecondsSince(*pending_since_) / 1000);
    }
  });
  if (outcome) {
    pending_since_.reset();
  }
}

void ReconcileLoop::NoteFigures(ReconcileStatus& status) const {
  const policy::Engine& engine = reconciler_.engine();
  const policy::Engine::Footprint footprint = engine.Measure();
  const nft::TableSize& size = reconciler_.table_size();
  status.conflicts = reconciler_.conflicts();
  status.batches = reconciler_.batches();
  status.generation = reconciler_.generation();
  status.pods = engine.pods();
  status.local_pods = engine.local_pods();
  status.namespaces = engine.namespaces();
  status.policies = engine.policies();
  status.selectors = footprint.selectors;
  status.groups = footprint.groups;
  status.table = {size.sets(), size.elements(), size.chains(), size.rules()};
}

void ReconcileLoop::NoteChanges(const Burst& burst) {
  // What the first list brings is as old as the objects are.
  if (synced_ && !pending_since_ && !burst.changes.empty()) {
    pending_since_ = burst.oldest;
  }
  ReportProblems("NetworkPolicy", burst.changes.policies);
  ReportProblems("Pod", burst.changes.pods);
  // A first list or a relist says of every policy that it is there, not that it changed.
  for (const auto& [key, change] : burst.changes.policies.objects) {
    if (change.list <= policy_list_) {
      changed_policies_.emplace(key, burst.oldest);
    }
  }
  policy_list_ = burst.changes.policies.complete_list.value_or(policy_list_);
  has_garbage_ = has_garbage_ || burst.changes.pods.complete_list.has_value();
}

template <typename T>
void ReconcileLoop::ReportProblems(const char* kind, const policy::KindChanges<T>& changes) {
  for (const auto& [key, change] : changes.objects) {
    const std::optional<T>& object = change.object;
    const bool fine = !object || object->problems.empty();
    if (fine && reported_problems_.empty()) {
      continue;
    }
    const std::string name = std::string(kind) + " " + key.ToString();
    if (fine) {
      reported_problems_.erase(name);
      continue;
    }
    auto& reported = reported_problems_[name];
    if (reported == object->problems) {
      continue;
    }
    reported = object->problems;
    for (const std::string& problem : reported) {
      log_.Write(LogLevel::kWarning,
                 "not_understood",
                 fmt::format("{}: {}", name, insight::NoteOf(problem)),
                 {{"kind", kind}, {"object", key.ToString()}, {"problem", problem}});
    }
  }
}

void ReconcileLoop::Succeeded(const Outcome& outcome) {
  if (failures_ > 0) {
    log_.Write(LogLevel::kInfo,
               "recovered",
               fmt::format("the kernel took the rules after {}", Count(failures_, "failure")));
  }
  failures_ = 0;
  retry_at_.reset();
  in_force_.Committed(reconciler_.engine(), std::chrono::system_clock::now());
  ReportMarking(outcome);
  if (!synced_) {
    ReportSynced(outcome);
  }
  synced_ = true;
  ReportPolicies();
  if (outcome.operations > 0 && log_.Writes(LogLevel::kDebug)) {
    log_.Write(LogLevel::kDebug,
               "committed",
               fmt::format("{} in {:.1f} ms{}",
                           Count(outcome.operations, "operation"),
                           MillisecondsSince(started_),
                           outcome.revoked ? "; flows will be judged again" : ""));
  }
  if (const auto maintained = reconciler_.Maintain(); !maintained) {
    log_.Write(LogLevel::kWarning, "maintenance_failed", maintained.error().message);
  }
}

void ReconcileLoop::Failed(const Error& error) {
  const auto delay = RetryDelay(++failures_);
  retry_at_ = Clock::now() + delay;
  log_.Write(LogLevel::kError,
             "not_enforced",
             fmt::format("the rules could not be changed, those before stay in force; next try "
                         "in {} ms: {}",
                         delay.count(),
                         error.message),
             {{"error", error.message}, {"retry_ms", int64_t{delay.count()}}});
}

void ReconcileLoop::ReportSynced(const Outcome& outcome) {
  const policy::Engine& engine = reconciler_.engine();
  log_.Write(LogLevel::kInfo,
             "synced",
             fmt::format("enforcing on node {}: {} ({} here), {}, {}; {} in {:.1f} ms",
                         node_name_,
                         Count(engine.pods(), "pod"),
                         engine.local_pods(),
                         Count(engine.namespaces(), "namespace"),
                         CountPolicies(engine.policies()),
                         outcome.operations == 0 ? "the table held all of it already"
                                                 : Count(outcome.operations, "operation"),
                         MillisecondsSince(started_)),
             {{"node", node_name_},
              {"pods", static_cast<int64_t>(engine.pods())},
              {"local_pods", static_cast<int64_t>(engine.local_pods())},
              {"namespaces", static_cast<int64_t>(engine.namespaces())},
              {"policies", static_cast<int64_t>(engine.policies())},
              {"operations", static_cast<int64_t>(outcome.operations)}});
}

void ReconcileLoop::ReportPolicies() {
  for (const auto& [key, since] : changed_policies_) {
    ReportPolicy(key, MillisecondsSince(since));
  }
  changed_policies_.clear();
}

void ReconcileLoop::ReportPolicy(const k8s::ObjectKey& key, double latency_ms) {
  const k8s::NetworkPolicy* policy = reconciler_.engine().FindPolicy(key);
  if (policy == nullptr) {
    log_.Write(
        LogLevel::kInfo,
        "policy_removed",
        fmt::format("policy {} removed, {:.1f} ms after its event", key.ToString(), latency_ms),
        {{"policy", key.ToString()}, {"latency_ms", latency_ms}});
    return;
  }
  const size_t pods = reconciler_.engine().CountSelected(*policy);
  log_.Write(LogLevel::kInfo,
             "policy_applied",
             fmt::format("policy {} applied {:.1f} ms after its event: {} {} of {} here{}",
                         key.ToString(),
                         latency_ms,
                         policy->audit ? "audits" : "isolates",
                         Directions(*policy),
                         Count(pods, "pod"),
                         policy->audit ? ", and denies nothing" : ""),
             {{"policy", key.ToString()},
              {"latency_ms", latency_ms},
              {"audit", policy->audit},
              {"selected_local_pods", static_cast<int64_t>(pods)},
              {"resource_version", policy->meta.resource_version}});
}

void ReconcileLoop::ReportMarking(const Outcome& outcome) {
  const bool marking = !outcome.unmarked;
  if (marking == marking_) {
    return;
  }
  marking_ = marking;
  if (marking) {
    log_.Write(LogLevel::kInfo, "marking", "flows are marked again");
  } else {
    log_.Write(LogLevel::kError,
               "not_marking",
               "every packet is judged, which costs time but lets nothing through: " +
                   outcome.unmarked->message);
  }
}

}  // namespace portcullis
