// SPDX-License-Identifier: Apache-2.0
//
// `portcullis version` on the command line. version.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_VERSION_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_VERSION_H_

#include "controller/cli/cli11.h"

namespace portcullis::cli {

struct VersionOptions {};

CLI::App* AddVersion(CLI::App& app, VersionOptions& version);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_VERSION_H_
