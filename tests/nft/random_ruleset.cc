// SPDX-License-Identifier: Apache-2.0
//
// See random_ruleset.h; here sets, and what becomes of a whole table. Rules: random_rule.cc.
#include "tests/nft/random_ruleset.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "tests/nft/ruleset_shapes.h"
#include "tests/support/from_environment.h"

namespace portcullis::test {
namespace {

using nft::Element;
using nft::KeyType;
using nft::Rule;
using nft::Ruleset;
using nft::Set;
using nft::Statement;
using nft::Verdict;
using nft::VerdictKind;

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
  static const auto kSeed =
      static_cast<uint32_t>(FromEnvironment("PORTCULLIS_SEED", std::random_device{}()));
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
  const SetKind& made = SetKinds().at(kind);
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

Ruleset RandomRuleset::Make() {
  Ruleset ruleset;
  ruleset.table = "portcullis";
  ruleset.comment = "a table for tests";
  for (size_t kind = 0; kind < SetKinds().size(); ++kind) {
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
  const std::string set = MakeSet(Below(static_cast<uint32_t>(SetKinds().size()))).name;
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
