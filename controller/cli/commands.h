// SPDX-License-Identifier: Apache-2.0
//
// All commands in one tree: parsing and dispatch here, what they do in their own files. Decides
// nothing.
#ifndef PORTCULLIS_CONTROLLER_CLI_COMMANDS_H_
#define PORTCULLIS_CONTROLLER_CLI_COMMANDS_H_

#include <memory>
#include <vector>

#include "controller/cli/command.h"
#include "controller/cli/tree.h"

namespace portcullis::cli {

/// The app and what its subcommands do; the commands point into the app.
struct Program {
  std::unique_ptr<CLI::App> app;
  std::vector<Command> commands;

  Program();
  Program(Program&&) noexcept;
  Program& operator=(Program&&) noexcept;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program();
};

/// The whole command line of `portcullis`, with nothing parsed.
[[nodiscard]] Program BuildProgram();

/// All of it as plain values, for help, completion and the manual page.
[[nodiscard]] CommandInfo TreeOfProgram();

/// Parses and runs the one command that was named; the exit code. --help goes to standard output,
/// what is wrong with the usage to standard error.
[[nodiscard]] int Main(int argc, const char* const* argv);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_COMMANDS_H_
