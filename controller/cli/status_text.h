// SPDX-License-Identifier: Apache-2.0
//
// The JSON of /status (docs/status.md) as a page for a terminal: troubles first, then figures, then
// a table of the pods with their policies. Values to text; no I/O.
#ifndef PORTCULLIS_CONTROLLER_CLI_STATUS_TEXT_H_
#define PORTCULLIS_CONTROLLER_CLI_STATUS_TEXT_H_

#include <string>

#include "base/result.h"

namespace portcullis::cli {

/// `wide`: since when, the watches, and what is in the table, too.
/// ERRORS: kInvalidArgument where `json` is no status.
[[nodiscard]] Result<std::string> StatusText(const std::string& json, bool wide);

/// Whether the node enforces what the API asks, and no way leads around the rules.
[[nodiscard]] bool IsInOrder(const std::string& json);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_STATUS_TEXT_H_
