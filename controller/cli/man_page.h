// SPDX-License-Identifier: Apache-2.0
//
// The manual page, made from the tree of the command line and a few texts of its own. Pure.
#ifndef PORTCULLIS_CONTROLLER_CLI_MAN_PAGE_H_
#define PORTCULLIS_CONTROLLER_CLI_MAN_PAGE_H_

#include <string>

#include "controller/cli/tree.h"

namespace portcullis::cli {

/// portcullis(1) in the macros of man(7). `date` is the version's, "2026-11-26".
[[nodiscard]] std::string ManPage(const CommandInfo& program,
                                  const std::string& version,
                                  const std::string& date);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_MAN_PAGE_H_
