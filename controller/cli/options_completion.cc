// SPDX-License-Identifier: Apache-2.0
//
// See options_completion.h.
#include "controller/cli/options_completion.h"

#include "controller/cli/help.h"
#include "controller/cli/option_groups.h"

namespace portcullis::cli {

CLI::App* AddCompletion(CLI::App& app, CompletionOptions& completion) {
  CLI::App* command = app.add_subcommand(
      "completion",
      "Print a script that makes a shell complete commands, options and their values");
  AddRequiredChoice(*command,
                    "SHELL",
                    completion.shell,
                    {{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}},
                    "The shell that shall read it");
  SetFooter(*command,
            {{"Exit codes", {"0  printed", "2  wrong usage"}},
             {"Examples",
              {"source <(portcullis completion bash)   # this shell; put it into ~/.bashrc for all",
               "source <(portcullis completion zsh)    # after compinit, in ~/.zshrc",
               "portcullis completion fish > ~/.config/fish/completions/portcullis.fish"}}});
  return command;
}

}  // namespace portcullis::cli
