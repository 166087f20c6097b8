// SPDX-License-Identifier: Apache-2.0
//
// See random_ruleset.h.
#include "tests/nft/random_ruleset.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace portcullis::test {
namespace {

using nft::Chain;
using nft::Element;
using nft::Field;
using nft::KeyType;
using nft::Rule;
using nft::Ruleset;
using nft::Set;
using nft::Statement;
using nft::Verdict;
using nft::VerdictKind;

/// A shape of sets, with the fields that can be looked up in one.
struct Kind {
  const char* name;
  std::vector<KeyType> key;
  bool interval;
  bool verdict_map;
  std::vector<std::vector<Field>> lookups;
};

const std::vector<Kind>& Kinds() {
  static const std::vector<std::vector<Field>> kIpv4 = {
      {Field::kIpSaddr}, {Field::kIpDaddr}, {Field::kCtOriginalIpSaddr}, {Field::kCtReplyIpSaddr}};
  static const std::vector<std::vector<Field>> kIpv6 = {{Field::kIp6Saddr},
                                                        {Field::kIp6Daddr},
                                                        {Field::kCtOriginalIp6Saddr},
                                                        {Field::kCtReplyIp6Saddr}};
  static const std::vector<Kind> kKinds = {
      {"pods4", {KeyType::kIpv4Addr}, false, false, kIpv4},
      {"pods6", {KeyType::kIpv6Addr}, false, false, kIpv6},
      {"cidr4", {KeyType::kIpv4Addr}, true, false, kIpv4},
      {"cidr6", {KeyType::kIpv6Addr}, true, false, kIpv6},
      {"ports", {KeyType::kInetService}, true, false, {{Field::kThDport}}},
      {"icmpv6", {KeyType::kIcmpv6Type}, false, false, {{Field::kIcmpv6Type}}},
      {"self4",
       {KeyType::kIpv4Addr, KeyType::kIpv4Addr},
       false,
       false,
       {{Field::kCtOriginalIpSaddr, Field::kCtReplyIpSaddr}, {Field::kIpSaddr, Field::kIpDaddr}}},
      {"self6",
       {KeyType::kIpv6Addr, KeyType::kIpv6Addr},
       false,
       false,
       {{Field::kCtOriginalIp6Saddr, Field::kCtReplyIp6Saddr}}},
      {"cells",
       {KeyType::kInetService},
       false,
       true,
       {{Field::kThDport}, {Field::kCtReplyProtoSrc}}},
      {"ranges",
       {KeyType::kInetService},
       true,
       true,
       {{Field::kThDport}, {Field::kCtReplyProtoSrc}}},
      {"service4",
       {KeyType::kIpv4Addr, KeyType::kInetService},
       false,
       false,
       {{Field::kIpDaddr, Field::kThDport}}},
      {"egress4", {KeyType::kIpv4Addr}, false, true, kIpv4},
      {"egress6", {KeyType::kIpv6Addr}, false, true, kIpv6},
  };
  return kKinds;
}

constexpr uint32_t kChains = 8;  ///< Of which the first four are base chains.
constexpr uint32_t kBaseChains = 4;
constexpr uint32_t kSetsOfKind = 2;

const Kind& KindOf(const Set& set) {
  const auto& kinds = Kinds();
  return *std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) {
    return set.name.compare(0, set.name.find('-'), kind.name) == 0;
  });
}

std::string ChainName(uint32_t number) {
  return "chain-" + std::to_string(number);
}

uint32_t ChainNumber(const std::string& name) {
  return static_cast<uint32_t>(std::stoul(name.substr(name.find('-') + 1)));
}

bool Leads(const Verdict& verdict, const std::string& chain) {
  return verdict.chain == chain;
}

bool Mentions(const Rule& rule, const std::string& name) {
  return std::any_of(
      rule.statements.begin(), rule.statements.end(), [&](const Statement& statement) {
        const auto* lookup = std::get_if<nft::Lookup>(&statement);
        const auto* map = std::get_if<nft::VerdictMap>(&statement);
        const auto* verdict = std::get_if<Verdict>(&statement);
        return (lookup != nullptr && lookup->set == name) || (map != nullptr && map->map == name) ||
               (verdict != nullptr && Leads(*verdict, name));
      });
}

