// SPDX-License-Identifier: Apache-2.0
//
// See page_sources.h.
#include "controller/serving/page_sources.h"

#include <chrono>
#include <memory>
#include <utility>

#include "controller/serving/node_report_json.h"
#include "controller/serving/process_usage.h"
#include "controller/status/node_report.h"

namespace portcullis {
namespace {

/// The pages are served one at a time, and kubelet's probes wait for a second.
constexpr std::chrono::milliseconds kPatience{500};

using Isolated = std::map<policy::Direction, IsolatedPods>;

void Count(const policy::GroupId* group, IsolatedPods& pods) {
  if (group != nullptr) {
    ++(group->audit ? pods.audit : pods.enforced);
  }
}

Isolated CountIsolated(const LoopView& view) {
  Isolated isolated;
  for (const policy::Engine::LocalPod& pod : view.engine.LocalPods()) {
    Count(pod.ingress, isolated[policy::Direction::kIngress]);
    Count(pod.egress, isolated[policy::Direction::kEgress]);
  }
  isolated[policy::Direction::kIngress];
  isolated[policy::Direction::kEgress];
  return isolated;
}

std::string FailureOf(const Status& status) {
  const ReconcileStatus& reconcile = status.reconcile;
  if (reconcile.failure) {
    return reconcile.failure->message;
  }
  return reconcile.synced ? "" : "nothing has been written to the kernel yet";
}

class Sources {
 public:
  explicit Sources(PageParts parts) : parts_(std::move(parts)) {}

  [[nodiscard]] Status ReadStatus() const { return parts_.board.Read(); }

  [[nodiscard]] std::string Metrics() {
    // What was counted last serves where the reconciler is busy: a scrape has to go on.
    if (auto isolated = Ask(parts_.desk, CountIsolated, kPatience)) {
      isolated_ = std::move(*isolated);
    }
    return MetricsText({parts_.board.Read(),
                        ReadProcessUsage(),
                        parts_.version,
                        isolated_,
                        parts_.packets.Totals(),
                        parts_.pods ? parts_.pods() : PodPackets{}});
  }

  [[nodiscard]] std::optional<std::string> Node() {
    auto pods = Ask(parts_.desk, ReportPods, kPatience);
    if (!pods) {
      return std::nullopt;
    }
    return ToJson(NodeReport{parts_.node,
                             parts_.version,
                             parts_.board.Read(),
                             std::move(*pods),
                             parts_.packets.Totals()});
  }

  [[nodiscard]] std::optional<std::string> Policy(const k8s::ObjectKey& policy) {
    auto report = Ask(
        parts_.desk,
        [policy](const LoopView& view) { return ReportPolicy(view, policy); },
        kPatience);
    if (!report) {
      return std::nullopt;
    }
    report->node = parts_.node;
    report->failure = FailureOf(parts_.board.Read());
    return ToJson(*report);
  }

 private:
  PageParts parts_;
  Isolated isolated_;
};

}  // namespace

PageSources MakePageSources(PageParts parts) {
  const auto sources = std::make_shared<Sources>(std::move(parts));
  return {[sources] { return sources->ReadStatus(); },
          [sources] { return sources->Metrics(); },
          [sources] { return sources->Node(); },
          [sources](const k8s::ObjectKey& policy) {
            return sources->Policy(policy);
          }};
}

}  // namespace portcullis
