// SPDX-License-Identifier: Apache-2.0
//
// The pieces that a group's rules are put together from, whatever the form of its chains: matches,
// the comment that names policies, the end of a chain. Pure. Used by group_chain.h, which has a
// rule for each allowance, and by group_cells.h, which merges them.
#ifndef PORTCULLIS_CONTROLLER_POLICY_GROUP_RULES_H_
#define PORTCULLIS_CONTROLLER_POLICY_GROUP_RULES_H_

#include <set>
#include <string>
#include <vector>

#include "controller/policy/denied_log.h"
#include "controller/policy/group_sets.h"
#include "controller/policy/resolve.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

using Statements = std::vector<nft::Statement>;
using Origins = std::set<RuleOrigin>;

/// Where a connection's ends are read from.
struct FieldSet {
  nft::Field source;
  nft::Field destination;
  nft::Field port;
};
/// A packet without a conntrack entry shows its connection in its headers alone.
[[nodiscard]] FieldSet FieldsOf(Tracking tracking, Family family);

/// Whether an allowance can hold for connections of `family`: an address block is of one only
/// (5.4).
[[nodiscard]] bool AppliesTo(const Allowance& allowance, Family family);

// meta l4proto tcp
[[nodiscard]] nft::Statement ProtocolMatch(k8s::Protocol protocol);
// ct reply proto-src 80 | ct reply proto-src 80-90 | ct reply proto-src @ports-abc
[[nodiscard]] nft::Statement PortMatch(const std::vector<k8s::PortRange>& ports,
                                       nft::Field field,
                                       GroupSets& sets);

/// Ends a rule that allows: counts, and returns.
void AppendAllow(Statements& statements);

/// "default/web ingress[0], default/db ingress[1] and 7 more"
[[nodiscard]] std::string OriginsComment(const Origins& origins, Direction direction);

/// What a chain ends with, where nothing has allowed the packet: a last allowance, which is rare;
/// the count; the log, whose prefix is GroupChainName(); the drop. An audited group's has no drop
/// (12.1).
[[nodiscard]] std::vector<nft::Rule> DenyRules(const GroupId& id,
                                               const Group& group,
                                               Tracking tracking,
                                               LogGroup log);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_GROUP_RULES_H_
