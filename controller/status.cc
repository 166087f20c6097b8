// SPDX-License-Identifier: Apache-2.0
//
// See status.h.
#include "controller/status.h"

#include <algorithm>

namespace portcullis {

void LatencyHistogram::Add(double seconds) {
  ++count;
  sum_seconds += seconds;
  const auto* const bound = std::lower_bound(kBoundsSeconds.begin(), kBoundsSeconds.end(), seconds);
  if (bound != kBoundsSeconds.end()) {
    ++counts.at(static_cast<size_t>(bound - kBoundsSeconds.begin()));
  }
}

WatchStatus& Status::Watch(const std::string& kind) {
  return *std::find_if(
      watches.begin(), watches.end(), [&](const WatchStatus& watch) { return watch.kind == kind; });
}

}  // namespace portcullis
