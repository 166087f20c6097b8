// SPDX-License-Identifier: Apache-2.0
//
// What the process knows → the text that Prometheus reads, as descriptors.h has it. Pure. The only
// user of prometheus-cpp, of which it takes the text format alone: the values are Status's and
// PacketTotals', and there is no registry beside them.
#ifndef PORTCULLIS_CONTROLLER_METRICS_METRICS_H_
#define PORTCULLIS_CONTROLLER_METRICS_METRICS_H_

#include <map>
#include <string>

#include "controller/status/packet_totals.h"
#include "controller/status/status.h"

namespace portcullis {

/// What the process has used.
struct ProcessUsage {
  double cpu_seconds = 0;
  double resident_bytes = 0;
};

/// How many live pods of this node are isolated in a direction.
struct IsolatedPods {
  size_t enforced = 0;
  size_t audit = 0;
};

/// Denied packets by pod; the pod without a name stands for all that found no room.
using PodPackets = std::map<k8s::ObjectKey, std::map<PacketKind, uint64_t>>;

struct MetricValues {
  Status status;
  ProcessUsage usage;
  std::string version;
  std::map<policy::Direction, IsolatedPods> isolated;
  PacketTotals packets;
  PodPackets pods;
};

/// The text format of Prometheus, version 0.0.4.
[[nodiscard]] std::string MetricsText(const MetricValues& values);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_METRICS_METRICS_H_
