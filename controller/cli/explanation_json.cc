// SPDX-License-Identifier: Apache-2.0
//
// See explanation_json.h.
#include "controller/cli/explanation_json.h"

#include <nlohmann/json.hpp>

#include "controller/cli/json_values.h"
#include "controller/insight/side_text.h"

namespace portcullis::cli {
namespace {

using insight::End;
using insight::Side;
using Json = nlohmann::ordered_json;

std::string KindName(End::Kind kind) {
  switch (kind) {
    case End::Kind::kPod:
      return "pod";
    case End::Kind::kHostPod:
      return "hostNetworkPod";
    case End::Kind::kNode:
      return "node";
    case End::Kind::kAddress:
      return "address";
    case End::Kind::kExternal:
      return "external";
  }
  return "";
}

std::string BasisName(Side::Basis basis) {
  switch (basis) {
    case Side::Basis::kNoPod:
      return "noPod";
    case Side::Basis::kHostNetwork:
      return "hostNetwork";
    case Side::Basis::kItself:
      return "itself";
    case Side::Basis::kOwnNode:
      return "ownNode";
    case Side::Basis::kNotIsolated:
      return "notIsolated";
    case Side::Basis::kPolicies:
      return "policies";
    case Side::Basis::kAudited:
      return "audited";
  }
  return "";
}

Json ToValue(const End& end) {
  Json value{{"kind", KindName(end.kind)}};
  if (!end.pod.name.empty()) {
    value.update(ToJsonValue(end.pod));
  }
  if (!end.node.empty()) {
    value["node"] = end.node;
  }
  value["addresses"] = Json::array();
  for (const IpAddress& address : end.addresses) {
    value["addresses"].push_back(address.ToString());
  }
  return value;
}

Json ToValue(const insight::AskedPort& port) {
  if (!HasPorts(port)) {
    return {{"protocol", "ICMP"}};
  }
  Json value{{"protocol", insight::NameOf(static_cast<k8s::Protocol>(port.protocol))},
             {"port", port.port}};
  if (!port.name.empty()) {
    value["name"] = port.name;
  }
  return value;
}

/// Null where none are given, which matches everything.
Json ToValue(const std::optional<std::vector<insight::Entry>>& entries) {
  if (!entries) {
    return nullptr;
  }
  Json list = Json::array();
  for (const insight::Entry& entry : *entries) {
    list.push_back({{"entry", entry.text}, {"matches", entry.matches}, {"reason", entry.reason}});
  }
  return list;
}

Json ToValue(const insight::PolicyReasons& policy) {
  Json value = ToJsonValue(policy.policy);
  value["problems"] = policy.problems;
  value["rules"] = Json::array();
  for (const insight::RuleReasons& rule : policy.rules) {
    value["rules"].push_back({{"index", rule.index},
                              {"allows", rule.allows},
                              {"peersMatch", PeersMatch(rule)},
                              {"portsMatch", PortsMatch(rule)},
                              {"peers", ToValue(rule.peers)},
                              {"ports", ToValue(rule.ports)}});
  }
  return value;
}

Json ToValue(const Side& side, const insight::Question& question) {
  Json value{{"allowed", side.allows},
             {"wouldDeny", side.would_deny},
             {"basis", BasisName(side.basis)},
             {"summary", Summary(side, question)},
             {"policies", Json::array()},
             {"idleAudited", ToJsonValue(side.idle)},
             {"notSelecting", Json::array()}};
  for (const insight::PolicyReasons& policy : side.policies) {
    value["policies"].push_back(ToValue(policy));
  }
  for (const insight::Bystander& bystander : side.bystanders) {
    Json other = ToJsonValue(bystander.policy);
    other["reason"] = bystander.reason;
    value["notSelecting"].push_back(std::move(other));
  }
  return value;
}

Json ToValue(const insight::PairAnswer& pair, const insight::Question& question) {
  return {{"family", KeyOf(pair.family())},
          {"source", pair.source.ToString()},
          {"destination", pair.destination.ToString()},
          {"allowed", pair.allowed()},
          {"wouldDeny", pair.would_deny()},
          {"allPorts", ToText(pair.ports())},
          {"egress", ToValue(pair.egress, question)},
          {"ingress", ToValue(pair.ingress, question)}};
}

/// Null where the packet has not come there.
Json ToValue(const std::optional<insight::Decision>& decision) {
  if (!decision) {
    return nullptr;
  }
  return {{"allowed", decision->allows},
          {"wouldDeny", decision->would_deny},
          {"chain", decision->chain},
          {"rule", decision->rule},
          {"handle", decision->handle}};
}

Json ToValue(const insight::KernelPair& pair) {
  Json value{{"source", pair.source.ToString()},
             {"destination", pair.destination.ToString()},
             {"judged", !pair.sides.empty()},
             {"agrees", pair.agrees()},
             {"allowed", pair.passes},
             {"policiesAllow", pair.computed},
             {"problem", pair.problem},
             {"endedBy", ToValue(std::optional(pair.end))},
             {"sides", Json::array()}};
  for (const insight::KernelSide& side : pair.sides) {
    value["sides"].push_back({{"direction", policy::ToText(side.direction)},
                              {"agrees", side.agrees()},
                              {"policiesAllow", side.computed},
                              {"kernel", ToValue(side.kernel)},
                              {"wanted", ToValue(side.wanted)}});
  }
  return value;
}

Json ToValue(const insight::KernelCheck& check) {
  Json value{{"node", check.node},
             {"hasTable", check.has_table},
             {"judges", check.judges()},
             {"agrees", check.agrees()},
             {"pairs", Json::array()}};
  for (const insight::KernelPair& pair : check.pairs) {
    value["pairs"].push_back(ToValue(pair));
  }
  return value;
}

}  // namespace

std::string ToJson(const insight::Explanation& explanation, const insight::KernelCheck* check) {
  const insight::Question& question = explanation.question;
  Json value{{"allowed", explanation.allowed()},
             {"auditedDeniers", ToJsonValue(explanation.AuditedDeniers())},
             {"from", ToValue(question.from)},
             {"to", ToValue(question.to)},
             {"port", ToValue(question.port)},
             {"pairs", Json::array()},
             {"findings", ToJsonValue(explanation.findings)},
             {"notes", NotesOf(question)}};
  for (const insight::PairAnswer& pair : explanation.pairs) {
    value["pairs"].push_back(ToValue(pair, question));
  }
  if (check != nullptr) {
    value["kernel"] = ToValue(*check);
  }
  return Written(value, 2) + "\n";
}

}  // namespace portcullis::cli
