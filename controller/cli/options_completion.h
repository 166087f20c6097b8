// SPDX-License-Identifier: Apache-2.0
//
// `portcullis completion` on the command line. completion.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_COMPLETION_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_COMPLETION_H_

#include "controller/cli/cli11.h"

namespace portcullis::cli {

enum class Shell { kBash, kZsh, kFish };

struct CompletionOptions {
  Shell shell = Shell::kBash;
};

CLI::App* AddCompletion(CLI::App& app, CompletionOptions& completion);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_COMPLETION_H_
