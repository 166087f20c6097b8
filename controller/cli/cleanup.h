// SPDX-License-Identifier: Apache-2.0
//
// `portcullis cleanup`: takes away what Portcullis has left in the kernel of this node.
#ifndef PORTCULLIS_CONTROLLER_CLI_CLEANUP_H_
#define PORTCULLIS_CONTROLLER_CLI_CLEANUP_H_

#include "controller/cli/options_cleanup.h"

namespace portcullis::cli {

/// Removes the table, then the marks it has left in conntrack entries. What was enforced no longer
/// is. With `stay` it then waits for SIGTERM or SIGINT.
[[nodiscard]] int Cleanup(const CleanupOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_CLEANUP_H_
