// SPDX-License-Identifier: Apache-2.0
//
// A kernel check as lines below an explanation: what the live table does with the packet, by which
// rule, and whether that is what the policies say. Pure: a value → a text.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_KERNEL_CHECK_TEXT_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_KERNEL_CHECK_TEXT_H_

#include <string>

#include "controller/insight/kernel_check.h"

namespace portcullis::insight {

/// With `colour` the verdicts carry a terminal's colours.
[[nodiscard]] std::string ToText(const KernelCheck& check, bool colour);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_KERNEL_CHECK_TEXT_H_
