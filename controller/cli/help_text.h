// SPDX-License-Identifier: Apache-2.0
//
// The text of --help. Pure.
#ifndef PORTCULLIS_CONTROLLER_CLI_HELP_TEXT_H_
#define PORTCULLIS_CONTROLLER_CLI_HELP_TEXT_H_

#include <string>

#include "controller/cli/tree.h"

namespace portcullis::cli {

/// `name` is what is typed to come here: "portcullis run". Lines are at most `width` wide, but for
/// examples, which are not broken.
[[nodiscard]] std::string HelpText(const CommandInfo& command,
                                   const std::string& name,
                                   size_t width);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_HELP_TEXT_H_
