// SPDX-License-Identifier: Apache-2.0
//
// See status.h.
#include "controller/status/status.h"

#include <algorithm>

namespace portcullis {

std::string_view ToText(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kExpired:
      return "expired";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kPermission:
      return "permission";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "";
}

void LatencyHistogram::Add(double seconds) {
  ++count;
  sum_seconds += seconds;
  const auto* const bound = std::lower_bound(kBoundsSeconds.begin(), kBoundsSeconds.end(), seconds);
  if (bound != kBoundsSeconds.end()) {
    ++counts.at(static_cast<size_t>(bound - kBoundsSeconds.begin()));
  }
}

std::optional<double> LatencyHistogram::Quantile(double share) const {
  if (count == 0) {
    return std::nullopt;
  }
  const double rank = share * static_cast<double>(count);
  double below = 0;
  double lower = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    const auto here = static_cast<double>(counts.at(i));
    const double upper = kBoundsSeconds.at(i);
    if (here > 0 && below + here >= rank) {
      return lower + (upper - lower) * (rank - below) / here;
    }
    below += here;
    lower = upper;
  }
  return kBoundsSeconds.back();
}

WatchStatus& Status::Watch(const std::string& kind) {
  return *std::find_if(
      watches.begin(), watches.end(), [&](const WatchStatus& watch) { return watch.kind == kind; });
}

}  // namespace portcullis
