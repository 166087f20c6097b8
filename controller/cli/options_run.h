// SPDX-License-Identifier: Apache-2.0
//
// `portcullis run` on the command line. What it does is the agent's.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_RUN_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_RUN_H_

#include "controller/cli/cli11.h"
#include "controller/run_options.h"

namespace portcullis::cli {

CLI::App* AddRun(CLI::App& app, RunOptions& run);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_RUN_H_
