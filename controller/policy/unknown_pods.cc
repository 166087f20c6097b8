// SPDX-License-Identifier: Apache-2.0
//
// See unknown_pods.h.
#include "controller/policy/unknown_pods.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "controller/policy/names.h"

namespace portcullis::policy {
namespace {

// ct original ip saddr 10.244.1.0/24 ct original ip saddr != @known4 counter
nft::Rule CountUnlessKnown(nft::Field field, const Cidr& range, const char* comment) {
  return {{nft::InBlock{field, range},
           nft::Lookup{{field}, KnownSetName(range.address.family()), /*negated=*/true},
           nft::Counter{}},
          comment};
}

/// Before source NAT.
nft::Rule CountSource(const Cidr& range) {
  const bool ipv4 = range.address.family() == Family::kIpv4;
  return CountUnlessKnown(ipv4 ? nft::Field::kCtOriginalIpSaddr : nft::Field::kCtOriginalIp6Saddr,
                          range,
                          "from an address of this node's pod ranges that no known pod has");
}

/// Behind destination NAT.
nft::Rule CountDestination(const Cidr& range) {
  const bool ipv4 = range.address.family() == Family::kIpv4;
  return CountUnlessKnown(ipv4 ? nft::Field::kCtReplyIpSaddr : nft::Field::kCtReplyIp6Saddr,
                          range,
                          "to an address of this node's pod ranges that no known pod has");
}

bool LeadsOnlyToCounting(const nft::Verdict& verdict) {
  return verdict.chain == kUnknownPodsChain || verdict.chain == kUnknownSourcesChain;
}

}  // namespace

std::vector<nft::Chain> UnknownPodsChains(const PodRanges& ranges) {
  if (ranges.empty()) {
    return {};
  }
  nft::Chain both{kUnknownPodsChain, std::nullopt, "first packets from and to unknown pods", {}};
  nft::Chain sources{kUnknownSourcesChain, std::nullopt, "first packets from unknown pods", {}};
  for (const Cidr& range : ranges) {
    both.rules.push_back(CountDestination(range));
    sources.rules.push_back(CountSource(range));
  }
  both.rules.push_back({{nft::Verdict{nft::VerdictKind::kGoto, kUnknownSourcesChain}}, ""});
  return {std::move(both), std::move(sources)};
}

// ct state new jump unknown-pods
nft::Rule CountUnknown(const char* chain) {
  return {{nft::AnyBit{nft::Field::kCtState, nft::kCtStateNew},
           nft::Verdict{nft::VerdictKind::kJump, chain}},
          "counts flows of pods that are not known yet, and decides nothing"};
}

PodRanges CountedRanges(const nft::Ruleset& ruleset) {
  PodRanges ranges;
  const auto chain = ruleset.chains.find(kUnknownSourcesChain);
  if (chain == ruleset.chains.end()) {
    return ranges;
  }
  for (const nft::Rule& rule : chain->second.rules) {
    const auto* in =
        rule.statements.empty() ? nullptr : std::get_if<nft::InBlock>(&rule.statements[0]);
    if (in != nullptr) {
      ranges.push_back(in->block);
    }
  }
  return Disjoint(std::move(ranges));
}

bool OnlyCounts(const nft::Rule& rule) {
  return !rule.statements.empty() &&
         std::all_of(
             rule.statements.begin(), rule.statements.end(), [](const nft::Statement& statement) {
               const auto* verdict = std::get_if<nft::Verdict>(&statement);
               return verdict != nullptr ? LeadsOnlyToCounting(*verdict)
                                         : std::holds_alternative<nft::AnyBit>(statement) ||
                                               std::holds_alternative<nft::InBlock>(statement) ||
                                               std::holds_alternative<nft::Lookup>(statement) ||
                                               std::holds_alternative<nft::Counter>(statement);
             });
}

}  // namespace portcullis::policy