/// Removes what refers to `name`, a set or chain that is to go.
void Forget(Ruleset& ruleset, const std::string& name) {
  for (auto& [chain_name, chain] : ruleset.chains) {
    std::vector<Rule>& rules = chain.rules;
    rules.erase(
        std::remove_if(
            rules.begin(), rules.end(), [&](const Rule& rule) { return Mentions(rule, name); }),
        rules.end());
  }
  for (auto& [set_name, set] : ruleset.sets) {
    for (auto at = set.elements.begin(); at != set.elements.end();) {
      const auto& verdict = at->second.verdict;
      at = verdict && Leads(*verdict, name) ? set.elements.erase(at) : std::next(at);
    }
  }
}

}  // namespace

uint32_t Seed() {
  // Tests run in one thread, and nothing of them changes the environment.
  const char* given = std::getenv("PORTCULLIS_SEED");  // NOLINT(concurrency-mt-unsafe)
  static const uint32_t kSeed = given != nullptr
                                    ? static_cast<uint32_t>(std::strtoul(given, nullptr, 10))
                                    : std::random_device{}();
  return kSeed;
}

uint32_t RandomRuleset::Below(uint32_t limit) {
  return static_cast<uint32_t>(random_()) % limit;
}

std::string RandomRuleset::Comment() {
  static const std::vector<std::string> kComments = {
      "", "", "default/web ingress[0]", "pods role=frontend in namespace default", "käse"};
  return kComments.at(Below(static_cast<uint32_t>(kComments.size())));
}

std::string RandomRuleset::Key(KeyType type) {
  std::string key(KeySize(type), '\0');
  switch (type) {
    case KeyType::kIpv4Addr:
      key.front() = 10;
      break;
    case KeyType::kIpv6Addr:
      key.front() = '\xfd';
      break;
    case KeyType::kInetService:
      break;
    case KeyType::kIcmpv6Type:
      key.front() = static_cast<char>(128 + Below(20));
      return key;
  }
  key.back() = static_cast<char>(Below(40));
  return key;
}

Set RandomRuleset::MakeSet(size_t kind) {
  const Kind& made = Kinds().at(kind);
  Set set;
  set.name = std::string(made.name) + "-" + std::to_string(Below(kSetsOfKind));
  set.key = made.key;
  set.interval = made.interval;
  set.verdict_map = made.verdict_map;
  set.comment = "what " + set.name + " is for";
  return set;
}

void RandomRuleset::AddRange(const Ruleset& ruleset, Set& set) {
  // At one of 16 places, none of which reaches into the next, touching it or not; the last may
  // reach the end of the key space.
  const uint32_t place = Below(16);
  std::string key = Key(set.key.front());
  const size_t varied = set.key.front() == KeyType::kInetService ? 0 : 1;
  key.at(varied) = static_cast<char>(place * 16);
  key.at(varied + 1) = static_cast<char>(Below(200));
  std::string end = key;
  switch (Below(4)) {
    case 0:
      break;  // One key.
    case 1:
      end.back() = static_cast<char>(0x7f);
      break;
    case 2: {  // A block.
      std::fill(key.begin() + static_cast<std::ptrdiff_t>(varied) + 1, key.end(), '\0');
      end = key;
      std::fill(end.begin() + static_cast<std::ptrdiff_t>(varied) + 1, end.end(), '\xff');
      break;
    }
    default:
      end.at(varied) = static_cast<char>(place * 16 + 15);
      std::fill(end.begin() + static_cast<std::ptrdiff_t>(varied) + 1, end.end(), '\xff');
      if (place == 15) {
        std::fill(end.begin(), end.end(), '\xff');
      }
  }
  if (end < key) {
    end = key;
  }
  for (auto at = set.elements.begin(); at != set.elements.end();) {
    const bool overlaps = at->second.key <= end && key <= at->second.key_end;
    at = overlaps ? set.elements.erase(at) : std::next(at);
  }
  set.elements[key] = Element{key, end, {}, Comment()};
  if (set.verdict_map) {
    set.elements[key].verdict = MakeVerdict(ruleset);
  }
}

