// SPDX-License-Identifier: Apache-2.0
//
// What another state of the policies opens and closes, against the one before: by pair of ends and
// ports, gathered so that a person can read it. Pure. Both states are asked through reach.h;
// neither is read from the kernel. Behind `portcullis diff`.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_DIFFERENCE_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_DIFFERENCE_H_

#include <cstdint>
#include <set>
#include <vector>

#include "controller/insight/end_groups.h"
#include "controller/insight/port_set.h"
#include "controller/policy/world.h"

namespace portcullis::insight {

/// From each of `from` to each of `to` the same changes. Pairs that policies say nothing of (a pod
/// with itself, ends that are no pods) are not meant, though a list may have both of their ends.
struct Change {
  std::vector<size_t> from;  ///< Indices into Difference::ends, sorted.
  std::vector<size_t> to;
  std::set<Family> families;
  PortSet ports;
  uint64_t pairs = 0;  ///< How many pairs of pods, nodes and parts of the outside.
};

struct Difference {
  std::vector<EndGroup> ends;
  std::vector<Change> opened;
  std::vector<Change> closed;
  /// What audited policies would deny after but not before, and the other way round (12.3).
  std::vector<Change> more_would_deny;
  std::vector<Change> less_would_deny;
  uint64_t opened_pairs = 0;  ///< Each pair once, whatever opens between the two.
  uint64_t closed_pairs = 0;

  [[nodiscard]] bool empty() const {
    return opened.empty() && closed.empty() && more_would_deny.empty() && less_would_deny.empty();
  }
};

/// Pods are compared where they have the same addresses in both worlds.
[[nodiscard]] Difference Compare(const policy::World& before, const policy::World& after);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_DIFFERENCE_H_
