// SPDX-License-Identifier: Apache-2.0
//
// `portcullis matrix` on the command line. matrix.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_MATRIX_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_MATRIX_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/ip.h"
#include "controller/cli/option_groups.h"
#include "controller/insight/port_set.h"

namespace portcullis::cli {

enum class MatrixOutput : uint8_t { kText, kWide, kJson, kCsv, kHtml };

struct MatrixOptions {
  ObjectSource source;
  std::string ns;                         ///< Empty: all.
  std::optional<insight::PortSet> ports;  ///< Nothing: all that there are.
  std::optional<Family> family;           ///< Nothing: both.
  MatrixOutput output = MatrixOutput::kText;
  std::string file;  ///< Empty: standard output.
};

CLI::App* AddMatrix(CLI::App& app, MatrixOptions& matrix);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_MATRIX_H_
