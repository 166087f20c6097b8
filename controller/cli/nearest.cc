// SPDX-License-Identifier: Apache-2.0
//
// See nearest.h.
#include "controller/cli/nearest.h"

#include <algorithm>

#include "base/spelling.h"

namespace portcullis::cli {
std::optional<std::string> Nearest(std::string_view word, const std::vector<std::string>& known) {
  std::optional<std::string> nearest;
  size_t fewest = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const size_t slips = SlipsBetween(word, candidate);
    if (slips < fewest) {
      fewest = slips;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace portcullis::cli
