// SPDX-License-Identifier: Apache-2.0
//
// The ends of connections as people think of them: the pods of a workload that answer alike, the
// nodes, and the parts that policies' blocks cut the outside into. Pure. The rows and columns of
// reach_matrix.h, and the sides of difference.h.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_END_GROUPS_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_END_GROUPS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ip.h"
#include "controller/insight/address_classes.h"
#include "controller/policy/world.h"

namespace portcullis::insight {

enum class EndKind : uint8_t { kPods, kNodes, kOutside };

/// What an end is in one family.
struct GroupAddresses {
  uint32_t address_class = 0;
  std::vector<IpAddress> addresses;  ///< Of its members; of the outside one address, as an example.
};

/// INVARIANT: all members have one address class in a family.
struct EndGroup {
  EndKind kind = EndKind::kPods;
  std::string ns;                    ///< Of pods; else empty.
  std::string workload;              ///< Of pods: see workload.h. Else empty.
  std::vector<std::string> members;  ///< Names of pods or nodes, sorted; none for the outside.
  size_t of = 0;                     ///< Of pods: how many its workload has in all its ends.
  std::vector<AddressRange>
      ranges;                ///< Of the outside; pods' and nodes' addresses are not cut out.
  bool is_the_rest = false;  ///< Of the outside: what no narrower block names.
  std::map<Family, GroupAddresses> families;
};

/// "default/web-* (12 pods)", "default/web-* (2 of 12 pods: web-a, web-b)", "node1",
/// "outside 10.0.0.0/8 except 10.1.0.0/16", "outside, everything else".
[[nodiscard]] std::string ToText(const EndGroup& end);

/// "10.0.0.0/8 except 10.1.0.0/16", "192.0.2.1", "10.0.0.0/24, 10.0.2.0/24 and 3 more ranges".
[[nodiscard]] std::string ToText(const std::vector<AddressRange>& ranges);

/// The ends of `worlds`, whose policies `classes` knows: sorted, pods first, then nodes and
/// outside. With more than one world an address counts as a pod's only where that pod has it in all
/// of them; where they do not agree it is nobody's. A family that no pod and no node has is left
/// out. REQUIRES: at least one world.
[[nodiscard]] std::vector<EndGroup> EndGroupsOf(const std::vector<const policy::World*>& worlds,
                                                AddressClasses& classes);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_END_GROUPS_H_
