// SPDX-License-Identifier: Apache-2.0
//
// The signals that ask the process to end, SIGTERM and SIGINT, waited for rather than handled: as
// the first process of a container it would not even get them unless they are blocked or handled.
#ifndef PORTCULLIS_CONTROLLER_PROCESS_SIGNALS_H_
#define PORTCULLIS_CONTROLLER_PROCESS_SIGNALS_H_

namespace portcullis {

/// Keeps them for WaitForEndSignal(), in this thread and those that it starts later.
/// REQUIRES: no other thread has been started.
void BlockEndSignals();

/// Returns once one of them has come. REQUIRES: BlockEndSignals().
void WaitForEndSignal();

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PROCESS_SIGNALS_H_
