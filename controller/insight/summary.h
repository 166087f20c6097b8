// SPDX-License-Identifier: Apache-2.0
//
// A list of ends in few words, for people. Pure. Used by the texts of `diff` and `matrix`.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_SUMMARY_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_SUMMARY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "controller/insight/end_groups.h"

namespace portcullis::insight {

/// The ends of `chosen` in as few words as they allow: "everybody", "everybody but default/db-0",
/// "shop/* (all 30 pods)", "default/web-* (12 pods)".
/// REQUIRES: sorted indices into `ends`, at least one.
[[nodiscard]] std::vector<std::string> Summarize(const std::vector<EndGroup>& ends,
                                                 const std::vector<size_t>& chosen);

/// One name for several ends of one namespace or for several nodes: "shop/* (all 30 pods)",
/// "shop/api-*, cart-* and 3 more (25 pods)".
/// REQUIRES: as above; none of them is of the outside.
[[nodiscard]] std::string NameTogether(const std::vector<EndGroup>& ends,
                                       const std::vector<size_t>& chosen);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_SUMMARY_H_
