// SPDX-License-Identifier: Apache-2.0
//
// Which pairs of addresses get the same answer for the same reasons, so that a page tells of them
// once. Pure. Used by explanation_text.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_PAIRS_ALIKE_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_PAIRS_ALIKE_H_

#include <vector>

#include "controller/insight/explanation.h"

namespace portcullis::insight {

/// All of `pairs`, which must outlive the answer, in groups in the order of each group's first.
[[nodiscard]] std::vector<std::vector<const PairAnswer*>> PairsAlike(
    const std::vector<PairAnswer>& pairs);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_PAIRS_ALIKE_H_
