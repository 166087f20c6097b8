// SPDX-License-Identifier: Apache-2.0
//
// A policy group as few lookups: the form for a group that allows many things, where a rule for
// each would make a first packet's way as long as there are policies. Pure. Chosen by
// group_table.h; group_chain.h is the other form.
//
// What is allowed on the same ports is merged: its pods into one set, its blocks into another. The
// ports of each protocol are cut into cells, each with the ports that the same allowances name, and
// a verdict map leads from the port to its cell's chain. A packet meets at most, besides named
// ports: two lookups for what is allowed on all ports, two for all ports of its protocol, the map,
// and two in its cell.
#ifndef PORTCULLIS_CONTROLLER_POLICY_GROUP_CELLS_H_
#define PORTCULLIS_CONTROLLER_POLICY_GROUP_CELLS_H_

#include <vector>

#include "controller/policy/denied_log.h"
#include "controller/policy/group_sets.h"
#include "controller/policy/names.h"
#include "controller/policy/resolve.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// Chains that decide as GroupChain() does; the first has its name. Those of cells are reached by
/// goto, so that a return in them allows, and all end in the group's own drop.
[[nodiscard]] std::vector<nft::Chain> GroupCells(
    const GroupId& id, const Group& group, Tracking tracking, LogGroup log, GroupSets& sets);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_GROUP_CELLS_H_
