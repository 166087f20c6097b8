// SPDX-License-Identifier: Apache-2.0
//
// Findings about policies as JSON, in the same form in each command that tells them. A value → a
// value.
#ifndef PORTCULLIS_CONTROLLER_CLI_FINDINGS_JSON_H_
#define PORTCULLIS_CONTROLLER_CLI_FINDINGS_JSON_H_

#include <vector>

#include <nlohmann/json.hpp>

#include "controller/insight/findings.h"

namespace portcullis::cli {

/// {"reason": "SelectsNoPod", "note": "..."}
[[nodiscard]] nlohmann::ordered_json ToJsonValue(const insight::Finding& finding);

/// The same behind "namespace" and "name" of the policy.
[[nodiscard]] nlohmann::ordered_json ToJsonValue(
    const std::vector<insight::PolicyFinding>& findings);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_FINDINGS_JSON_H_
