// SPDX-License-Identifier: Apache-2.0
//
// See group_rules.h.
#include "controller/policy/group_rules.h"

#include <algorithm>
#include <utility>

namespace portcullis::policy {
namespace {

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

// ct original ip saddr . ct reply ip saddr @self4 counter return
nft::Rule AllowSelf(Family family) {
  const FieldSet fields = TupleFields(family);
  nft::Rule rule{{nft::Lookup{{fields.source, fields.destination}, SelfSetName(family)}},
                 "a pod that reaches itself through a Service"};
  AppendAllow(rule.statements);
  return rule;
}

// counter jump denied | counter
nft::Rule CountDenied(const GroupId& id) {
  if (id.audit) {
    return {{nft::Counter{}}, "would be denied, were the policies of this group enforced"};
  }
  return {{nft::Counter{}, nft::Verdict{nft::VerdictKind::kJump, kDeniedChain}},
          "packets that are denied, and flows among them that were allowed before"};
}

// limit rate 50/second burst 100 packets log prefix "ingress-abc" group 10310 snaplen 128
nft::Rule TellOf(std::string prefix, uint16_t group) {
  return {{nft::Limit{kDeniedPerSecond, kDeniedBurst},
           nft::Log{std::move(prefix), group, kDeniedSnaplen}},
          "for the log of denied flows, and not too often"};
}

/// The first `count` of `texts`, and how many more there are.
std::string Listed(const std::vector<std::string>& texts, size_t count) {
  std::string list;
  for (size_t i = 0; i < count; ++i) {
    list += (list.empty() ? "" : ", ") + texts[i];
  }
  const size_t more = texts.size() - count;
  return more == 0 ? list : list + " and " + std::to_string(more) + " more";
}

}  // namespace

FieldSet FieldsOf(Tracking tracking, Family family) {
  return tracking == Tracking::kTracked ? TupleFields(family) : HeaderFields(family);
}

bool AppliesTo(const Allowance& allowance, Family family) {
  const auto fits = [&](const AddressMatch& match) {
    const auto* block = std::get_if<AddressBlock>(&match);
    return block == nullptr || block->family() == family;
  };
  return std::all_of(allowance.source.begin(), allowance.source.end(), fits) &&
         std::all_of(allowance.destination.begin(), allowance.destination.end(), fits);
}

nft::Statement ProtocolMatch(k8s::Protocol protocol) {
  return nft::Compare{nft::Field::kL4Proto, /*negated=*/false, static_cast<uint32_t>(protocol)};
}

nft::Statement PortMatch(const std::vector<k8s::PortRange>& ports,
                         nft::Field field,
                         GroupSets& sets) {
  if (ports.size() > 1) {
    return nft::Lookup{{field}, sets.Name(ports)};
  }
  const k8s::PortRange& range = ports.front();
  if (range.first == range.last) {
    return nft::Compare{field, /*negated=*/false, range.first};
  }
  return nft::InRange{field, range.first, range.last};
}

void AppendAllow(Statements& statements) {
  statements.emplace_back(nft::Counter{});
  statements.emplace_back(nft::Verdict{nft::VerdictKind::kReturn, ""});
}

std::string OriginsComment(const Origins& origins, Direction direction) {
  std::vector<std::string> texts;
  for (const RuleOrigin& origin : origins) {
    texts.push_back(origin.policy.ToString() + " " + ToText(direction) + "[" +
                    std::to_string(origin.index) + "]");
  }
  size_t count = texts.size();
  while (count > 1 && Listed(texts, count).size() > nft::kCommentMax) {
    --count;
  }
  return nft::FitComment(Listed(texts, count));
}

std::vector<nft::Rule> DenyRules(const GroupId& id,
                                 const Group& group,
                                 Tracking tracking,
                                 LogGroup log) {
  std::vector<nft::Rule> rules;
  // It needs the entry, as behind a Service the headers do not show the pod (9.4).
  for (const Family family : group.families) {
    if (tracking == Tracking::kTracked) {
      rules.push_back(AllowSelf(family));
    }
  }
  rules.push_back(CountDenied(id));
  if (log) {
    rules.push_back(TellOf(GroupChainName(id, tracking), *log));
  }
  if (!id.audit) {
    rules.push_back(
        {{nft::Verdict{nft::VerdictKind::kDrop, ""}}, "not allowed by any policy of this group"});
  }
  return rules;
}

}  // namespace portcullis::policy
