// SPDX-License-Identifier: Apache-2.0
//
// Scripts by which shells complete the command line, made from its tree: commands, options, the
// values to choose from, files where files are wanted. Pure.
#ifndef PORTCULLIS_CONTROLLER_CLI_COMPLETION_SCRIPT_H_
#define PORTCULLIS_CONTROLLER_CLI_COMPLETION_SCRIPT_H_

#include <string>

#include "controller/cli/tree.h"

namespace portcullis::cli {

/// Needs bash 4.4; not the package bash-completion.
[[nodiscard]] std::string BashCompletion(const CommandInfo& program);

/// For a folder of fpath, as _portcullis, and for `source` after compinit.
[[nodiscard]] std::string ZshCompletion(const CommandInfo& program);

/// Needs fish 3.0.
[[nodiscard]] std::string FishCompletion(const CommandInfo& program);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_COMPLETION_SCRIPT_H_
