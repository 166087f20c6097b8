// SPDX-License-Identifier: Apache-2.0
//
// What stands below the options in --help: sections of lines, such as exit codes and examples. The
// man page is made from the same sections.
#ifndef PORTCULLIS_CONTROLLER_CLI_HELP_H_
#define PORTCULLIS_CONTROLLER_CLI_HELP_H_

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace portcullis::cli {

struct HelpSection {
  std::string title;               ///< Without colon: "Exit codes", "Examples".
  std::vector<std::string> lines;  ///< Of exit codes "N  meaning", of examples the command.
};

/// Sets what stands below the options of a command, or of the app.
void SetFooter(CLI::App& app, const std::vector<HelpSection>& sections);

/// The sections that SetFooter() was given.
[[nodiscard]] std::vector<HelpSection> FooterOf(const CLI::App& app);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_HELP_H_
