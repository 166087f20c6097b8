// SPDX-License-Identifier: Apache-2.0
//
// See walk.h. Every field's value is its bytes in network order, as the kernel's registers have it,
// or nothing where the kernel's expression would break.
#include "nft/walk.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace portcullis::nft {
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
  return packet.untracked ? kCtStateUntracked : kCtStateInvalid;
}

/// What only a packet with an entry has: `get` applied to it.
template <typename Get>
Value OfEntry(const Packet& packet, const Get& get) {
  return packet.entry ? get(*packet.entry) : std::nullopt;
}

Value OriginalSource(const Packet& packet, Family family) {
  return OfEntry(packet, [&](const FlowEntry& e) { return AddressOf(e.original_source, family); });
}

Value ReplySource(const Packet& packet, Family family) {
  return OfEntry(packet, [&](const FlowEntry& e) { return AddressOf(e.reply_source, family); });
}

Value FieldOf(const Packet& packet, Field field) {
  switch (field) {
    case Field::kL4Proto:
      return Big(packet.protocol, 1);
    case Field::kIpSaddr:
      return AddressOf(packet.source, Family::kIpv4);
    case Field::kIpDaddr:
      return AddressOf(packet.destination, Family::kIpv4);
    case Field::kIp6Saddr:
      return AddressOf(packet.source, Family::kIpv6);
    case Field::kIp6Daddr:
      return AddressOf(packet.destination, Family::kIpv6);
    case Field::kThDport:
      return packet.destination_port ? Value(Big(*packet.destination_port, 2)) : std::nullopt;
    case Field::kIcmpv6Type:
      return packet.icmpv6_type ? Value(Big(*packet.icmpv6_type, 1)) : std::nullopt;
    case Field::kCtOriginalIpSaddr:
      return OriginalSource(packet, Family::kIpv4);
    case Field::kCtOriginalIp6Saddr:
      return OriginalSource(packet, Family::kIpv6);
    case Field::kCtReplyIpSaddr:
      return ReplySource(packet, Family::kIpv4);
    case Field::kCtReplyIp6Saddr:
      return ReplySource(packet, Family::kIpv6);
    case Field::kCtReplyProtoSrc:
      return OfEntry(packet, [](const FlowEntry& e) { return Value(Big(e.reply_port, 2)); });
    case Field::kCtMark:
      return OfEntry(packet, [](const FlowEntry& e) { return Value(Big(e.mark, 4)); });
    case Field::kCtDirection:
      return OfEntry(packet, [](const FlowEntry& e) { return Value(Big(e.direction, 1)); });
    case Field::kCtState:
      return Big(StateBits(packet), 4);
    case Field::kFibSaddrType:
      return Big(packet.source_is_local ? kFibLocal : kFibUnicast, 4);
  }
  return std::nullopt;
}

Value KeyOf(const Packet& packet, const std::vector<Field>& fields) {
  std::string key;
  for (const Field field : fields) {
    const Value part = FieldOf(packet, field);
    if (!part) {
      return std::nullopt;
    }
    key += *part;
  }
  return key;
}

Error Broken(std::string message) {
  return {ErrorCode::kInvalidArgument, std::move(message)};
}

