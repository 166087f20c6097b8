// SPDX-License-Identifier: Apache-2.0
//
// `portcullis diff`: what policies that are about to be applied or deleted would open and close.
#ifndef PORTCULLIS_CONTROLLER_CLI_DIFF_H_
#define PORTCULLIS_CONTROLLER_CLI_DIFF_H_

#include "controller/cli/options_diff.h"

namespace portcullis::cli {

/// Prints the difference; writes to nothing and nobody else.
[[nodiscard]] int Diff(const DiffOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_DIFF_H_
