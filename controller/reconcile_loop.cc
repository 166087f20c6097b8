// SPDX-License-Identifier: Apache-2.0
//
// See reconcile_loop.h.
#include "controller/reconcile_loop.h"

#include <algorithm>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "controller/policy/compile.h"
#include "controller/policy/live_pods.h"
#include "controller/policy/selector.h"

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

/// The pods of `node_name` that `policy` isolates.
size_t CountSelected(const policy::World& world,
                     const k8s::NetworkPolicy& policy,
                     const std::string& node_name) {
  const auto live = policy::LivePods(world);
  const auto selected = [&](const policy::LivePod& candidate) {
    const k8s::Pod& pod = *candidate.pod;
    return pod.node_name == node_name && pod.meta.key.ns == policy.meta.key.ns &&
           policy::Matches(policy.pod_selector, pod.meta.labels);
  };
  return static_cast<size_t>(std::count_if(live.begin(), live.end(), selected));
}

std::string Count(size_t count, const char* noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

ReconcileLoop::ReconcileLoop(std::string node_name,
                             EventQueue& queue,
                             Reconciler& reconciler,
                             EventLog& log,
                             StatusBoard& board)
    : node_name_(std::move(node_name)),
      queue_(queue),
      reconciler_(reconciler),
      log_(log),
      board_(board) {}

void ReconcileLoop::Run(const std::stop_token& stop) {
  for (;;) {
    Burst burst = queue_.Wait(stop, retry_at_);
    if (stop.stop_requested()) {
      return;
    }
    Step(std::move(burst));
  }
}

void ReconcileLoop::Step(Burst burst) {
  if (!burst.all_listed) {
    // Taken in as it comes, so that it need not wait elsewhere; a doubt has nothing to be compared
    // with yet.
    NoteChanges(burst);
    reconciler_.Take(std::move(burst.changes));
    return;
  }
  started_ = Clock::now();
  board_.Write([this](Status& status) { status.reconcile.step_since = started_; });
  const bool repair = burst.foreign_change && synced_;
  if (repair) {
    Repair();
  }
  if (!repair || !burst.changes.empty()) {
    NoteChanges(burst);
    reconciler_.Take(std::move(burst.changes));
    static_cast<void>(Enforce());
  }
  board_.Write([](Status& status) { status.reconcile.step_since.reset(); });
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
  NoteEnd(outcome);
  if (outcome) {
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
  board_.Write([](Status& status) { ++status.reconcile.repairs; });
}

void ReconcileLoop::NoteEnd(const Result<Outcome>& outcome) {
  const policy::World& world = reconciler_.world();
  const size_t local_pods = CountLocalPods();
  board_.Write([&](Status& whole) {
    ReconcileStatus& status = whole.reconcile;
    ++status.steps;
    status.failures += outcome ? 0U : 1U;
    status.conflicts = reconciler_.conflicts();
    status.pods = world.pods().size();
    status.local_pods = local_pods;
    status.namespaces = world.namespaces().size();
    status.policies = world.policies().size();
    if (!outcome) {
      status.failure = outcome.error();
      return;
    }
    status.synced = true;
    status.failure.reset();
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

size_t ReconcileLoop::CountLocalPods() const {
  const auto& pods = reconciler_.world().pods();
  const auto is_local = [this](const auto& entry) {
    return entry.second.node_name == node_name_;
  };
  return static_cast<size_t>(std::count_if(pods.begin(), pods.end(), is_local));
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
}

template <typename T>
void ReconcileLoop::ReportProblems(const char* kind, const policy::KindChanges<T>& changes) {
  for (const auto& [key, change] : changes.objects) {
    const std::optional<T>& object = change.object;
    const std::string name = std::string(kind) + " " + key.ToString();
    if (!object || object->problems.empty()) {
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
                 fmt::format("{}: {}; that part allows nothing", name, problem),
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
  ReportMarking(outcome);
  if (!synced_) {
    ReportSynced(outcome);
  }
  synced_ = true;
  ReportPolicies();
  if (outcome.operations > 0) {
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
  const policy::World& world = reconciler_.world();
  const size_t local = CountLocalPods();
  log_.Write(LogLevel::kInfo,
             "synced",
             fmt::format(
                 "enforcing on node {}: {} ({} here), {}, {}; {} in {:.1f} ms",
                 node_name_,
                 Count(world.pods().size(), "pod"),
                 local,
                 world.namespaces().size() == 1 ? "1 namespace"
                                                : Count(world.namespaces().size(), "namespace"),
                 world.policies().size() == 1 ? "1 policy"
                                              : fmt::format("{} policies", world.policies().size()),
                 outcome.operations == 0 ? "the table held all of it already"
                                         : Count(outcome.operations, "operation"),
                 MillisecondsSince(started_)),
             {{"node", node_name_},
              {"pods", static_cast<int64_t>(world.pods().size())},
              {"local_pods", static_cast<int64_t>(local)},
              {"namespaces", static_cast<int64_t>(world.namespaces().size())},
              {"policies", static_cast<int64_t>(world.policies().size())},
              {"operations", static_cast<int64_t>(outcome.operations)}});
}

void ReconcileLoop::ReportPolicies() {
  for (const auto& [key, since] : changed_policies_) {
    ReportPolicy(key, MillisecondsSince(since));
  }
  changed_policies_.clear();
}

void ReconcileLoop::ReportPolicy(const k8s::ObjectKey& key, double latency_ms) {
  const auto& policies = reconciler_.world().policies();
  const auto found = policies.find(key);
  if (found == policies.end()) {
    log_.Write(
        LogLevel::kInfo,
        "policy_removed",
        fmt::format("policy {} removed, {:.1f} ms after its event", key.ToString(), latency_ms),
        {{"policy", key.ToString()}, {"latency_ms", latency_ms}});
    return;
  }
  const size_t pods = CountSelected(reconciler_.world(), found->second, node_name_);
  log_.Write(LogLevel::kInfo,
             "policy_applied",
             fmt::format("policy {} applied {:.1f} ms after its event: isolates {} of {} here",
                         key.ToString(),
                         latency_ms,
                         Directions(found->second),
                         Count(pods, "pod")),
             {{"policy", key.ToString()},
              {"latency_ms", latency_ms},
              {"selected_local_pods", static_cast<int64_t>(pods)},
              {"resource_version", found->second.meta.resource_version}});
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
