// SPDX-License-Identifier: Apache-2.0
//
// `portcullis status`: what a running process says of itself (docs/status.md), for people.
#ifndef PORTCULLIS_CONTROLLER_CLI_STATUS_H_
#define PORTCULLIS_CONTROLLER_CLI_STATUS_H_

#include "controller/cli/options_status.h"

namespace portcullis::cli {

/// Prints the status of the process that serves at the address.
[[nodiscard]] int ShowStatus(const StatusOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_STATUS_H_
