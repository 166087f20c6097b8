// SPDX-License-Identifier: Apache-2.0
//
// See completion.h.
#include "controller/cli/completion.h"

#include "controller/cli/commands.h"
#include "controller/cli/complaint.h"
#include "controller/cli/completion_script.h"
#include "controller/process/exit_codes.h"

namespace portcullis::cli {
namespace {

std::string ScriptFor(Shell shell, const CommandInfo& program) {
  switch (shell) {
    case Shell::kBash:
      return BashCompletion(program);
    case Shell::kZsh:
      return ZshCompletion(program);
    case Shell::kFish:
      return FishCompletion(program);
  }
  return {};
}

}  // namespace

int Completion(const CompletionOptions& options) {
  return Print(ScriptFor(options.shell, TreeOfProgram())) ? kExitOk : kExitFailure;
}

}  // namespace portcullis::cli
