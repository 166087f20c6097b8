// SPDX-License-Identifier: Apache-2.0
//
// A policy group as a part of the table: the one place that turns what a group allows into chains
// and sets. Pure. Both ways to the table call it: compile.h, the reference, and engine.h, which
// keeps the table up to date. They know who is in a set of pods, this file where it is asked for.
#ifndef PORTCULLIS_CONTROLLER_POLICY_GROUP_TABLE_H_
#define PORTCULLIS_CONTROLLER_POLICY_GROUP_TABLE_H_

#include <vector>

#include "controller/policy/denied_log.h"
#include "controller/policy/resolve.h"
#include "controller/policy/sets.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// INVARIANT: what two groups both name (a set of ports, say) is the same in both; a chain or a
/// verdict map belongs to one group. The shape of a set (all but its elements) and the comment of a
/// chain follow from its name.
struct GroupTable {
  /// Among them GroupChainName() of both trackings, where the dispatch maps lead.
  std::vector<nft::Chain> chains;
  std::vector<nft::Set> sets;    ///< Those that no pod can change, whole.
  std::vector<PodSet> pod_sets;  ///< Those whose elements are pods' addresses.

  bool operator==(const GroupTable&) const = default;
};

/// Everything is in a fixed order, and nothing is in it twice.
[[nodiscard]] GroupTable RenderGroup(const GroupId& id, const Group& group, LogGroup log);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_GROUP_TABLE_H_
