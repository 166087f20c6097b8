// SPDX-License-Identifier: Apache-2.0
//
// The root of the command line, and the parsing of arguments into whatever was added to it. The
// commands themselves are in commands.h.
#ifndef PORTCULLIS_CONTROLLER_CLI_PARSE_H_
#define PORTCULLIS_CONTROLLER_CLI_PARSE_H_

#include <memory>
#include <optional>

#include "controller/cli/cli11.h"

namespace portcullis::cli {

/// `portcullis` without any command; it requires one.
[[nodiscard]] std::unique_ptr<CLI::App> MakeApp();

/// Fills the options from the arguments and the environment. Nothing: go on. Else the process is to
/// end with this exit code: --help has been printed to standard output, or what is wrong with the
/// usage to standard error.
[[nodiscard]] std::optional<int> Parse(CLI::App& app, int argc, const char* const* argv);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_PARSE_H_
