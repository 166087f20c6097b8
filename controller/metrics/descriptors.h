// SPDX-License-Identifier: Apache-2.0
//
// Every metric that /metrics serves, as a table: what metrics.cc prints, what docs/metrics.md is
// generated from, and what dashboards and alert rules may ask for. Pure. A name that is out is kept
// for ever; a new metric is a line here and a value in metrics.cc.
#ifndef PORTCULLIS_CONTROLLER_METRICS_DESCRIPTORS_H_
#define PORTCULLIS_CONTROLLER_METRICS_DESCRIPTORS_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace portcullis {

/// In the order of the table.
enum class Metric : uint8_t {
  kBuildInfo,
  kProcessStart,
  kProcessCpu,
  kProcessMemory,
  kWatchUp,
  kWatchLists,
  kWatchRelists,
  kWatchRetries,
  kWatchBadObjects,
  kWatchEvents,
  kObjects,
  kLocalPods,
  kIsolatedPods,
  kSelectors,
  kPolicyGroups,
  kTableSets,
  kTableElements,
  kTableChains,
  kTableRules,
  kSynced,
  kLastSuccess,
  kLatency,
  kReconciles,
  kReconcileFailures,
  kReconcileRetries,
  kReconcileOperations,
  kReconcileConflicts,
  kKernelBatches,
  kKernelErrors,
  kRepairs,
  kBypasses,
  kPackets,
  kPolicyPackets,
  kFlowsCut,
  kUnknownPodPackets,
  kPodDeniedPackets,
  kDeniedLogUp,
  kDeniedLogLines,
  kDeniedLogSuppressed,
  kDeniedLogLost,
  kPolicyEvents,
};

enum class MetricType : uint8_t { kCounter, kGauge, kHistogram };

struct MetricDescriptor {
  Metric metric;
  std::string_view name;
  MetricType type;
  std::string_view unit;                 ///< "seconds", "bytes", "packets"; empty: a plain number.
  std::vector<std::string_view> labels;  ///< In the order of their values.
  std::string_view topic;                ///< A heading; metrics of one stand together.
  std::string_view help;                 ///< For people; without a line break.
  std::string_view only_with;            ///< The option that it needs; empty: always there.
};

/// In the order of Metric, which is the order of the page.
[[nodiscard]] const std::vector<MetricDescriptor>& MetricDescriptors();

[[nodiscard]] inline const MetricDescriptor& DescriptorOf(Metric metric) {
  return MetricDescriptors().at(static_cast<size_t>(metric));
}

/// "counter"
[[nodiscard]] std::string_view ToText(MetricType type);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_METRICS_DESCRIPTORS_H_
