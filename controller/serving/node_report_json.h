// SPDX-License-Identifier: Apache-2.0
//
// The reports of node_report.h as JSON: the bodies of /status and /status/policies/NS/NAME. Keys
// are documented in docs/status.md, and are kept once they are out. Decides nothing.
#ifndef PORTCULLIS_CONTROLLER_SERVING_NODE_REPORT_JSON_H_
#define PORTCULLIS_CONTROLLER_SERVING_NODE_REPORT_JSON_H_

#include <string>

#include "controller/status/node_report.h"

namespace portcullis {

/// Ends in a line break.
[[nodiscard]] std::string ToJson(const NodeReport& report);
[[nodiscard]] std::string ToJson(const PolicyReport& report);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_SERVING_NODE_REPORT_JSON_H_
