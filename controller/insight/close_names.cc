// SPDX-License-Identifier: Apache-2.0
//
// See close_names.h.
#include "controller/insight/close_names.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>
#include <utility>

namespace portcullis::insight {
namespace {

/// How many characters must be put in, taken out or changed.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, changed}));
    }
  }
  return row[b.size()];
}

/// The smaller the closer; nothing where a name is not close.
std::optional<size_t> Distance(std::string_view name, std::string_view other) {
  if (!name.empty() && other.substr(0, name.size()) == name) {
    return 0;
  }
  const size_t distance = EditDistance(name, other);
  return distance <= std::max<size_t>(1, name.size() / 4) ? std::optional(distance) : std::nullopt;
}

}  // namespace

std::vector<std::string> CloseNames(std::string_view name,
                                    const std::vector<std::string>& names,
                                    size_t limit) {
  std::vector<std::pair<size_t, std::string>> close;
  for (const std::string& other : names) {
    if (const auto distance = Distance(name, other)) {
      close.emplace_back(*distance, other);
    }
  }
  std::sort(close.begin(), close.end());
  close.resize(std::min(close.size(), limit));
  std::vector<std::string> result;
  result.reserve(close.size());
  for (auto& [distance, other] : close) {
    result.push_back(std::move(other));
  }
  return result;
}

}  // namespace portcullis::insight
