// SPDX-License-Identifier: Apache-2.0
//
// See metrics.h.
#include "controller/metrics/metrics.h"

#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include "controller/metrics/descriptors.h"

namespace portcullis {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

prometheus::MetricType ToPrometheus(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return prometheus::MetricType::Counter;
    case MetricType::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricType::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

/// The families of all metrics, filled value by value.
class MetricsPage {
 public:
  MetricsPage() {
    for (const MetricDescriptor& each : MetricDescriptors()) {
      families_.push_back(
          {std::string(each.name), std::string(each.help), ToPrometheus(each.type), {}});
    }
  }

  /// REQUIRES: as many label values as the metric has labels; no two calls with the same ones.
  template <typename Number>
  void Put(Metric metric, Number value, const std::vector<std::string>& labels = {}) {
    const MetricDescriptor& descriptor = DescriptorOf(metric);
    ClientMetric sample;
    if (descriptor.type == MetricType::kCounter) {
      sample.counter.value = static_cast<double>(value);
    } else {
      sample.gauge.value = static_cast<double>(value);
    }
    for (size_t i = 0; i < labels.size(); ++i) {
      sample.label.push_back({std::string(descriptor.labels.at(i)), labels[i]});
    }
    Add(metric, std::move(sample));
  }

  void Put(Metric metric, const LatencyHistogram& latency) {
    ClientMetric sample;
    sample.histogram.sample_count = latency.count;
    sample.histogram.sample_sum = latency.sum_seconds;
    uint64_t cumulative = 0;
    for (size_t i = 0; i < latency.counts.size(); ++i) {
      cumulative += latency.counts.at(i);
      sample.histogram.bucket.push_back({cumulative, LatencyHistogram::kBoundsSeconds.at(i)});
    }
    Add(metric, std::move(sample));
  }

  /// Metrics without a value are left out.
  [[nodiscard]] std::string Text() const {
    std::vector<MetricFamily> filled;
    for (const MetricFamily& family : families_) {
      if (!family.metric.empty()) {
        filled.push_back(family);
      }
    }
    return prometheus::TextSerializer().Serialize(filled);
  }

 private:
  void Add(Metric metric, ClientMetric sample) {
    families_.at(static_cast<size_t>(metric)).metric.push_back(std::move(sample));
  }

  std::vector<MetricFamily> families_;
};

double SecondsOf(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void PutProcess(const MetricValues& values, MetricsPage& page) {
  page.Put(Metric::kBuildInfo, 1, {values.version});
  page.Put(Metric::kProcessStart, SecondsOf(values.status.started));
  page.Put(Metric::kProcessCpu, values.usage.cpu_seconds);
  page.Put(Metric::kProcessMemory, values.usage.resident_bytes);
}

void PutWatches(const Status& status, MetricsPage& page) {
  for (const WatchStatus& watch : status.watches) {
    page.Put(Metric::kWatchUp, watch.up ? 1 : 0, {watch.kind});
    page.Put(Metric::kWatchLists, watch.lists, {watch.kind});
    page.Put(Metric::kWatchRelists, watch.relists, {watch.kind});
    page.Put(Metric::kWatchRetries, watch.retries, {watch.kind});
    page.Put(Metric::kWatchBadObjects, watch.bad_objects, {watch.kind});
    page.Put(Metric::kWatchEvents, watch.events, {watch.kind});
  }
}

void PutSizes(const MetricValues& values, MetricsPage& page) {
  const ReconcileStatus& reconcile = values.status.reconcile;
  page.Put(Metric::kObjects, reconcile.pods, {"Pod"});
  page.Put(Metric::kObjects, reconcile.namespaces, {"Namespace"});
  page.Put(Metric::kObjects, reconcile.policies, {"NetworkPolicy"});
  page.Put(Metric::kLocalPods, reconcile.local_pods);
  for (const auto& [direction, pods] : values.isolated) {
    page.Put(Metric::kIsolatedPods, pods.enforced, {policy::ToText(direction), "enforced"});
    page.Put(Metric::kIsolatedPods, pods.audit, {policy::ToText(direction), "audit"});
  }
  page.Put(Metric::kSelectors, reconcile.selectors);
  page.Put(Metric::kPolicyGroups, reconcile.groups);
  page.Put(Metric::kTableSets, reconcile.table.sets);
  page.Put(Metric::kTableElements, reconcile.table.elements);
  page.Put(Metric::kTableChains, reconcile.table.chains);
  page.Put(Metric::kTableRules, reconcile.table.rules);
}

void PutKernel(const Status& status, MetricsPage& page) {
  const ReconcileStatus& reconcile = status.reconcile;
  page.Put(Metric::kSynced, reconcile.synced && !reconcile.failure ? 1 : 0);
  page.Put(Metric::kLastSuccess, reconcile.last_success ? SecondsOf(*reconcile.last_success) : 0.0);
  page.Put(Metric::kLatency, reconcile.latency);
  page.Put(Metric::kReconciles, reconcile.steps);
  page.Put(Metric::kReconcileFailures, reconcile.failures);
  page.Put(Metric::kReconcileRetries, reconcile.retries);
  page.Put(Metric::kReconcileOperations, reconcile.operations);
  page.Put(Metric::kReconcileConflicts, reconcile.conflicts);
  page.Put(Metric::kKernelBatches, reconcile.batches);
  // The common ones are there from the beginning, so that a first one shows as an increase.
  auto errors = reconcile.errors;
  for (const ErrorCode code : {ErrorCode::kPermission,
                               ErrorCode::kConflict,
                               ErrorCode::kInvalidArgument,
                               ErrorCode::kUnavailable}) {
    errors.try_emplace(std::string(ToText(code)), 0);
  }
  for (const auto& [reason, count] : errors) {
    page.Put(Metric::kKernelErrors, count, {reason});
  }
  page.Put(Metric::kRepairs, reconcile.repairs);
  page.Put(Metric::kBypasses, status.bypasses.size());
}

void PutPackets(const MetricValues& values, MetricsPage& page) {
  for (const auto direction : {policy::Direction::kEgress, policy::Direction::kIngress}) {
    for (const Judged judged : {Judged::kAllowed, Judged::kDenied, Judged::kWouldDeny}) {
      const auto found = values.packets.all.find({direction, judged});
      page.Put(Metric::kPackets,
               found == values.packets.all.end() ? 0 : found->second,
               {policy::ToText(direction), std::string(ToText(judged))});
    }
  }
  for (const auto& [policy, kinds] : values.packets.by_policy) {
    for (const auto& [kind, packets] : kinds) {
      page.Put(Metric::kPolicyPackets,
               packets,
               {policy.ns,
                policy.name,
                policy::ToText(kind.direction),
                std::string(ToText(kind.judged))});
    }
  }
  page.Put(Metric::kFlowsCut, values.packets.flows_cut);
  page.Put(Metric::kUnknownPodPackets, values.packets.from_unknown_pods, {"from"});
  page.Put(Metric::kUnknownPodPackets, values.packets.to_unknown_pods, {"to"});
  for (const auto& [pod, kinds] : values.pods) {
    for (const auto& [kind, packets] : kinds) {
      page.Put(
          Metric::kPodDeniedPackets,
          packets,
          {pod.ns, pod.name, policy::ToText(kind.direction), std::string(ToText(kind.judged))});
    }
  }
}

void PutDeniedLog(const DeniedLogStatus& log, MetricsPage& page) {
  page.Put(Metric::kDeniedLogUp, log.up ? 1 : 0);
  page.Put(Metric::kDeniedLogLines, log.lines, {std::string(ToText(Judged::kDenied))});
  page.Put(
      Metric::kDeniedLogLines, log.would_deny_lines, {std::string(ToText(Judged::kWouldDeny))});
  page.Put(Metric::kDeniedLogSuppressed, log.suppressed);
  page.Put(Metric::kDeniedLogLost, log.lost);
}

void PutEvents(const ApiEventStatus& events, MetricsPage& page) {
  page.Put(Metric::kPolicyEvents, events.written, {"written"});
  page.Put(Metric::kPolicyEvents, events.conflicts, {"conflict"});
  page.Put(Metric::kPolicyEvents, events.failures, {"failure"});
}

}  // namespace

std::string MetricsText(const MetricValues& values) {
  MetricsPage page;
  PutProcess(values, page);
  PutWatches(values.status, page);
  PutSizes(values, page);
  PutKernel(values.status, page);
  PutPackets(values, page);
  PutDeniedLog(values.status.denied_log, page);
  PutEvents(values.status.api_events, page);
  return page.Text();
}

}  // namespace portcullis
