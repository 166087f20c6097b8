// SPDX-License-Identifier: Apache-2.0
//
// See findings_json.h.
#include "controller/cli/findings_json.h"

namespace portcullis::cli {

using Json = nlohmann::ordered_json;

Json ToJsonValue(const insight::Finding& finding) {
  return {{"reason", ToText(finding.kind)}, {"note", finding.note}};
}

Json ToJsonValue(const std::vector<insight::PolicyFinding>& findings) {
  Json list = Json::array();
  for (const auto& [policy, finding] : findings) {
    Json value{{"namespace", policy.ns}, {"name", policy.name}};
    value.update(ToJsonValue(finding));
    list.push_back(std::move(value));
  }
  return list;
}

}  // namespace portcullis::cli
