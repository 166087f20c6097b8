// SPDX-License-Identifier: Apache-2.0
//
// `portcullis status policy` on the command line. status_policy.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_STATUS_POLICY_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_STATUS_POLICY_H_

#include <cstdint>
#include <string>

#include "controller/cli/option_groups.h"

namespace portcullis::cli {

enum class StatusPolicyOutput : uint8_t { kText, kJson };

struct StatusPolicyOptions {
  std::string policy;             ///< "namespace/name", or a name in default_namespace.
  std::string default_namespace;  ///< Empty: the context's.
  std::string system_namespace;   ///< Of Portcullis' pods; empty: any.
  ClusterSource cluster;
  StatusPolicyOutput output = StatusPolicyOutput::kText;
};

/// A command of `status`. REQUIRES: the app has that one (options_status.h).
CLI::App* AddStatusPolicy(CLI::App& app, StatusPolicyOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_STATUS_POLICY_H_
