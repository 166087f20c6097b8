// SPDX-License-Identifier: Apache-2.0
//
// `portcullis version`.
#ifndef PORTCULLIS_CONTROLLER_CLI_VERSION_H_
#define PORTCULLIS_CONTROLLER_CLI_VERSION_H_

#include "controller/cli/options_version.h"

namespace portcullis::cli {

[[nodiscard]] int PrintVersion(const VersionOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_VERSION_H_
