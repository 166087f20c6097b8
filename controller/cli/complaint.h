// SPDX-License-Identifier: Apache-2.0
//
// What a command says on standard error when it cannot go on, and the exit code that goes with it;
// standard output that cannot be written is one reason.
#ifndef PORTCULLIS_CONTROLLER_CLI_COMPLAINT_H_
#define PORTCULLIS_CONTROLLER_CLI_COMPLAINT_H_

#include <string>

#include "base/result.h"

namespace portcullis::cli {

/// Writes the error, and what to do next where that is known. Returns kExitPermission where a right
/// on this machine is missing, kExitUsage where the input is wrong or not there, else `otherwise`
/// (kExitFailure of a command that does something, kExitNoAnswer of one that answers).
[[nodiscard]] int Complain(const Error& error, int otherwise);

/// Writes the text to standard output. False where that fails, as on a full disk: it has been
/// complained of.
[[nodiscard]] bool Print(const std::string& text);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_COMPLAINT_H_
