// SPDX-License-Identifier: Apache-2.0
//
// An explanation as JSON, whose keys docs/explain.md describes; they stay. A value → a text.
#ifndef PORTCULLIS_CONTROLLER_CLI_EXPLANATION_JSON_H_
#define PORTCULLIS_CONTROLLER_CLI_EXPLANATION_JSON_H_

#include <string>

#include "controller/insight/explanation.h"
#include "controller/insight/kernel_check.h"

namespace portcullis::cli {

/// One indented object, and a line end. `check` may be null.
[[nodiscard]] std::string ToJson(const insight::Explanation& explanation,
                                 const insight::KernelCheck* check);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_EXPLANATION_JSON_H_
