// SPDX-License-Identifier: Apache-2.0
//
// The real command line, which is CLI11's, as plain values, and what CLI11 has no place for.
#ifndef PORTCULLIS_CONTROLLER_CLI_HELP_H_
#define PORTCULLIS_CONTROLLER_CLI_HELP_H_

#include <vector>

#include "controller/cli/cli11.h"
#include "controller/cli/tree.h"

namespace portcullis::cli {

/// Sets what stands below the options of a command, or of the app.
void SetFooter(CLI::App& app, const std::vector<HelpSection>& sections);

/// The command with all below it. What is hidden (in the group "") is left out.
[[nodiscard]] CommandInfo TreeOf(const CLI::App& app);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_HELP_H_
