// SPDX-License-Identifier: Apache-2.0
//
// What this process has used, asked of the kernel. For metrics, which only prints it.
#ifndef PORTCULLIS_CONTROLLER_SERVING_PROCESS_USAGE_H_
#define PORTCULLIS_CONTROLLER_SERVING_PROCESS_USAGE_H_

#include "controller/metrics/metrics.h"

namespace portcullis {

/// 0 for what cannot be read.
[[nodiscard]] ProcessUsage ReadProcessUsage();

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_SERVING_PROCESS_USAGE_H_
