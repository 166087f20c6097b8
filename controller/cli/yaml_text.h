// SPDX-License-Identifier: Apache-2.0
//
// A JSON text as YAML, for `-o yaml`: the same keys in the same order. The only user of yaml-cpp's
// emitter.
#ifndef PORTCULLIS_CONTROLLER_CLI_YAML_TEXT_H_
#define PORTCULLIS_CONTROLLER_CLI_YAML_TEXT_H_

#include <string>

#include "base/result.h"

namespace portcullis::cli {

/// Ends in a line break. ERRORS: kUnavailable where `json` is none.
[[nodiscard]] Result<std::string> YamlText(const std::string& json);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_YAML_TEXT_H_
