// SPDX-License-Identifier: Apache-2.0
//
// See commands.h.
#include "controller/cli/commands.h"

#include "controller/agent.h"
#include "controller/cli/cleanup.h"
#include "controller/cli/completion.h"
#include "controller/cli/diff.h"
#include "controller/cli/explain.h"
#include "controller/cli/help.h"
#include "controller/cli/man.h"
#include "controller/cli/matrix.h"
#include "controller/cli/options_cleanup.h"
#include "controller/cli/options_completion.h"
#include "controller/cli/options_diff.h"
#include "controller/cli/options_explain.h"
#include "controller/cli/options_man.h"
#include "controller/cli/options_matrix.h"
#include "controller/cli/options_render.h"
#include "controller/cli/options_run.h"
#include "controller/cli/options_status.h"
#include "controller/cli/options_status_policy.h"
#include "controller/cli/options_version.h"
#include "controller/cli/parse.h"
#include "controller/cli/render.h"
#include "controller/cli/status.h"
#include "controller/cli/status_policy.h"
#include "controller/cli/version.h"
#include "controller/process/exit_codes.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {
namespace {

/// In the order in which --help and the man page show them.
std::vector<CommandMaker> AllCommands() {
  return {Make(AddRun, RunAgent),
          Make(AddRender, Render),
          Make(AddExplain, Explain),
          Make(AddDiff, Diff),
          Make(AddMatrix, Matrix),
          Make(AddStatus, ShowStatus),
          Make(AddStatusPolicy, StatusPolicy),
          Make(AddCleanup, Cleanup),
          Make(AddCompletion, Completion),
          Make(AddMan, PrintMan),
          Make(AddVersion, PrintVersion)};
}

}  // namespace

Program::Program() = default;
Program::Program(Program&&) noexcept = default;
Program& Program::operator=(Program&&) noexcept = default;
Program::~Program() = default;

Program BuildProgram() {
  Program program;
  program.app = MakeApp();
  for (const CommandMaker& make : AllCommands()) {
    program.commands.push_back(make(*program.app));
  }
  return program;
}

CommandInfo TreeOfProgram() {
  return TreeOf(*BuildProgram().app);
}

int Main(int argc, const char* const* argv) {
  const Program program = BuildProgram();
  if (const auto exit = Parse(*program.app, argc, argv)) {
    return *exit;
  }
  for (const Command& command : program.commands) {
    // One that has commands of its own runs where none of those was named.
    if (command.app->parsed() && command.app->get_subcommands().empty()) {
      return command.run();
    }
  }
  return kExitUsage;  // Not reached: the app requires a command.
}

}  // namespace portcullis::cli
