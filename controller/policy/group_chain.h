// SPDX-License-Identifier: Apache-2.0
//
// A policy group as a chain: one rule for each thing the group allows, then the drop. Pure.
// Part of group_table.h, which
// adds the sets that the rules look in.
#ifndef PORTCULLIS_CONTROLLER_POLICY_GROUP_CHAIN_H_
#define PORTCULLIS_CONTROLLER_POLICY_GROUP_CHAIN_H_

#include "controller/policy/names.h"
#include "controller/policy/resolve.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// The chain that judges the packets of the group's pods in the group's direction: it returns where
/// the policies allow, and drops else. Tracking says where it finds the connection's addresses and
/// port: a packet without a conntrack entry shows them in its headers alone.
[[nodiscard]] nft::Chain GroupChain(const GroupId& id, const Group& group, Tracking tracking);

/// Whether an allowance can hold for connections of `family`: an address block is of one only
/// (5.4).
[[nodiscard]] bool AppliesTo(const Allowance& allowance, Family family);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_GROUP_CHAIN_H_
