// SPDX-License-Identifier: Apache-2.0
//
// See ruleset_eval.h. Every field's value is its bytes in network order, as the kernel's registers
// have it, or nothing where the kernel's expression would break.
#include "tests/support/oracle/ruleset_eval.h"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

namespace portcullis::test {
namespace {

constexpr int kMaxJumps = 16;        // NFT_JUMP_STACK_SIZE
constexpr uint32_t kFibUnicast = 1;  // RTN_UNICAST

std::string Big(uint32_t value, size_t size) {
  std::string bytes;
  for (size_t i = size; i-- > 0;) {
    bytes.push_back(static_cast<char>((value >> (8U * i)) & 0xffU));
  }
  return bytes;
}

uint32_t Number(const std::string& bytes) {
  uint32_t value = 0;
  for (const char c : bytes) {
    value = (value << 8U) | static_cast<unsigned char>(c);
  }
  return value;
}

using Value = std::optional<std::string>;

Value AddressOf(const IpAddress& address, Family family) {
  return address.family() == family ? Value(address.Bytes()) : std::nullopt;
}

uint32_t StateBits(const Packet& packet) {
  if (packet.entry) {
    return packet.entry->state;
  }
  return packet.untracked ? nft::kCtStateUntracked : nft::kCtStateInvalid;
}

/// What only a packet with an entry has: `get` applied to it.
template <typename Get>
Value OfEntry(const Packet& packet, const Get& get) {
  return packet.entry ? get(*packet.entry) : std::nullopt;
}

Value OriginalSource(const Packet& packet, Family family) {
  return OfEntry(packet, [&](const Entry& e) { return AddressOf(e.original_source, family); });
}

Value ReplySource(const Packet& packet, Family family) {
  return OfEntry(packet, [&](const Entry& e) { return AddressOf(e.reply_source, family); });
}

Value FieldOf(const Packet& packet, nft::Field field) {
  switch (field) {
    case nft::Field::kL4Proto:
      return Big(packet.protocol, 1);
    case nft::Field::kIpSaddr:
      return AddressOf(packet.source, Family::kIpv4);
    case nft::Field::kIpDaddr:
      return AddressOf(packet.destination, Family::kIpv4);
    case nft::Field::kIp6Saddr:
      return AddressOf(packet.source, Family::kIpv6);
    case nft::Field::kIp6Daddr:
      return AddressOf(packet.destination, Family::kIpv6);
    case nft::Field::kThDport:
      return packet.destination_port ? Value(Big(*packet.destination_port, 2)) : std::nullopt;
    case nft::Field::kIcmpv6Type:
      return packet.icmpv6_type ? Value(Big(*packet.icmpv6_type, 1)) : std::nullopt;
    case nft::Field::kCtOriginalIpSaddr:
      return OriginalSource(packet, Family::kIpv4);
    case nft::Field::kCtOriginalIp6Saddr:
      return OriginalSource(packet, Family::kIpv6);
    case nft::Field::kCtReplyIpSaddr:
      return ReplySource(packet, Family::kIpv4);
    case nft::Field::kCtReplyIp6Saddr:
      return ReplySource(packet, Family::kIpv6);
    case nft::Field::kCtReplyProtoSrc:
      return OfEntry(packet, [](const Entry& e) { return Value(Big(e.reply_port, 2)); });
    case nft::Field::kCtMark:
      return OfEntry(packet, [](const Entry& e) { return Value(Big(e.mark, 4)); });
    case nft::Field::kCtDirection:
      return OfEntry(packet, [](const Entry& e) { return Value(Big(e.direction, 1)); });
    case nft::Field::kCtState:
      return Big(StateBits(packet), 4);
    case nft::Field::kFibSaddrType:
      return Big(packet.source_is_local ? nft::kFibLocal : kFibUnicast, 4);
  }
  return std::nullopt;
}

Value KeyOf(const Packet& packet, const std::vector<nft::Field>& fields) {
  std::string key;
  for (const nft::Field field : fields) {
    const Value part = FieldOf(packet, field);
    if (!part) {
      return std::nullopt;
    }
    key += *part;
  }
  return key;
}

const nft::Element* Find(const nft::Set& set, const std::string& key) {
  if (key.size() != nft::KeySize(set.key)) {
    throw std::logic_error("a key of the wrong size is looked up in " + set.name);
  }
  auto element = set.elements.upper_bound(key);
  if (element == set.elements.begin()) {
    return nullptr;
  }
  --element;
  const bool found = set.interval ? key <= element->second.key_end : key == element->first;
  return found ? &element->second : nullptr;
}

/// One packet on its way through one table.
class Evaluation {
 public:
  Evaluation(const nft::Ruleset& ruleset, Packet& packet) : ruleset_(ruleset), packet_(packet) {}

  /// Whether the chain, called by its hook, lets the packet pass.
  bool PassesBase(const nft::Chain& chain) { return Run(chain, 0) != End::kDrop; }

 private:
  enum class End { kAccept, kDrop, kReturn };

  /// What a statement says: go on in the rule, leave it, or a verdict.
  struct Next {
    enum { kGoOn, kBreak, kVerdict } kind = kGoOn;
    nft::Verdict verdict;
  };

