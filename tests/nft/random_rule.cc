// SPDX-License-Identifier: Apache-2.0
//
// See random_ruleset.h; here chains and their rules.
#include <array>
#include <iterator>
#include <utility>

#include "tests/nft/random_ruleset.h"
#include "tests/nft/ruleset_shapes.h"

namespace portcullis::test {

using nft::Chain;
using nft::Field;
using nft::KeyType;
using nft::Rule;
using nft::Ruleset;
using nft::Statement;
using nft::Verdict;
using nft::VerdictKind;

Chain RandomRuleset::MakeChain(size_t number) {
  static constexpr std::array kHooks = {nft::BaseHook{nft::Hook::kInput, 101},
                                        nft::BaseHook{nft::Hook::kForward, 0},
                                        nft::BaseHook{nft::Hook::kOutput, -5},
                                        nft::BaseHook{nft::Hook::kPostrouting, 95}};
  Chain chain;
  chain.name = ChainName(static_cast<uint32_t>(number));
  if (number < kBaseChains) {
    chain.base = kHooks.at(number);
  }
  chain.comment = number % 3 == 0 ? "" : "policies of " + chain.name;
  return chain;
}

std::vector<Statement> RandomRuleset::MakePort(const Ruleset& ruleset) {
  static constexpr std::array kProtocols = {6U, 17U, 132U};
  std::vector<Statement> statements = {
      nft::Compare{Field::kL4Proto, false, kProtocols.at(Below(3))}};
  const Field field = OneIn(2) ? Field::kThDport : Field::kCtReplyProtoSrc;
  const auto ports = ruleset.sets.find("ports-0");
  if (ports != ruleset.sets.end() && OneIn(3)) {
    statements.emplace_back(nft::Lookup{{field}, ports->first});
  } else if (OneIn(2)) {
    statements.emplace_back(nft::InRange{field, Below(100), 100 + Below(60000)});
  } else {
    statements.emplace_back(
        nft::Compare{field, field == Field::kThDport && OneIn(4), Below(65536)});
  }
  return statements;
}

std::vector<Statement> RandomRuleset::MakeBlock() {
  static constexpr std::array kFields = {Field::kCtOriginalIpSaddr,
                                         Field::kCtReplyIpSaddr,
                                         Field::kCtOriginalIp6Saddr,
                                         Field::kCtReplyIp6Saddr};
  const uint32_t field = Below(kFields.size());
  const KeyType type = field < 2 ? KeyType::kIpv4Addr : KeyType::kIpv6Addr;
  // Not the whole address: nft makes a comparison of that.
  const auto prefix = static_cast<uint8_t>(Below(8 * static_cast<uint32_t>(KeySize(type))));
  return {
      nft::InBlock{kFields.at(field), {IpAddress::FromBytes(Key(type))->FirstOf(prefix), prefix}}};
}

std::vector<Statement> RandomRuleset::MakeMatch(const Ruleset& ruleset) {
  switch (Below(10)) {
    case 0:
      return {nft::AnyBit{Field::kCtState, nft::kCtStateInvalid | nft::kCtStateUntracked}};
    case 1:
      return {nft::MaskedCompare{
          Field::kCtMark, 0xff000000, OneIn(2), OneIn(2) ? 0xff000000 : Below(255) << 24U}};
    case 2:
      return {nft::Compare{Field::kCtDirection, OneIn(2), Below(2)}};
    case 3:
      return {nft::Compare{Field::kFibSaddrType, OneIn(2), nft::kFibLocal}};
    case 4:
      return {nft::Compare{Field::kIcmpv6Type, OneIn(2), 128 + Below(20)}};
    case 5:
      return {nft::Compare{Field::kIpSaddr, OneIn(2), 0x0a000000 + Below(40)}};
    case 6:
      return {nft::Compare{Field::kCtMark, OneIn(2), Below(1000)}};
    case 7:
      return MakePort(ruleset);
    case 8:
      return MakeBlock();
    default:
      break;
  }
  if (ruleset.sets.empty()) {
    return {};
  }
  auto at = ruleset.sets.begin();
  std::advance(at, Below(static_cast<uint32_t>(ruleset.sets.size())));
  const auto& lookups = KindOf(at->second).lookups;
  const auto& key = lookups.at(Below(static_cast<uint32_t>(lookups.size())));
  if (at->second.verdict_map) {
    return {};
  }
  return {nft::Lookup{key, at->first, OneIn(4)}};
}

void RandomRuleset::AddLog(Rule& rule) {
  if (OneIn(6)) {
    rule.statements.emplace_back(nft::Limit{1 + Below(1000), 1 + Below(200)});
  }
  if (OneIn(6)) {
    static constexpr std::array kPrefixes = {"", "ingress-x", "untracked-egress-0123456789abcdef"};
    rule.statements.emplace_back(nft::Log{
        kPrefixes.at(Below(3)), static_cast<uint16_t>(Below(65536)), OneIn(2) ? 0 : Below(200)});
  }
}

Rule RandomRuleset::MakeRule(const Ruleset& ruleset, const Chain& chain) {
  Rule rule;
  rule.statements = MakeMatch(ruleset);
  if (OneIn(3)) {
    rule.statements.emplace_back(nft::Counter{});
  }
  AddLog(rule);
  rule.comment = Comment();
  if (chain.base && OneIn(4)) {
    const uint32_t mask = 0xffU << Below(24);
    rule.statements.emplace_back(nft::SetCtMark{mask, static_cast<uint32_t>(random_()) & mask});
    return rule;
  }
  static constexpr std::array kMaps = {"egress4-0", "egress6-1", "cells-0", "ranges-1"};
  const auto map = ruleset.sets.find(kMaps.at(Below(4)));
  if (chain.base && map != ruleset.sets.end() && OneIn(2)) {
    const auto& lookups = KindOf(map->second).lookups;
    const auto& key = lookups.at(Below(static_cast<uint32_t>(lookups.size())));
    rule.statements = {nft::VerdictMap{key, map->first}};
    if (map->second.key.front() == KeyType::kInetService) {
      // Without a protocol nft does not know what a port of an entry is.
      rule.statements.insert(rule.statements.begin(), nft::Compare{Field::kL4Proto, false, 6});
    }
    return rule;
  }
  Verdict verdict = MakeVerdict(ruleset);
  // Only to chains of a higher number, so that there is no loop.
  const bool loops =
      !verdict.chain.empty() && ChainNumber(verdict.chain) <= ChainNumber(chain.name);
  rule.statements.emplace_back(loops ? Verdict{VerdictKind::kDrop, ""} : std::move(verdict));
  return rule;
}

}  // namespace portcullis::test
