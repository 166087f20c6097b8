// SPDX-License-Identifier: Apache-2.0
//
// A Status → the text that Prometheus reads. Pure. The only user of prometheus-cpp, of which it
// takes the text format alone: the values are Status's, and there is no registry beside it.
// docs/monitoring.md lists the metrics; names are kept once they are out.
#ifndef PORTCULLIS_CONTROLLER_METRICS_H_
#define PORTCULLIS_CONTROLLER_METRICS_H_

#include <string>

#include "controller/status.h"

namespace portcullis {

/// What the process has used.
struct ProcessUsage {
  double cpu_seconds = 0;
  double resident_bytes = 0;
};

/// The text format of Prometheus, version 0.0.4. `version` is the program's.
[[nodiscard]] std::string MetricsText(const Status& status,
                                      const ProcessUsage& usage,
                                      const std::string& version);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_METRICS_H_
