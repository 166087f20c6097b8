// SPDX-License-Identifier: Apache-2.0
//
// An address that stands for "somewhere outside the cluster": one that nobody has and that no
// policy says anything particular of. Pure. Used by ends.h.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_OUTSIDE_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_OUTSIDE_H_

#include <set>

#include "base/ip.h"
#include "controller/policy/world.h"

namespace portcullis::insight {

struct Outside {
  IpAddress address;
  bool is_named = false;  ///< Blocks leave no address unnamed: this one is in some of them.
};

/// An address of `family` that is not in `taken`, and in no block and no `except` of any policy but
/// those that contain the whole family. Where possible one that is set aside for examples.
[[nodiscard]] Outside AddressOutside(const policy::World& world,
                                     const std::set<IpAddress>& taken,
                                     Family family);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_OUTSIDE_H_
