// SPDX-License-Identifier: Apache-2.0
//
// The commands that run once and end: render, cleanup, version. Each returns the process's exit
// code (options.h) and writes for people: results on standard output, everything else on standard
// error.
#ifndef PORTCULLIS_CONTROLLER_COMMANDS_H_
#define PORTCULLIS_CONTROLLER_COMMANDS_H_

#include "controller/options.h"

namespace portcullis {

/// Prints the table that the objects in the files ask for. Needs no kernel and no root.
[[nodiscard]] int Render(const RenderOptions& options);

/// Removes the table, then the marks it has left in conntrack entries. What was enforced no longer
/// is. With `stay` it then waits for SIGTERM or SIGINT.
[[nodiscard]] int Cleanup(const CleanupOptions& options);

[[nodiscard]] int PrintVersion();

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_COMMANDS_H_
