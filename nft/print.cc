// SPDX-License-Identifier: Apache-2.0
//
// See print.h. The grammar is that of nft 1.0.6; where it has several spellings, the one of its own
// listing is taken unless a person reads another one more easily. spelling has the single names.
#include "nft/print.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/ip.h"
#include "nft/overloaded.h"
#include "nft/spelling.h"

namespace portcullis::nft {
namespace {

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
          [](const AnyBit& any) {
            return std::string(NameOf(any.field)) + " " + CtStateText(any.bits);
          },
          [](const InRange& range) {
            return std::string(NameOf(range.field)) + " " + std::to_string(range.first) + "-" +
                   std::to_string(range.last);
          },
          [](const InBlock& in) {
            return std::string(NameOf(in.field)) + " " + in.block.ToString();
          },
          [](const Lookup& lookup) {
            return KeyText(lookup.key) + (lookup.negated ? " != @" : " @") + lookup.set;
          },
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
