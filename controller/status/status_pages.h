// SPDX-License-Identifier: Apache-2.0
//
// Which page is at which path, and what its status code says: /healthz, /readyz, /metrics, /status
// and /status/policies/NAMESPACE/NAME. Pure; what has to be asked for is handed in as functions.
// Between http_server, which knows no page, and health, metrics and the reports.
#ifndef PORTCULLIS_CONTROLLER_STATUS_STATUS_PAGES_H_
#define PORTCULLIS_CONTROLLER_STATUS_STATUS_PAGES_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "controller/status/status.h"
#include "k8s-client/types.h"

namespace portcullis {

struct Page {
  unsigned status = 200;  ///< As HTTP has it.
  std::string content_type;
  std::string body;
};

/// Where the pages' contents come from. One is called only for its page.
struct PageSources {
  std::function<Status()> status;
  std::function<std::string()> metrics;
  /// JSON; nothing where the reconciler did not answer in time.
  std::function<std::optional<std::string>()> node;
  std::function<std::optional<std::string>(const k8s::ObjectKey& policy)> policy;
};

/// The page at `path`; 503 where the process is not alive, or not ready, or does not answer, 404
/// where there is none.
[[nodiscard]] Page StatusPage(std::string_view path, const PageSources& sources, SteadyTime now);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_STATUS_PAGES_H_
