// SPDX-License-Identifier: Apache-2.0
//
// See spelling.h.
#include "base/spelling.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace portcullis {

size_t SlipsBetween(std::string_view from, std::string_view to) {
  std::vector<std::vector<size_t>> slips(from.size() + 1, std::vector<size_t>(to.size() + 1));
  std::iota(slips.front().begin(), slips.front().end(), size_t{0});
  for (size_t i = 1; i <= from.size(); ++i) {
    slips[i][0] = i;
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t other = from[i - 1] == to[j - 1] ? 0 : 1;
      slips[i][j] =
          std::min({slips[i - 1][j] + 1, slips[i][j - 1] + 1, slips[i - 1][j - 1] + other});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        slips[i][j] = std::min(slips[i][j], slips[i - 2][j - 2] + 1);
      }
    }
  }
  return slips.back().back();
}

}  // namespace portcullis
