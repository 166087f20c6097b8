// SPDX-License-Identifier: Apache-2.0
//
// Words that all texts of this folder share: names of families, lists, counts. Pure.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_WORDING_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_WORDING_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"

namespace portcullis::insight {

/// "IPv4".
[[nodiscard]] std::string FamilyName(Family family);

/// "a, b and c", with `last` before the last one.
[[nodiscard]] std::string Joined(const std::vector<std::string>& texts, std::string_view last);

/// "1 rule", "2 rules".
[[nodiscard]] std::string Counted(size_t count, const std::string& noun);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_WORDING_H_
