// SPDX-License-Identifier: Apache-2.0
//
// `portcullis diff` on the command line. diff.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_DIFF_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_DIFF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "controller/cli/option_groups.h"
#include "k8s-client/types.h"

namespace portcullis::cli {

enum class DiffOutput : uint8_t { kText, kJson };

struct DiffOptions {
  std::vector<std::string> files;    ///< What would be applied.
  std::vector<std::string> deleted;  ///< Policies, [NAMESPACE/]NAME.
  std::string default_namespace;     ///< Of what is named without one; empty: the context's.
  ObjectSource against;              ///< What is there.
  DiffOutput output = DiffOutput::kText;
};

CLI::App* AddDiff(CLI::App& app, DiffOptions& diff);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_DIFF_H_
