// SPDX-License-Identifier: Apache-2.0
//
// `portcullis status policy`: asks Portcullis on every node that has the policy's pods whether the
// policy is enforced there, through the API server's proxy to pods, so that it runs wherever
// kubectl does, with the person's own rights.
#ifndef PORTCULLIS_CONTROLLER_CLI_STATUS_POLICY_H_
#define PORTCULLIS_CONTROLLER_CLI_STATUS_POLICY_H_

#include "controller/cli/options_status_policy.h"

namespace portcullis::cli {

[[nodiscard]] int StatusPolicy(const StatusPolicyOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_STATUS_POLICY_H_
