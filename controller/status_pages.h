// SPDX-License-Identifier: Apache-2.0
//
// Which page is at which path: /healthz, /readyz, /metrics. Pure; between http_server, which knows
// neither, and health and metrics, which know no HTTP.
#ifndef PORTCULLIS_CONTROLLER_STATUS_PAGES_H_
#define PORTCULLIS_CONTROLLER_STATUS_PAGES_H_

#include <string>
#include <string_view>

#include "controller/metrics.h"
#include "controller/status.h"

namespace portcullis {

struct Page {
  unsigned status = 200;  ///< As HTTP has it.
  std::string content_type;
  std::string body;
};

/// The page at `path`; 503 where the process is not alive, or not ready, 404 where there is none.
[[nodiscard]] Page StatusPage(std::string_view path,
                              const Status& status,
                              const ProcessUsage& usage,
                              const std::string& version,
                              SteadyTime now);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_PAGES_H_