  static Next Continue(bool holds) { return {holds ? Next::kGoOn : Next::kBreak, {}}; }

  const nft::Set& SetNamed(const std::string& name) const {
    const auto set = ruleset_.sets.find(name);
    if (set == ruleset_.sets.end()) {
      throw std::logic_error("there is no set " + name);
    }
    return set->second;
  }

  const nft::Chain& ChainNamed(const std::string& name) const {
    const auto chain = ruleset_.chains.find(name);
    if (chain == ruleset_.chains.end()) {
      throw std::logic_error("there is no chain " + name);
    }
    return chain->second;
  }

  Next Do(const nft::Compare& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value && (Number(*value) == statement.value) != statement.negated);
  }
  Next Do(const nft::MaskedCompare& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value &&
                    ((Number(*value) & statement.mask) == statement.value) != statement.negated);
  }
  Next Do(const nft::AnyBit& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value && (Number(*value) & statement.bits) != 0);
  }
  Next Do(const nft::InRange& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value && statement.first <= Number(*value) && Number(*value) <= statement.last);
  }
  Next Do(const nft::Lookup& statement) const {
    const Value key = KeyOf(packet_, statement.key);
    const nft::Set& set = SetNamed(statement.set);
    return Continue(key && Find(set, *key) != nullptr);
  }
  Next Do(const nft::VerdictMap& statement) const {
    const Value key = KeyOf(packet_, statement.key);
    const nft::Set& map = SetNamed(statement.map);
    const nft::Element* element = key ? Find(map, *key) : nullptr;
    return element == nullptr ? Continue(false) : Next{Next::kVerdict, *element->verdict};
  }
  Next Do(const nft::SetCtMark& statement) {
    if (!packet_.entry) {
      return Continue(false);
    }
    packet_.entry->mark = (packet_.entry->mark & ~statement.mask) | statement.value;
    return Continue(true);
  }
  static Next Do(const nft::Counter& /*statement*/) { return Continue(true); }
  static Next Do(const nft::Verdict& statement) { return {Next::kVerdict, statement}; }
  static Next Do(const nft::Foreign& /*statement*/) {
    throw std::logic_error("a foreign statement cannot be evaluated");
  }

  std::optional<nft::Verdict> VerdictOf(const nft::Rule& rule) {
    for (const nft::Statement& statement : rule.statements) {
      const Next next = std::visit([&](const auto& each) { return Do(each); }, statement);
      if (next.kind == Next::kVerdict) {
        return next.verdict;
      }
      if (next.kind == Next::kBreak) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  // NOLINTNEXTLINE(misc-no-recursion): jumps nest, and their depth is bounded.
  End Run(const nft::Chain& chain, int depth) {
    if (depth > kMaxJumps) {
      throw std::logic_error("jumps nest too deep in " + chain.name);
    }
    for (const nft::Rule& rule : chain.rules) {
      const auto verdict = VerdictOf(rule);
      if (!verdict) {
        continue;
      }
      const auto end = Follow(*verdict, depth);
      if (end) {
        return *end;
      }
    }
    return End::kReturn;
  }

  /// How the chain ends by `verdict`; nothing where it goes on with the next rule.
  // NOLINTNEXTLINE(misc-no-recursion): see Run().
  std::optional<End> Follow(const nft::Verdict& verdict, int depth) {
    switch (verdict.kind) {
      case nft::VerdictKind::kAccept:
        return End::kAccept;
      case nft::VerdictKind::kDrop:
        return End::kDrop;
      case nft::VerdictKind::kReturn:
        return End::kReturn;
      case nft::VerdictKind::kGoto:
        return Run(ChainNamed(verdict.chain), depth + 1);
      case nft::VerdictKind::kJump: {
        const End end = Run(ChainNamed(verdict.chain), depth + 1);
        return end == End::kReturn ? std::nullopt : std::optional(end);
      }
    }
    return std::nullopt;
  }

  const nft::Ruleset& ruleset_;
  Packet& packet_;
};

std::vector<const nft::Chain*> ChainsAt(const nft::Ruleset& ruleset, nft::Hook hook) {
  std::vector<const nft::Chain*> chains;
  for (const auto& [name, chain] : ruleset.chains) {
    if (chain.base && chain.base->hook == hook) {
      chains.push_back(&chain);
    }
  }
  std::stable_sort(chains.begin(), chains.end(), [](const auto* a, const auto* b) {
    return a->base->priority < b->base->priority;
  });
  return chains;
}

}  // namespace

const std::vector<nft::Hook> kForwarded = {nft::Hook::kForward, nft::Hook::kPostrouting};
const std::vector<nft::Hook> kToNode = {nft::Hook::kInput};
const std::vector<nft::Hook> kFromNode = {nft::Hook::kOutput, nft::Hook::kPostrouting};

bool Passes(const nft::Ruleset& ruleset, const std::vector<nft::Hook>& path, Packet& packet) {
  Evaluation evaluation(ruleset, packet);
  for (const nft::Hook hook : path) {
    for (const nft::Chain* chain : ChainsAt(ruleset, hook)) {
      if (!evaluation.PassesBase(*chain)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace portcullis::test
