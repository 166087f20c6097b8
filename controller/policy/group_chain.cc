// SPDX-License-Identifier: Apache-2.0
//
// See group_chain.h.
#include "controller/policy/group_chain.h"

#include <algorithm>
#include <map>
#include <utility>

namespace portcullis::policy {
namespace {

using Statements = std::vector<nft::Statement>;

/// A fixed order for rules that commute (2.3): what takes the fewest steps comes first.
struct ShorterFirst {
  bool operator()(const Statements& a, const Statements& b) const {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  }
};

/// Where a connection's ends are read from.
struct FieldSet {
  nft::Field source;
  nft::Field destination;
  nft::Field port;
};

/// The source before source NAT; destination and port after destination NAT (5.8, 9.5).
FieldSet TupleFields(Family family) {
  return family == Family::kIpv4 ? FieldSet{nft::Field::kCtOriginalIpSaddr,
                                            nft::Field::kCtReplyIpSaddr,
                                            nft::Field::kCtReplyProtoSrc}
                                 : FieldSet{nft::Field::kCtOriginalIp6Saddr,
                                            nft::Field::kCtReplyIp6Saddr,
                                            nft::Field::kCtReplyProtoSrc};
}

FieldSet HeaderFields(Family family) {
  return family == Family::kIpv4
             ? FieldSet{nft::Field::kIpSaddr, nft::Field::kIpDaddr, nft::Field::kThDport}
             : FieldSet{nft::Field::kIp6Saddr, nft::Field::kIp6Daddr, nft::Field::kThDport};
}

std::string SetName(const AddressMatch& match, Family family) {
  if (const auto* peer = std::get_if<PeerSelectorId>(&match)) {
    return PodSetName(PeerUnion{{*peer}}, family);
  }
  if (const auto* port = std::get_if<NamedPortId>(&match)) {
    return PodSetName(*port, family);
  }
  return BlockSetName(std::get<AddressBlock>(match));
}

// ct reply proto-src 80 | ct reply proto-src 80-90 | ct reply proto-src @ports-abc
nft::Statement PortMatch(const std::vector<k8s::PortRange>& ports, nft::Field field) {
  if (ports.size() > 1) {
    return nft::Lookup{{field}, PortSetName(ports)};
  }
  const k8s::PortRange& range = ports.front();
  if (range.first == range.last) {
    return nft::Compare{field, /*negated=*/false, range.first};
  }
  return nft::InRange{field, range.first, range.last};
}

// ct original ip saddr @pods4-abc meta l4proto 6 ct reply proto-src 80 return
Statements AllowStatements(const Allowance& allowance, Family family, const FieldSet& fields) {
  Statements statements;
  for (const AddressMatch& match : allowance.source) {
    statements.push_back(nft::Lookup{{fields.source}, SetName(match, family)});
  }
  for (const AddressMatch& match : allowance.destination) {
    statements.push_back(nft::Lookup{{fields.destination}, SetName(match, family)});
  }
  if (allowance.protocol) {
    statements.push_back(nft::Compare{
        nft::Field::kL4Proto, /*negated=*/false, static_cast<uint32_t>(*allowance.protocol)});
  }
  if (!allowance.ports.empty()) {
    statements.push_back(PortMatch(allowance.ports, fields.port));
  }
  statements.push_back(nft::Verdict{nft::VerdictKind::kReturn, ""});
  return statements;
}

// ct original ip saddr . ct reply ip saddr @self4 return
nft::Rule AllowSelf(Family family) {
  const FieldSet fields = TupleFields(family);
  return {{nft::Lookup{{fields.source, fields.destination}, SelfSetName(family)},
           nft::Verdict{nft::VerdictKind::kReturn, ""}},
          "a pod that reaches itself through a Service"};
}

std::string OriginsComment(const std::set<RuleOrigin>& origins, Direction direction) {
  std::string comment;
  for (const RuleOrigin& origin : origins) {
    comment += (comment.empty() ? "" : ", ") + origin.policy.ToString() + " " + ToText(direction) +
               "[" + std::to_string(origin.index) + "]";
  }
  return nft::FitComment(comment);
}

}  // namespace

bool AppliesTo(const Allowance& allowance, Family family) {
  const auto fits = [&](const AddressMatch& match) {
    const auto* block = std::get_if<AddressBlock>(&match);
    return block == nullptr || block->family() == family;
  };
  return std::all_of(allowance.source.begin(), allowance.source.end(), fits) &&
         std::all_of(allowance.destination.begin(), allowance.destination.end(), fits);
}

nft::Chain GroupChain(const GroupId& id, const Group& group, Tracking tracking) {
  std::map<Statements, std::set<RuleOrigin>, ShorterFirst> rules;
  for (const auto& [allowance, origins] : group.allowances) {
    for (const Family family : group.families) {
      if (AppliesTo(allowance, family)) {
        const FieldSet fields =
            tracking == Tracking::kTracked ? TupleFields(family) : HeaderFields(family);
        rules[AllowStatements(allowance, family, fields)].insert(origins.begin(), origins.end());
      }
    }
  }
  nft::Chain chain;
  chain.name = GroupChainName(id, tracking);
  chain.comment = nft::FitComment(ToText(id));
  for (const auto& [statements, origins] : rules) {
    chain.rules.push_back({statements, OriginsComment(origins, id.direction)});
  }
  // Last, as it is rare; it needs the entry, as behind a Service the headers show no pod (9.4).
  for (const Family family : group.families) {
    if (tracking == Tracking::kTracked) {
      chain.rules.push_back(AllowSelf(family));
    }
  }
  chain.rules.push_back({{nft::Counter{}, nft::Verdict{nft::VerdictKind::kDrop, ""}},
                         "not allowed by any policy of this chain"});
  return chain;
}

}  // namespace portcullis::policy
