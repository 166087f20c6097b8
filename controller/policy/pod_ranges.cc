// SPDX-License-Identifier: Apache-2.0
//
// See pod_ranges.h.
#include "controller/policy/pod_ranges.h"

#include <algorithm>

namespace portcullis::policy {

PodRanges Disjoint(PodRanges ranges) {
  std::sort(ranges.begin(), ranges.end());
  PodRanges disjoint;
  for (const Cidr& range : ranges) {
    // Blocks overlap only where one lies within the other, and the wider one sorts first.
    if (disjoint.empty() || !disjoint.back().Contains(range)) {
      disjoint.push_back(range);
    }
  }
  return disjoint;
}

bool Hold(const PodRanges& ranges, const IpAddress& address) {
  return std::any_of(
      ranges.begin(), ranges.end(), [&](const Cidr& range) { return range.Contains(address); });
}

}  // namespace portcullis::policy
