// SPDX-License-Identifier: Apache-2.0
//
// The shape of a command: what it adds to the command line, and what it then does. A command is two
// pairs of files, options_NAME (the struct of its options and Add..., the only part that knows
// CLI11) and NAME (does it), and one line in commands.cc.
#ifndef PORTCULLIS_CONTROLLER_CLI_COMMAND_H_
#define PORTCULLIS_CONTROLLER_CLI_COMMAND_H_

#include <functional>
#include <memory>

#include "controller/cli/cli11.h"

namespace portcullis::cli {

/// A command that has been added to the tree of an app.
struct Command {
  const CLI::App* app = nullptr;
  std::function<int()> run;  ///< With what has been parsed; the exit code (exit_codes.h).
};

/// Adds one command to the app.
using CommandMaker = std::function<Command(CLI::App&)>;

/// `add` puts the subcommand and its options into the app, which parses into the options; `run`
/// does what they say.
template <typename Options>
[[nodiscard]] CommandMaker Make(CLI::App* (*add)(CLI::App&, Options&), int (*run)(const Options&)) {
  return [add, run](CLI::App& app) {
    const auto options = std::make_shared<Options>();
    return Command{add(app, *options), [options, run] {
                     return run(*options);
                   }};
  };
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_COMMAND_H_
