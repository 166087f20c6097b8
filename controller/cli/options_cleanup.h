// SPDX-License-Identifier: Apache-2.0
//
// `portcullis cleanup` on the command line. cleanup.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_CLEANUP_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_CLEANUP_H_

#include "controller/cli/cli11.h"
#include "controller/policy/marks.h"

namespace portcullis::cli {

struct CleanupOptions {
  policy::MarkLayout marks;
  bool stay = false;  ///< Wait for a signal when done.
};

CLI::App* AddCleanup(CLI::App& app, CleanupOptions& cleanup);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_CLEANUP_H_