Result<const Element*> Find(const Set& set, const std::string& key) {
  if (key.size() != KeySize(set.key)) {
    return Fail(Broken("a key of the wrong size is looked up in " + set.name));
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
  /// `steps` may be null.
  Evaluation(const Ruleset& ruleset, Packet& packet, std::vector<Step>* steps)
      : ruleset_(ruleset),
        packet_(packet),
        steps_(steps) {}

  /// Whether the chain, called by its hook, lets the packet pass.
  Result<bool> PassesBase(const Chain& chain) {
    const auto end = Run(chain, 0);
    return end.map([](End how) { return how != End::kDrop; });
  }

 private:
  enum class End { kAccept, kDrop, kReturn };

  /// What a statement says: go on in the rule, leave it, or a verdict.
  struct Next {
    enum { kGoOn, kBreak, kVerdict } kind = kGoOn;
    Verdict verdict;
  };
  using Said = Result<Next>;

  static Next Continue(bool holds) { return {holds ? Next::kGoOn : Next::kBreak, {}}; }

  /// The element of the set, or null.
  Result<const Element*> LookUp(const std::vector<Field>& fields, const std::string& name) const {
    const auto set = ruleset_.sets.find(name);
    if (set == ruleset_.sets.end()) {
      return Fail(Broken("there is no set " + name));
    }
    const Value key = KeyOf(packet_, fields);
    return key ? Find(set->second, *key) : nullptr;
  }

  Said Do(const Compare& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value && (Number(*value) == statement.value) != statement.negated);
  }
  Said Do(const MaskedCompare& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value &&
                    ((Number(*value) & statement.mask) == statement.value) != statement.negated);
  }
  Said Do(const AnyBit& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value && (Number(*value) & statement.bits) != 0);
  }
  Said Do(const InRange& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    return Continue(value && statement.first <= Number(*value) && Number(*value) <= statement.last);
  }
  Said Do(const InBlock& statement) const {
    const Value value = FieldOf(packet_, statement.field);
    const auto address = value ? IpAddress::FromBytes(*value) : std::nullopt;
    return Continue(address && statement.block.Contains(*address));
  }
  Said Do(const Lookup& statement) const {
    return LookUp(statement.key, statement.set).map([&](const Element* element) {
      // Of a packet without the field it is not true either that the set lacks it.
      const bool absent = element == nullptr && statement.negated && KeyOf(packet_, statement.key);
      return Continue(statement.negated ? absent : element != nullptr);
    });
  }
  Said Do(const VerdictMap& statement) const {
    const auto element = LookUp(statement.key, statement.map);
    if (!element) {
      return Fail(element.error());
    }
    if (*element != nullptr && !(*element)->verdict) {
      return Fail(Broken("an element without a verdict in " + statement.map));
    }
    return *element == nullptr ? Continue(false) : Next{Next::kVerdict, *(*element)->verdict};
  }
  Said Do(const SetCtMark& statement) {
    if (!packet_.entry) {
      return Continue(false);
    }
    packet_.entry->mark = (packet_.entry->mark & ~statement.mask) | statement.value;
    return Continue(true);
  }
  static Said Do(const Counter& /*statement*/) { return Continue(true); }
  /// What a limit lets through is a question of time: here it lets everything through.
  static Said Do(const Limit& /*statement*/) { return Continue(true); }
  static Said Do(const Log& /*statement*/) { return Continue(true); }
  static Said Do(const Verdict& statement) { return Next{Next::kVerdict, statement}; }
  static Said Do(const Foreign& /*statement*/) {
    return Fail(Broken("a statement that this program never writes"));
  }

  /// What the rule comes to.
  Said Judge(const Rule& rule) {
    Next next;
    for (const Statement& statement : rule.statements) {
      auto said = std::visit([&](const auto& each) { return Do(each); }, statement);
      if (!said || said->kind != Next::kGoOn) {
        return said;
      }
    }
    return next;
  }

  void Remember(const Chain& chain, const Rule& rule, const Next& next) {
    if (steps_ != nullptr) {
      const bool says = next.kind == Next::kVerdict;
      steps_->push_back({&chain,
                         &rule,
                         next.kind != Next::kBreak,
                         says ? std::optional(next.verdict) : std::nullopt});
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion): jumps nest, and their depth is bounded.
  Result<End> Run(const Chain& chain, int depth) {
    if (depth > kMaxJumps) {
      return Fail(Broken("jumps nest too deep in " + chain.name));
    }
    for (const Rule& rule : chain.rules) {
      const auto next = Judge(rule);
      if (!next) {
        return Fail(next.error().WithContext(NameOf(chain, rule)));
      }
      Remember(chain, rule, *next);
      const auto end = next->kind == Next::kVerdict ? Follow(next->verdict, depth) : GoOn();
      if (!end) {
        return Fail(end.error());
      }
      if (*end) {
        return **end;
      }
    }
    return End::kReturn;
  }

  static std::string NameOf(const Chain& chain, const Rule& rule) {
    return "chain " + chain.name + ", rule " +
           (rule.handle == 0 ? "\"" + rule.comment + "\"" : std::to_string(rule.handle));
  }

  static Result<std::optional<End>> GoOn() { return std::optional<End>(); }

  /// How the chain ends by `verdict`; nothing where it goes on with the next rule.
  // NOLINTNEXTLINE(misc-no-recursion): see Run().
  Result<std::optional<End>> Follow(const Verdict& verdict, int depth) {
    switch (verdict.kind) {
      case VerdictKind::kAccept:
        return std::optional(End::kAccept);
      case VerdictKind::kDrop:
        return std::optional(End::kDrop);
      case VerdictKind::kReturn:
        return std::optional(End::kReturn);
      case VerdictKind::kGoto:
      case VerdictKind::kJump:
        break;
    }
    const auto chain = ruleset_.chains.find(verdict.chain);
    if (chain == ruleset_.chains.end()) {
      return Fail(Broken("there is no chain " + verdict.chain));
    }
    const auto end = Run(chain->second, depth + 1);
    if (!end) {
      return Fail(end.error());
    }
    const bool comes_back = verdict.kind == VerdictKind::kJump && *end == End::kReturn;
    return comes_back ? std::nullopt : std::optional(*end);
  }

  const Ruleset& ruleset_;
  Packet& packet_;
  std::vector<Step>* steps_;
};

std::vector<const Chain*> ChainsAt(const Ruleset& ruleset, Hook hook) {
  std::vector<const Chain*> chains;
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

Result<bool> PassesAll(Evaluation& evaluation,
                       const Ruleset& ruleset,
                       const std::vector<Hook>& path) {
  for (const Hook hook : path) {
    for (const Chain* chain : ChainsAt(ruleset, hook)) {
      auto passes = evaluation.PassesBase(*chain);
      if (!passes || !*passes) {
        return passes;
      }
    }
  }
  return true;
}

}  // namespace

const std::vector<Hook> kForwarded = {Hook::kForward, Hook::kPostrouting};
const std::vector<Hook> kToNode = {Hook::kInput};
const std::vector<Hook> kFromNode = {Hook::kOutput, Hook::kPostrouting};

const Step* Walk::Decision() const {
  if (steps.empty() || !steps.back().verdict) {
    return nullptr;
  }
  const VerdictKind kind = steps.back().verdict->kind;
  const bool ends = kind == VerdictKind::kAccept || kind == VerdictKind::kDrop;
  return ends ? &steps.back() : nullptr;
}

Result<Walk> WalkThrough(const Ruleset& ruleset, const std::vector<Hook>& path, Packet& packet) {
  Walk walk;
  Evaluation evaluation(ruleset, packet, &walk.steps);
  const auto passes = PassesAll(evaluation, ruleset, path);
  if (!passes) {
    return Fail(passes.error());
  }
  walk.passes = *passes;
  return walk;
}

Result<bool> LetsPass(const Ruleset& ruleset, const std::vector<Hook>& path, Packet& packet) {
  Evaluation evaluation(ruleset, packet, nullptr);
  return PassesAll(evaluation, ruleset, path);
}

}  // namespace portcullis::nft
