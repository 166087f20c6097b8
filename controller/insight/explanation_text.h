// SPDX-License-Identifier: Apache-2.0
//
// An explanation as a page that a person reads from top to bottom: the verdict, what each end says
// to it, which rules came closest, and then every policy with every rule. Pure: a value → a text.
// Beside controller/cli's JSON of the same value; decides nothing.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_EXPLANATION_TEXT_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_EXPLANATION_TEXT_H_

#include <string>

#include "controller/insight/explanation.h"

namespace portcullis::insight {

/// With `colour` the verdicts carry a terminal's colours.
[[nodiscard]] std::string ToText(const Explanation& explanation, bool colour);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_EXPLANATION_TEXT_H_
