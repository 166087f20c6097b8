// SPDX-License-Identifier: Apache-2.0
//
// `portcullis run`: builds the parts, starts their threads, waits for the end. The one place where
// real credentials, sockets and signals meet; what is decided is decided elsewhere.
#ifndef PORTCULLIS_CONTROLLER_AGENT_H_
#define PORTCULLIS_CONTROLLER_AGENT_H_

#include "controller/run_options.h"

namespace portcullis {

/// Watches and enforces until SIGTERM or SIGINT, and returns the exit code. The table stays in
/// force in any case. After the signal the process ends within a second, whatever a thread is
/// blocked in.
[[nodiscard]] int RunAgent(const RunOptions& options);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_AGENT_H_
