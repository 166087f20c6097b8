// SPDX-License-Identifier: Apache-2.0
//
// Which of the names that there are somebody may have meant by one that there is not. Pure.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_CLOSE_NAMES_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_CLOSE_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

namespace portcullis::insight {

/// The closest first, at most `limit`: names that begin with `name` (a workload's pods), and those
/// that are spelled much like it.
[[nodiscard]] std::vector<std::string> CloseNames(std::string_view name,
                                                  const std::vector<std::string>& names,
                                                  size_t limit = 3);

/// "; did you mean shop/web or shop/api?", for the end of a message; nothing where there is none.
[[nodiscard]] std::string DidYouMean(const std::vector<std::string>& names);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_CLOSE_NAMES_H_
