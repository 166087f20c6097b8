// SPDX-License-Identifier: Apache-2.0
//
// A policy group as one chain: a rule for each thing the group allows, then the drop. The form that
// reads best and shares its sets with other groups. Pure. Chosen by group_table.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_GROUP_CHAIN_H_
#define PORTCULLIS_CONTROLLER_POLICY_GROUP_CHAIN_H_

#include "controller/policy/denied_log.h"
#include "controller/policy/group_sets.h"
#include "controller/policy/names.h"
#include "controller/policy/resolve.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// The chain that judges the packets of the group's pods in the group's direction: it returns where
/// the policies allow, and drops else; an audited group's drops nothing.
[[nodiscard]] nft::Chain GroupChain(
    const GroupId& id, const Group& group, Tracking tracking, LogGroup log, GroupSets& sets);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_GROUP_CHAIN_H_
