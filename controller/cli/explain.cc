// SPDX-License-Identifier: Apache-2.0
//
// See explain.h.
#include "controller/cli/explain.h"

#include <iostream>

#include "controller/cli/complaint.h"
#include "controller/cli/explanation_json.h"
#include "controller/cli/load_objects.h"
#include "controller/cli/terminal.h"
#include "controller/exit_codes.h"
#include "controller/insight/explanation_text.h"

namespace portcullis::cli {

int Explain(const ExplainOptions& options) {
  const auto loaded = LoadObjects(options.source);
  if (!loaded) {
    return Complain(loaded.error(), kExitNoAnswer);
  }
  const auto explanation = insight::Explain(policy::World(loaded->objects), options.question);
  if (!explanation) {
    return Complain(explanation.error(), kExitNoAnswer);
  }
  std::cout << (options.output == ExplainOutput::kJson
                    ? ToJson(*explanation)
                    : insight::ToText(*explanation, StandardOutput().colour));
  if (!std::cout.flush()) {
    return kExitNoAnswer;
  }
  return explanation->allowed() ? kExitOk : kExitNo;
}

}  // namespace portcullis::cli
