// SPDX-License-Identifier: Apache-2.0
//
// See close_names.h.
#include "controller/insight/close_names.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/spelling.h"
#include "controller/insight/wording.h"

namespace portcullis::insight {
namespace {

/// The smaller the closer; nothing where a name is not close.
std::optional<size_t> Distance(std::string_view name, std::string_view other) {
  if (!name.empty() && other.substr(0, name.size()) == name) {
    return 0;
  }
  const size_t distance = SlipsBetween(name, other);
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

std::string DidYouMean(const std::vector<std::string>& names) {
  return names.empty() ? "" : "; did you mean " + Joined(names, "or") + "?";
}

}  // namespace portcullis::insight
