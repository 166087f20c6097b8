// SPDX-License-Identifier: Apache-2.0
//
// See answer.h.
#include "controller/insight/answer.h"

#include <optional>
#include <utility>

#include "controller/insight/wording.h"

namespace portcullis::insight {
namespace {

/// REQUIRES: the pod at `address` is in a group of the direction.
const std::vector<k8s::ObjectKey>& PoliciesAt(
    const Reach& reach,
    const IpAddress& address,
    std::optional<policy::GroupId> policy::Subject::*direction) {
  return (reach.resolved().subjects.at(address).*direction)->policies;
}

std::string ToText(const AuditedDenial& denial) {
  std::vector<std::string> names;
  names.reserve(denial.policies.size());
  for (const k8s::ObjectKey& policy : denial.policies) {
    names.push_back(policy.ToString());
  }
  return std::string("audited ") + (names.size() == 1 ? "policy " : "policies ") +
         Joined(names, "and") + " would deny " + ToText(denial.ports);
}

}  // namespace

Answer AnswerOf(const Reach& reach, const IpAddress& source, const IpAddress& destination) {
  Answer answer{reach.Between(source, destination), {}};
  PortSet egress = answer.ports & reach.EgressWouldDeny(source, destination);
  if (!egress.empty()) {
    answer.would_deny.push_back(
        {PoliciesAt(reach, source, &policy::Subject::egress), std::move(egress)});
  }
  PortSet ingress = answer.ports & reach.IngressWouldDeny(source, destination);
  if (!ingress.empty()) {
    answer.would_deny.push_back(
        {PoliciesAt(reach, destination, &policy::Subject::ingress), std::move(ingress)});
  }
  return answer;
}

Answer Within(const Answer& answer, const PortSet& ports) {
  Answer within{answer.ports & ports, {}};
  for (const AuditedDenial& denial : answer.would_deny) {
    PortSet denied = denial.ports & ports;
    if (!denied.empty()) {
      within.would_deny.push_back({denial.policies, std::move(denied)});
    }
  }
  return within;
}

PortSet WouldDeny(const Answer& answer) {
  PortSet ports;
  for (const AuditedDenial& denial : answer.would_deny) {
    ports = ports | denial.ports;
  }
  return ports;
}

std::string ToText(const Answer& answer) {
  std::vector<std::string> denials;
  denials.reserve(answer.would_deny.size());
  for (const AuditedDenial& denial : answer.would_deny) {
    denials.push_back(ToText(denial));
  }
  return ToText(answer.ports) + (denials.empty() ? "" : ", of which " + Joined(denials, "and"));
}

}  // namespace portcullis::insight
