// SPDX-License-Identifier: Apache-2.0
//
// What a command says on standard error when it cannot go on, and the exit code that goes with it.
#ifndef PORTCULLIS_CONTROLLER_CLI_COMPLAINT_H_
#define PORTCULLIS_CONTROLLER_CLI_COMPLAINT_H_

#include "base/result.h"

namespace portcullis::cli {

/// Writes the error, and what to do next where that is known. Returns kExitPermission where a right
/// on this machine is missing, kExitUsage where the input is wrong or not there, else `otherwise`
/// (kExitFailure of a command that does something, kExitNoAnswer of one that answers).
[[nodiscard]] int Complain(const Error& error, int otherwise);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_COMPLAINT_H_
