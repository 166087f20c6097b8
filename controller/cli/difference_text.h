// SPDX-License-Identifier: Apache-2.0
//
// A difference for people and for programs: lines with + and -, or JSON (docs/diff.md). Pure.
#ifndef PORTCULLIS_CONTROLLER_CLI_DIFFERENCE_TEXT_H_
#define PORTCULLIS_CONTROLLER_CLI_DIFFERENCE_TEXT_H_

#include <string>
#include <vector>

#include "controller/insight/difference.h"
#include "controller/insight/findings.h"
#include "controller/insight/proposal.h"

namespace portcullis::cli {

/// What is told of a difference besides itself.
struct DifferenceContext {
  std::vector<insight::ObjectChange> objects;
  std::vector<insight::PolicyFinding> findings;  ///< Of insight::FindingsOfChange().
};

/// With `colour`, of a terminal.
[[nodiscard]] std::string ToText(const insight::Difference& difference,
                                 const DifferenceContext& context,
                                 bool colour);

[[nodiscard]] std::string ToJson(const insight::Difference& difference,
                                 const DifferenceContext& context);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_DIFFERENCE_TEXT_H_
