// SPDX-License-Identifier: Apache-2.0
//
// The parts that the JSON of several commands has in common, each in one form everywhere; docs/
// describes them, and their keys stay. Pure: a value → a value. Used by *_json.cc, *_data.cc and
// the pages.
#ifndef PORTCULLIS_CONTROLLER_CLI_JSON_VALUES_H_
#define PORTCULLIS_CONTROLLER_CLI_JSON_VALUES_H_

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "controller/insight/answer.h"
#include "controller/insight/end_groups.h"
#include "controller/insight/findings.h"
#include "controller/insight/port_set.h"

namespace portcullis::cli {

/// "ipv4".
[[nodiscard]] std::string KeyOf(Family family);

/// {"namespace": "shop", "name": "db"}
[[nodiscard]] nlohmann::ordered_json ToJsonValue(const k8s::ObjectKey& key);
[[nodiscard]] nlohmann::ordered_json ToJsonValue(const std::vector<k8s::ObjectKey>& keys);

/// {"reason": "SelectsNoPod", "note": "..."}
[[nodiscard]] nlohmann::ordered_json ToJsonValue(const insight::Finding& finding);
/// The same behind the policy's "namespace" and "name".
[[nodiscard]] nlohmann::ordered_json ToJsonValue(
    const std::vector<insight::PolicyFinding>& findings);

/// {"text": "80/TCP", "everything": false, "otherProtocols": false, "tcp": [[80, 80]]}
[[nodiscard]] nlohmann::ordered_json ToJsonValue(const insight::PortSet& ports);
/// The same of its ports, and "wouldDeny": [{"policies": [...], "ports": {...}}].
[[nodiscard]] nlohmann::ordered_json ToJsonValue(const insight::Answer& answer);

/// {"kind": "pods", "name": "shop/web-* (2 pods)", "namespace": "shop", "pods": ["web-0", "web-1"]}
[[nodiscard]] nlohmann::ordered_json ToJsonValue(const insight::EndGroup& end);

/// As one text. Labels and names may hold anything (4.5); what is no UTF-8 is replaced.
[[nodiscard]] std::string Written(const nlohmann::ordered_json& value, int indent);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_JSON_VALUES_H_
