// SPDX-License-Identifier: Apache-2.0
//
// The address blocks that a node's pods get their addresses from: what says that an address which
// no pod is known to have is a pod's all the same. For counting alone; no policy asks for them.
// Pure. Told by the Node object or by a flag; read by unknown_pods.h and known_pods.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_POD_RANGES_H_
#define PORTCULLIS_CONTROLLER_POLICY_POD_RANGES_H_

#include <vector>

#include "base/ip.h"

namespace portcullis::policy {

/// INVARIANT, where Disjoint() made it: sorted, and no block lies within another.
using PodRanges = std::vector<Cidr>;

/// The same addresses without blocks that lie within others, in order.
[[nodiscard]] PodRanges Disjoint(PodRanges ranges);

[[nodiscard]] bool Hold(const PodRanges& ranges, const IpAddress& address);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_POD_RANGES_H_
