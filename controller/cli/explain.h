// SPDX-License-Identifier: Apache-2.0
//
// `portcullis explain`: objects and a question → the verdict with its reasons, and, where asked
// for, what the kernel of this node does beside it.
#ifndef PORTCULLIS_CONTROLLER_CLI_EXPLAIN_H_
#define PORTCULLIS_CONTROLLER_CLI_EXPLAIN_H_

#include "controller/cli/options_explain.h"

namespace portcullis::cli {

/// Prints the answer. kExitOk where it is yes, kExitNo where it is no, kExitDiffers where the
/// kernel was asked and does not agree.
[[nodiscard]] int Explain(const ExplainOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_EXPLAIN_H_
