// SPDX-License-Identifier: Apache-2.0
//
// See json_values.h.
#include "controller/cli/json_values.h"

#include <cctype>
#include <utility>

namespace portcullis::cli {
namespace {

using insight::EndGroup;
using insight::EndKind;
using Json = nlohmann::ordered_json;

std::string LowerCase(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

Json RangesOf(const EndGroup& end) {
  Json ranges = Json::array();
  for (const AddressRange& range : end.ranges) {
    ranges.push_back({range.first.ToString(), range.last.ToString()});
  }
  return ranges;
}

}  // namespace

std::string KeyOf(Family family) {
  return family == Family::kIpv4 ? "ipv4" : "ipv6";
}

Json ToJsonValue(const k8s::ObjectKey& key) {
  return {{"namespace", key.ns}, {"name", key.name}};
}

Json ToJsonValue(const std::vector<k8s::ObjectKey>& keys) {
  Json list = Json::array();
  for (const k8s::ObjectKey& key : keys) {
    list.push_back(ToJsonValue(key));
  }
  return list;
}

Json ToJsonValue(const insight::Finding& finding) {
  return {{"reason", ToText(finding.kind)}, {"note", finding.note}};
}

Json ToJsonValue(const std::vector<insight::PolicyFinding>& findings) {
  Json list = Json::array();
  for (const auto& [policy, finding] : findings) {
    Json value = ToJsonValue(policy);
    value.update(ToJsonValue(finding));
    list.push_back(std::move(value));
  }
  return list;
}

Json ToJsonValue(const insight::PortSet& ports) {
  Json value{{"text", ToText(ports)},
             {"everything", ports.IsEverything()},
             {"otherProtocols", ports.rest()}};
  for (const auto& [protocol, ranges] : ports.ranges()) {
    Json list = Json::array();
    for (const k8s::PortRange& range : ranges) {
      list.push_back({range.first, range.last});
    }
    value[LowerCase(insight::NameOf(protocol))] = std::move(list);
  }
  return value;
}

Json ToJsonValue(const insight::Answer& answer) {
  Json value = ToJsonValue(answer.ports);
  value["wouldDeny"] = Json::array();
  for (const insight::AuditedDenial& denial : answer.would_deny) {
    value["wouldDeny"].push_back(
        {{"policies", ToJsonValue(denial.policies)}, {"ports", ToJsonValue(denial.ports)}});
  }
  return value;
}

Json ToJsonValue(const EndGroup& end) {
  switch (end.kind) {
    case EndKind::kPods:
      return {{"kind", "pods"},
              {"name", ToText(end)},
              {"namespace", end.ns},
              {"workload", end.workload},
              {"pods", end.members}};
    case EndKind::kNodes:
      return {{"kind", "nodes"}, {"name", ToText(end)}, {"nodes", end.members}};
    case EndKind::kOutside:
      break;
  }
  return {{"kind", "outside"}, {"name", ToText(end)}, {"ranges", RangesOf(end)}};
}

std::string Written(const Json& value, int indent) {
  return value.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace portcullis::cli
