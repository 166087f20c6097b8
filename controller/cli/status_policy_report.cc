// SPDX-License-Identifier: Apache-2.0
//
// See status_policy_report.h.
#include "controller/cli/status_policy_report.h"

#include <algorithm>
#include <array>

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

#include "controller/cli/json_values.h"
#include "controller/insight/wording.h"

namespace portcullis::cli {
namespace {

using insight::NodeVerdict;
using Json = nlohmann::ordered_json;
using State = NodeVerdict::State;

std::string TextOf(const Json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void AddPods(const Json& object, const char* field, std::vector<std::string>& pods) {
  const auto found = object.find(field);
  if (found == object.end() || !found->is_array()) {
    return;
  }
  for (const Json& pod : *found) {
    if (pod.is_string()) {
      pods.push_back(pod.get<std::string>());
    }
  }
}

std::string Directions(const k8s::NetworkPolicy& policy) {
  if (policy.isolates_ingress && policy.isolates_egress) {
    return "ingress and egress";
  }
  return policy.isolates_ingress ? "ingress" : "egress";
}

size_t CountPods(const PolicyReport& report) {
  size_t pods = 0;
  for (const NodeVerdict& node : report.nodes) {
    pods += node.pods;
  }
  return pods;
}

std::string Word(const NodeVerdict& node, bool audited) {
  switch (node.state) {
    case State::kEnforced:
      return audited ? "audited" : "yes";
    case State::kNot:
      return "no";
    case State::kUnknown:
      return "unknown";
  }
  return "";
}

std::string OrDash(const std::string& text) {
  return text.empty() ? "-" : text;
}

using Row = std::array<std::string, 5>;

/// Columns as kubectl sets them: as wide as they need to be, three spaces apart.
std::string Table(const std::vector<Row>& rows) {
  std::array<size_t, 5> widths{};
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths.at(i) = std::max(widths.at(i), row.at(i).size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += fmt::format("{:<{}}", row.at(i), widths.at(i) + 3);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string Sum(const PolicyReport& report) {
  const auto holding = static_cast<size_t>(
      std::count_if(report.nodes.begin(), report.nodes.end(), [](const NodeVerdict& node) {
        return node.state == State::kEnforced;
      }));
  if (report.nodes.empty()) {
    return "It selects no pod, so there is nothing to enforce.\n";
  }
  const std::string where =
      holding == report.nodes.size()
          ? "everywhere it has pods"
          : fmt::format("on {} of {}", holding, insight::Counted(report.nodes.size(), "node"));
  return report.policy.audit
             ? "Audited " + where + ": it logs what it would deny, and denies nothing.\n"
             : "Enforced " + where + ".\n";
}

Json NodeJson(const NodeVerdict& node) {
  const auto or_null = [](const std::string& text) {
    return text.empty() ? Json() : Json(text);
  };
  return {
      {"node", node.node},
      {"pods", node.pods},
      {"inForce", node.state == State::kUnknown ? Json() : Json(node.state == State::kEnforced)},
      {"resourceVersionInForce", or_null(node.resource_version)},
      {"since", or_null(node.since)},
      {"trouble", or_null(node.trouble)}};
}

}  // namespace

bool PolicyReport::enforced() const {
  return !policy.audit && std::all_of(nodes.begin(), nodes.end(), [](const NodeVerdict& node) {
    return node.state == State::kEnforced;
  });
}

Result<insight::NodeAnswer> ParseAnswer(std::string_view json) {
  const Json page = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!page.is_object() || !page.contains("known")) {
    return Fail(ErrorCode::kInvalidArgument, "its answer is no status of a policy");
  }
  insight::NodeAnswer answer;
  answer.known = page.at("known") == true;
  answer.in_force = page.value("inForce", Json()) == true;
  answer.uid = TextOf(page, "uid");
  answer.resource_version_in_force = TextOf(page, "resourceVersionInForce");
  answer.since = TextOf(page, "since");
  answer.failure = TextOf(page, "failure");
  AddPods(page, "enforcedPods", answer.pods);
  AddPods(page, "auditedPods", answer.pods);
  return answer;
}

std::string ToText(const PolicyReport& report) {
  const k8s::NetworkPolicy& policy = report.policy;
  std::string text = fmt::format("Policy {}, resourceVersion {}: isolates {} of {} on {}\n",
                                 policy.meta.key.ToString(),
                                 OrDash(policy.meta.resource_version),
                                 Directions(policy),
                                 insight::Counted(CountPods(report), "pod"),
                                 insight::Counted(report.nodes.size(), "node"));
  if (!report.nodes.empty()) {
    std::vector<Row> rows = {{"NODE", "PODS", "ENFORCED", "VERSION", "SINCE"}};
    for (const NodeVerdict& node : report.nodes) {
      rows.push_back({OrDash(node.node),
                      std::to_string(node.pods),
                      Word(node, policy.audit),
                      OrDash(node.resource_version),
                      OrDash(node.since)});
    }
    text += "\n" + Table(rows) + "\n";
  }
  text += Sum(report);
  for (const NodeVerdict& node : report.nodes) {
    text += node.trouble.empty() ? "" : "  " + node.node + ": " + node.trouble + "\n";
  }
  for (const insight::Finding& finding : report.findings) {
    // The sum has said that it is audited.
    text += finding.kind == insight::Finding::Kind::kAudited ? "" : "Note: " + finding.note + ".\n";
  }
  return text;
}

std::string ToJson(const PolicyReport& report) {
  Json nodes = Json::array();
  for (const NodeVerdict& node : report.nodes) {
    nodes.push_back(NodeJson(node));
  }
  Json findings = Json::array();
  for (const insight::Finding& finding : report.findings) {
    findings.push_back(ToJsonValue(finding));
  }
  const Json whole = {{"policy", report.policy.meta.key.ToString()},
                      {"uid", report.policy.meta.uid},
                      {"resourceVersion", report.policy.meta.resource_version},
                      {"audit", report.policy.audit},
                      {"enforced", report.enforced()},
                      {"nodes", std::move(nodes)},
                      {"findings", std::move(findings)}};
  return Written(whole, 2) + "\n";
}

}  // namespace portcullis::cli
