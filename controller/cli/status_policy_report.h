// SPDX-License-Identifier: Apache-2.0
//
// What `portcullis status policy` has found, for people and for programs. Texts alone.
#ifndef PORTCULLIS_CONTROLLER_CLI_STATUS_POLICY_REPORT_H_
#define PORTCULLIS_CONTROLLER_CLI_STATUS_POLICY_REPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "controller/insight/findings.h"
#include "controller/insight/rollout.h"
#include "k8s-client/types.h"

namespace portcullis::cli {

struct PolicyReport {
  k8s::NetworkPolicy policy;
  std::vector<insight::NodeVerdict> nodes;
  std::vector<insight::Finding> findings;

  /// On every node that has its pods. An audited policy is enforced nowhere.
  [[nodiscard]] bool enforced() const;
};

/// Reads what a node's page says (docs/status.md).
/// ERRORS: kInvalidArgument where it is no such page.
[[nodiscard]] Result<insight::NodeAnswer> ParseAnswer(std::string_view json);

[[nodiscard]] std::string ToText(const PolicyReport& report);
[[nodiscard]] std::string ToJson(const PolicyReport& report);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_STATUS_POLICY_REPORT_H_