Verdict RandomRuleset::MakeVerdict(const Ruleset& ruleset) {
  const std::string chain = ChainName(kBaseChains + Below(kChains - kBaseChains));
  if (ruleset.chains.count(chain) != 0 && !OneIn(4)) {
    return Verdict{OneIn(3) ? VerdictKind::kGoto : VerdictKind::kJump, chain};
  }
  static constexpr std::array kKinds = {
      VerdictKind::kAccept, VerdictKind::kDrop, VerdictKind::kReturn};
  return Verdict{kKinds.at(Below(3)), ""};
}

void RandomRuleset::AddElement(const Ruleset& ruleset, Set& set) {
  if (set.interval) {
    AddRange(ruleset, set);
    return;
  }
  Element element;
  for (const KeyType type : set.key) {
    element.key += Key(type);
  }
  if (set.verdict_map) {
    element.verdict = MakeVerdict(ruleset);
  }
  element.comment = Comment();
  set.elements[element.key] = element;
}

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

std::vector<Statement> RandomRuleset::MakeMatch(const Ruleset& ruleset) {
  switch (Below(9)) {
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
  return {nft::Lookup{key, at->first}};
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

Ruleset RandomRuleset::Make() {
  Ruleset ruleset;
  ruleset.table = "portcullis";
  ruleset.comment = "a table for tests";
  for (size_t kind = 0; kind < Kinds().size(); ++kind) {
    for (uint32_t i = Below(3); i > 0; --i) {
      Set set = MakeSet(kind);
      ruleset.sets.emplace(set.name, set);
    }
  }
  for (uint32_t number = 0; number < kChains; ++number) {
    if (!OneIn(4)) {
      ruleset.chains.emplace(ChainName(number), MakeChain(number));
    }
  }
  for (auto& [name, set] : ruleset.sets) {
    for (uint32_t i = Below(30); i > 0; --i) {
      AddElement(ruleset, set);
    }
  }
  for (auto& [name, chain] : ruleset.chains) {
    for (uint32_t i = Below(8); i > 0; --i) {
      chain.rules.push_back(MakeRule(ruleset, chain));
    }
  }
  return ruleset;
}

Ruleset RandomRuleset::Change(const Ruleset& ruleset) {
  Ruleset changed = ruleset;
  for (auto& [name, set] : changed.sets) {
    if (OneIn(2) && !set.elements.empty()) {
      set.elements.erase(set.elements.begin());
    }
    for (uint32_t i = Below(4); i > 0; --i) {
      AddElement(changed, set);
    }
  }
  for (auto& [name, chain] : changed.chains) {
    std::vector<Rule>& rules = chain.rules;
    if (OneIn(2) && !rules.empty()) {
      rules.erase(rules.begin() + Below(static_cast<uint32_t>(rules.size())));
    }
    for (uint32_t i = Below(3); i > 0; --i) {
      rules.insert(rules.begin() + Below(static_cast<uint32_t>(rules.size() + 1)),
                   MakeRule(changed, chain));
    }
    if (OneIn(4)) {
      std::shuffle(rules.begin(), rules.end(), random_);
    }
  }
  const std::string set = MakeSet(Below(static_cast<uint32_t>(Kinds().size()))).name;
  const std::string chain = ChainName(Below(kChains));
  for (const std::string& gone : {set, chain}) {
    Forget(changed, gone);
    changed.sets.erase(gone);
    changed.chains.erase(gone);
  }
  return changed;
}

Ruleset WithHandles(Ruleset ruleset) {
  uint64_t handle = 100;
  for (auto& [name, chain] : ruleset.chains) {
    for (Rule& rule : chain.rules) {
      handle = std::max(handle, rule.handle);
    }
  }
  for (auto& [name, chain] : ruleset.chains) {
    for (Rule& rule : chain.rules) {
      rule.handle = rule.handle != 0 ? rule.handle : ++handle;
    }
  }
  return ruleset;
}

}  // namespace portcullis::test
