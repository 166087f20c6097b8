// SPDX-License-Identifier: Apache-2.0
//
// `portcullis explain` on the command line. explain.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_EXPLAIN_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_EXPLAIN_H_

#include <cstdint>
#include <string>

#include "controller/cli/option_groups.h"
#include "controller/insight/explanation.h"

namespace portcullis::cli {

enum class ExplainOutput : uint8_t { kText, kJson };

struct ExplainOptions {
  ObjectSource source;
  insight::QuestionText question{"", "", "", "", std::nullopt};
  ExplainOutput output = ExplainOutput::kText;
  bool check_kernel = false;  ///< Beside the answer, what this node's table does.
  std::string node_name;      ///< Of this node; only for the check.
};

CLI::App* AddExplain(CLI::App& app, ExplainOptions& explain);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_EXPLAIN_H_
