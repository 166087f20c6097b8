// SPDX-License-Identifier: Apache-2.0
//
// See group_chain.h. Of a rule's matches the address comes last: it costs a lookup, and is not
// asked for where the port is another.
#include "controller/policy/group_chain.h"

#include <iterator>
#include <map>
#include <utility>

#include "controller/policy/group_rules.h"

namespace portcullis::policy {
namespace {

/// A fixed order for rules that commute (2.3): what takes the fewest steps comes first.
struct ShorterFirst {
  bool operator()(const Statements& a, const Statements& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

std::string SetName(const AddressMatch& match, Family family, GroupSets& sets) {
  if (const auto* peer = std::get_if<PeerSelectorId>(&match)) {
    return sets.Name(PeerUnion{{*peer}}, family);
  }
  if (const auto* port = std::get_if<NamedPortId>(&match)) {
    return sets.Name(*port, family);
  }
  return sets.Name(std::get<AddressBlock>(match));
}

// meta l4proto tcp ct reply proto-src 80 ct original ip saddr @pods4-abc counter return
Statements AllowStatements(const Allowance& allowance,
                           Family family,
                           const FieldSet& fields,
                           GroupSets& sets) {
  Statements statements;
  if (allowance.protocol) {
    statements.push_back(ProtocolMatch(*allowance.protocol));
  }
  if (!allowance.ports.empty()) {
    statements.push_back(PortMatch(allowance.ports, fields.port, sets));
  }
  for (const AddressMatch& match : allowance.source) {
    statements.push_back(nft::Lookup{{fields.source}, SetName(match, family, sets)});
  }
  for (const AddressMatch& match : allowance.destination) {
    statements.push_back(nft::Lookup{{fields.destination}, SetName(match, family, sets)});
  }
  AppendAllow(statements);
  return statements;
}

}  // namespace

nft::Chain GroupChain(
    const GroupId& id, const Group& group, Tracking tracking, LogGroup log, GroupSets& sets) {
  std::map<Statements, Origins, ShorterFirst> rules;
  for (const auto& [allowance, origins] : group.allowances) {
    for (const Family family : group.families) {
      if (AppliesTo(allowance, family)) {
        rules[AllowStatements(allowance, family, FieldsOf(tracking, family), sets)].insert(
            origins.begin(), origins.end());
      }
    }
  }
  nft::Chain chain{GroupChainName(id, tracking), std::nullopt, nft::FitComment(ToText(id)), {}};
  for (const auto& [statements, origins] : rules) {
    chain.rules.push_back({statements, OriginsComment(origins, id.direction)});
  }
  auto end = DenyRules(id, group, tracking, log);
  std::move(end.begin(), end.end(), std::back_inserter(chain.rules));
  return chain;
}

}  // namespace portcullis::policy
