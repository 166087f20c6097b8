// SPDX-License-Identifier: Apache-2.0
//
// See descriptors.h; the table itself is in the three files that descriptor_topics.h names.
#include "controller/metrics/descriptors.h"

#include "controller/metrics/descriptor_topics.h"

namespace portcullis {
namespace {

std::vector<MetricDescriptor> All() {
  std::vector<MetricDescriptor> all;
  for (const auto& topic : {ProcessMetrics(),
                            WatchMetrics(),
                            SizeMetrics(),
                            ReconcileMetrics(),
                            CommitMetrics(),
                            TrafficMetrics(),
                            DeniedLogMetrics(),
                            PolicyEventMetrics()}) {
    all.insert(all.end(), topic.begin(), topic.end());
  }
  return all;
}

}  // namespace

const std::vector<MetricDescriptor>& MetricDescriptors() {
  static const std::vector<MetricDescriptor> kAll = All();
  return kAll;
}

std::string_view ToText(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "";
}

}  // namespace portcullis
