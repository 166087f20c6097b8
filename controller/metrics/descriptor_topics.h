// SPDX-License-Identifier: Apache-2.0
//
// The table of metrics in its parts, one for each topic or piece of one: what descriptors.cc
// strings together. Pure. A new metric goes into the part of its topic, at its place in the
// enumeration.
#ifndef PORTCULLIS_CONTROLLER_METRICS_DESCRIPTOR_TOPICS_H_
#define PORTCULLIS_CONTROLLER_METRICS_DESCRIPTOR_TOPICS_H_

#include <vector>

#include "controller/metrics/descriptors.h"

namespace portcullis {

// What the process is and knows (descriptors_state.cc).
[[nodiscard]] std::vector<MetricDescriptor> ProcessMetrics();
[[nodiscard]] std::vector<MetricDescriptor> WatchMetrics();
[[nodiscard]] std::vector<MetricDescriptor> SizeMetrics();

// What it does to the kernel's table (descriptors_kernel.cc).
[[nodiscard]] std::vector<MetricDescriptor> ReconcileMetrics();
[[nodiscard]] std::vector<MetricDescriptor> CommitMetrics();

// What becomes of packets, and what is told of them and of policies (descriptors_traffic.cc).
[[nodiscard]] std::vector<MetricDescriptor> TrafficMetrics();
[[nodiscard]] std::vector<MetricDescriptor> DeniedLogMetrics();
[[nodiscard]] std::vector<MetricDescriptor> PolicyEventMetrics();

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_METRICS_DESCRIPTOR_TOPICS_H_
