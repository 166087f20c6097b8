// SPDX-License-Identifier: Apache-2.0
//
// See print.h. The grammar is that of nft 1.0.6; where it has several spellings, the one of its own
// listing is taken unless a person reads another one more easily.
#include "nft/print.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/ip.h"
#include "nft/overloaded.h"

namespace portcullis::nft {
namespace {

struct NamedNumber {
  uint32_t number;
  std::string_view name;
};

constexpr std::array kL4Protocols = {NamedNumber{1, "icmp"},
                                     NamedNumber{6, "tcp"},
                                     NamedNumber{17, "udp"},
                                     NamedNumber{58, "ipv6-icmp"},
                                     NamedNumber{132, "sctp"}};
constexpr std::array kIcmpv6Types = {NamedNumber{1, "destination-unreachable"},
                                     NamedNumber{2, "packet-too-big"},
                                     NamedNumber{3, "time-exceeded"},
                                     NamedNumber{4, "parameter-problem"},
                                     NamedNumber{128, "echo-request"},
                                     NamedNumber{129, "echo-reply"},
                                     NamedNumber{130, "mld-listener-query"},
                                     NamedNumber{131, "mld-listener-report"},
                                     NamedNumber{132, "mld-listener-done"},
                                     NamedNumber{133, "nd-router-solicit"},
                                     NamedNumber{134, "nd-router-advert"},
                                     NamedNumber{135, "nd-neighbor-solicit"},
                                     NamedNumber{136, "nd-neighbor-advert"},
                                     NamedNumber{137, "nd-redirect"},
                                     NamedNumber{143, "mld2-listener-report"}};
constexpr std::array kCtStates = {NamedNumber{kCtStateInvalid, "invalid"},
                                  NamedNumber{kCtStateEstablished, "established"},
                                  NamedNumber{kCtStateRelated, "related"},
                                  NamedNumber{kCtStateNew, "new"},
                                  NamedNumber{kCtStateUntracked, "untracked"}};
constexpr std::array kCtDirections = {NamedNumber{kCtOriginal, "original"},
                                      NamedNumber{kCtReply, "reply"}};
constexpr std::array kFibTypes = {NamedNumber{kFibLocal, "local"}};

template <size_t kSize>
std::string NameOf(const std::array<NamedNumber, kSize>& names, uint32_t number) {
  for (const NamedNumber& entry : names) {
    if (entry.number == number) {
      return std::string(entry.name);
    }
  }
  return std::to_string(number);
}

std::string Hex(uint32_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (unsigned shift = 32; shift > 0; shift -= 4) {
    text += kDigits.at((value >> (shift - 4)) & 0xfU);
  }
  return text;
}

std::string_view NameOf(Field field) {
  switch (field) {
    case Field::kL4Proto:
      return "meta l4proto";
    case Field::kIpSaddr:
      return "ip saddr";
    case Field::kIpDaddr:
      return "ip daddr";
    case Field::kIp6Saddr:
      return "ip6 saddr";
    case Field::kIp6Daddr:
      return "ip6 daddr";
    case Field::kThDport:
      return "th dport";
    case Field::kIcmpv6Type:
      return "icmpv6 type";
    case Field::kCtOriginalIpSaddr:
      return "ct original ip saddr";
    case Field::kCtOriginalIp6Saddr:
      return "ct original ip6 saddr";
    case Field::kCtReplyIpSaddr:
      return "ct reply ip saddr";
    case Field::kCtReplyIp6Saddr:
      return "ct reply ip6 saddr";
    case Field::kCtReplyProtoSrc:
      return "ct reply proto-src";
    case Field::kCtMark:
      return "ct mark";
    case Field::kCtState:
      return "ct state";
    case Field::kCtDirection:
      return "ct direction";
    case Field::kFibSaddrType:
      return "fib saddr type";
  }
  return "";
}

std::string AddressText(uint32_t value, size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < sizeof(value); ++i) {
    bytes.at(size - 1 - i) = static_cast<char>(value >> (8 * i));
  }
  const auto address = IpAddress::FromBytes(bytes);
  return address ? address->ToString() : "";
}

std::string ValueText(Field field, uint32_t value) {
  switch (field) {
    case Field::kL4Proto:
      return NameOf(kL4Protocols, value);
    case Field::kIpSaddr:
    case Field::kIpDaddr:
    case Field::kCtOriginalIpSaddr:
    case Field::kCtReplyIpSaddr:
      return AddressText(value, 4);
    case Field::kIp6Saddr:
    case Field::kIp6Daddr:
    case Field::kCtOriginalIp6Saddr:
    case Field::kCtReplyIp6Saddr:
      return AddressText(value, 16);
    case Field::kIcmpv6Type:
      return NameOf(kIcmpv6Types, value);
    case Field::kCtMark:
    case Field::kCtState:
      return Hex(value);
    case Field::kCtDirection:
      return NameOf(kCtDirections, value);
    case Field::kFibSaddrType:
      return NameOf(kFibTypes, value);
    case Field::kThDport:
    case Field::kCtReplyProtoSrc:
      break;
  }
  return std::to_string(value);
}

std::string CompareText(const Compare& compare) {
  std::string text(NameOf(compare.field));
  if (compare.negated) {
    text += " !=";
  } else if (compare.field == Field::kCtState) {
    text += " ==";  // Without it nft takes the value for a bit mask, as in AnyBit.
  }
  return text + " " + ValueText(compare.field, compare.value);
}

std::string MaskedCompareText(const MaskedCompare& compare) {
  return std::string(NameOf(compare.field)) + " & " + Hex(compare.mask) +
         (compare.negated ? " != " : " == ") + Hex(compare.value);
}

std::string AnyBitText(const AnyBit& any) {
  std::string bits;
  uint32_t unnamed = any.bits;
  for (const NamedNumber& state : kCtStates) {
    if ((any.bits & state.number) != 0) {
      bits += (bits.empty() ? "" : ",") + std::string(state.name);
      unnamed &= ~state.number;
    }
  }
  if (unnamed != 0 || any.bits == 0) {
    bits += (bits.empty() ? "" : ",") + Hex(unnamed);
  }
  return std::string(NameOf(any.field)) + " " + bits;
}

std::string KeyText(const std::vector<Field>& key) {
  std::string text;
  for (const Field field : key) {
    text += (text.empty() ? "" : " . ") + std::string(NameOf(field));
  }
  return text;
}

std::string VerdictText(const Verdict& verdict) {
  switch (verdict.kind) {
    case VerdictKind::kAccept:
      return "accept";
    case VerdictKind::kDrop:
      return "drop";
    case VerdictKind::kReturn:
      return "return";
    case VerdictKind::kJump:
      return "jump " + verdict.chain;
    case VerdictKind::kGoto:
      return "goto " + verdict.chain;
  }
  return "";
}

std::string LimitText(const Limit& limit) {
  return "limit rate " + std::to_string(limit.per_second) + "/second burst " +
         std::to_string(limit.burst) + " packets";
}

std::string LogText(const Log& log) {
  std::string text = "log";
  if (!log.prefix.empty()) {
    text += " prefix \"" + log.prefix + "\"";
  }
  text += " group " + std::to_string(log.group);
  if (log.snaplen != 0) {
    text += " snaplen " + std::to_string(log.snaplen);
  }
  return text;
}

std::string StatementText(const Statement& statement) {
  return std::visit(
      Overloaded{
          [](const Compare& compare) { return CompareText(compare); },
          [](const MaskedCompare& compare) { return MaskedCompareText(compare); },
          [](const AnyBit& any) { return AnyBitText(any); },
          [](const InRange& range) {
            return std::string(NameOf(range.field)) + " " + std::to_string(range.first) + "-" +
                   std::to_string(range.last);
          },
          [](const Lookup& lookup) { return KeyText(lookup.key) + " @" + lookup.set; },
          [](const VerdictMap& map) { return KeyText(map.key) + " vmap @" + map.map; },
          [](const SetCtMark& set) {
            return "ct mark set ct mark & " + Hex(~set.mask) + " | " + Hex(set.value);
          },
          [](const Counter&) { return std::string("counter"); },
          [](const Limit& limit) { return LimitText(limit); },
          [](const Log& log) { return LogText(log); },
          [](const Verdict& verdict) { return VerdictText(verdict); },
          [](const Foreign&) { return std::string("# not of this program"); },
      },
      statement);
}

std::string CommentText(const std::string& comment) {
  return comment.empty() ? "" : "comment \"" + comment + "\"";
}

std::string_view NameOf(KeyType type) {
  switch (type) {
    case KeyType::kIpv4Addr:
      return "ipv4_addr";
    case KeyType::kIpv6Addr:
      return "ipv6_addr";
    case KeyType::kInetService:
      return "inet_service";
    case KeyType::kIcmpv6Type:
      return "icmpv6_type";
  }
  return "";
}

std::string PartText(KeyType type, std::string_view bytes) {
  if (type == KeyType::kIpv4Addr || type == KeyType::kIpv6Addr) {
    const auto address = IpAddress::FromBytes(bytes);
    return address ? address->ToString() : "";
  }
  uint32_t number = 0;
  for (const char byte : bytes) {
    number = number << 8U | static_cast<unsigned char>(byte);
  }
  return type == KeyType::kIcmpv6Type ? NameOf(kIcmpv6Types, number) : std::to_string(number);
}

std::string KeyText(const std::vector<KeyType>& types, std::string_view bytes) {
  std::string text;
  for (const KeyType type : types) {
    text += (text.empty() ? "" : " . ") + PartText(type, bytes.substr(0, KeySize(type)));
    bytes.remove_prefix(std::min(bytes.size(), KeySize(type)));
  }
  return text;
}

/// `10.0.0.0/8` where the range is one block, else `10.0.0.1-10.0.0.3`; nft's own listing spells
/// ranges so.
std::string RangeText(KeyType type, const std::string& first, const std::string& last) {
  const auto low = IpAddress::FromBytes(first);
  const auto high = IpAddress::FromBytes(last);
  for (unsigned prefix = 0; low && high && prefix < low->size() * 8; ++prefix) {
    if (low->FirstOf(prefix) == *low && low->LastOf(prefix) == *high) {
      return low->ToString() + "/" + std::to_string(prefix);
    }
  }
  return PartText(type, first) + "-" + PartText(type, last);
}

std::string ElementText(const Set& set, const Element& element) {
  std::string text = element.key_end.empty() || element.key_end == element.key
                         ? KeyText(set.key, element.key)
                         : RangeText(set.key.front(), element.key, element.key_end);
  if (!element.comment.empty()) {
    text += " " + CommentText(element.comment);
  }
  if (element.verdict) {
    text += " : " + VerdictText(*element.verdict);
  }
  return text;
}

std::string TypeText(const Set& set) {
  std::string text;
  for (const KeyType type : set.key) {
    text += (text.empty() ? "" : " . ") + std::string(NameOf(type));
  }
  return set.verdict_map ? text + " : verdict" : text;
}

std::string SetText(const Set& set) {
  std::string text = std::string("\t") + (set.verdict_map ? "map " : "set ") + set.name + " {\n";
  text += "\t\ttype " + TypeText(set) + "\n";
  if (set.interval) {
    text += "\t\tflags interval\n";
  }
  if (!set.comment.empty()) {
    text += "\t\t" + CommentText(set.comment) + "\n";
  }
  std::string_view separator = "\t\telements = { ";
  for (const auto& [key, element] : set.elements) {
    text += separator;
    text += ElementText(set, element);
    separator = ",\n\t\t\t     ";
  }
  return text + (set.elements.empty() ? "\t}\n" : " }\n\t}\n");
}

std::string_view NameOf(Hook hook) {
  switch (hook) {
    case Hook::kInput:
      return "input";
    case Hook::kForward:
      return "forward";
    case Hook::kOutput:
      return "output";
    case Hook::kPostrouting:
      return "postrouting";
  }
  return "";
}

/// `srcnat - 5`: the offset from a priority that has a name, as nft's listing has it, else the
/// number.
std::string PriorityText(const BaseHook& base) {
  static constexpr int32_t kSrcNat = 100;
  static constexpr int32_t kNear = 10;
  const bool nat = base.hook == Hook::kPostrouting;
  for (const auto& [priority, name] :
       {std::pair{0, std::string("filter")}, std::pair{kSrcNat, std::string("srcnat")}}) {
    const int64_t offset = int64_t{base.priority} - priority;
    if ((priority == kSrcNat && !nat) || offset < -kNear || offset > kNear) {
      continue;
    }
    if (offset == 0) {
      return name;
    }
    return name + (offset < 0 ? " - " : " + ") + std::to_string(offset < 0 ? -offset : offset);
  }
  return std::to_string(base.priority);
}

std::string ChainText(const Chain& chain) {
  std::string text = "\tchain " + chain.name + " {\n";
  if (!chain.comment.empty()) {
    text += "\t\t" + CommentText(chain.comment) + "\n";
  }
  if (chain.base) {
    text += "\t\ttype filter hook " + std::string(NameOf(chain.base->hook)) + " priority " +
            PriorityText(*chain.base) + "; policy accept;\n";
  }
  for (const Rule& rule : chain.rules) {
    text += "\t\t" + Print(rule) + "\n";
  }
  return text + "\t}\n";
}

}  // namespace

std::string Print(const Rule& rule) {
  std::string text;
  for (const Statement& statement : rule.statements) {
    text += (text.empty() ? "" : " ") + StatementText(statement);
  }
  if (!rule.comment.empty()) {
    text += (text.empty() ? "" : " ") + CommentText(rule.comment);
  }
  return text;
}

std::string Print(const Set& set, const Element& element) {
  return ElementText(set, element);
}

std::string Print(const Ruleset& ruleset) {
  std::string text = "table inet " + ruleset.table + " {\n";
  if (ruleset.foreign) {
    text += "\t# holds objects that are not of this program\n";
  }
  if (!ruleset.comment.empty()) {
    text += "\t" + CommentText(ruleset.comment) + "\n";
  }
  for (const bool maps : {false, true}) {
    for (const auto& [name, set] : ruleset.sets) {
      if (set.verdict_map == maps) {
        text += SetText(set);
      }
    }
  }
  for (const auto& [name, chain] : ruleset.chains) {
    text += ChainText(chain);
  }
  return text + "}\n";
}

}  // namespace portcullis::nft
