// SPDX-License-Identifier: Apache-2.0
//
// `portcullis completion`: the script for a shell.
#ifndef PORTCULLIS_CONTROLLER_CLI_COMPLETION_H_
#define PORTCULLIS_CONTROLLER_CLI_COMPLETION_H_

#include "controller/cli/options_completion.h"

namespace portcullis::cli {

[[nodiscard]] int Completion(const CompletionOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_COMPLETION_H_
