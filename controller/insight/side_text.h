// SPDX-License-Identifier: Apache-2.0
//
// What one end of a connection says to it, in sentences: which rules allow it, or how close they
// came. Pure. Used by explanation_text, which makes a page of them, and by what shows a single
// reason.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_SIDE_TEXT_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_SIDE_TEXT_H_

#include <string>
#include <vector>

#include "controller/insight/explanation.h"

namespace portcullis::insight {

/// What one side comes to, in a sentence without its subject: "no policy isolates it".
[[nodiscard]] std::string Summary(const Side& side, const Question& question);

/// The rules that came closest, each with why it does not allow the connection: "needs
/// role=frontend, pod shop/web has role=backend"; a last line counts the others. REQUIRES: none
/// allows the connection.
[[nodiscard]] std::vector<std::string> NearestRules(const Side& side);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_SIDE_TEXT_H_
