// SPDX-License-Identifier: Apache-2.0
//
// A whole nftables table of family inet as a value: sets, verdict maps, chains, rules. Pure: no
// kernel, no Kubernetes. controller/policy/compile makes one (what is wanted), decode.h makes one
// from a kernel dump (what there is), print.h writes it as text in nft's own syntax, diff.h
// compares two, encode.h turns a difference into netlink messages.
//
// INVARIANT: every name matches [A-Za-z0-9_.-]{1,255}; a comment has at most kCommentMax bytes.
#ifndef PORTCULLIS_NFT_RULESET_H_
#define PORTCULLIS_NFT_RULESET_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "nft/rare.h"

namespace portcullis::nft {

/// nft 1.0.6 reads and writes comments of at most 128 bytes; the kernel takes 250.
inline constexpr size_t kCommentMax = 128;
/// The kernel takes no longer prefix of a logged packet (NF_LOG_PREFIXLEN, with its NUL).
inline constexpr size_t kLogPrefixMax = 127;

/// What one part of a set's key is. Each has a fixed size in bytes, see KeySize().
enum class KeyType : uint8_t {
  kIpv4Addr,     ///< ipv4_addr, 4 bytes
  kIpv6Addr,     ///< ipv6_addr, 16 bytes
  kInetService,  ///< inet_service, 2 bytes
  kIcmpv6Type,   ///< icmpv6_type, 1 byte
};

/// What a packet, or the conntrack entry it belongs to, is asked for.
enum class Field : uint8_t {
  kL4Proto,             ///< meta l4proto
  kIpSaddr,             ///< ip saddr
  kIpDaddr,             ///< ip daddr
  kIp6Saddr,            ///< ip6 saddr
  kIp6Daddr,            ///< ip6 daddr
  kThDport,             ///< th dport
  kIcmpv6Type,          ///< icmpv6 type
  kCtOriginalIpSaddr,   ///< ct original ip saddr: the source before source NAT
  kCtOriginalIp6Saddr,  ///< ct original ip6 saddr
  kCtReplyIpSaddr,      ///< ct reply ip saddr: the destination after destination NAT
  kCtReplyIp6Saddr,     ///< ct reply ip6 saddr
  kCtReplyProtoSrc,     ///< ct reply proto-src: the destination port after destination NAT
  kCtMark,              ///< ct mark
  kCtState,             ///< ct state (compared as a bit mask)
  kCtDirection,         ///< ct direction: kCtOriginal or kCtReply
  kFibSaddrType,        ///< fib saddr type: kFibLocal
};

/// Bits of Field::kCtState (linux/netfilter/nf_conntrack_common.h, nf_tables.h: NF_CT_STATE_BIT).
inline constexpr uint32_t kCtStateInvalid = 1U << 0U;
inline constexpr uint32_t kCtStateEstablished = 1U << 1U;
inline constexpr uint32_t kCtStateRelated = 1U << 2U;
inline constexpr uint32_t kCtStateNew = 1U << 3U;
inline constexpr uint32_t kCtStateUntracked = 1U << 6U;
/// Values of Field::kCtDirection (IP_CT_DIR_ORIGINAL, IP_CT_DIR_REPLY).
inline constexpr uint32_t kCtOriginal = 0;
inline constexpr uint32_t kCtReply = 1;
/// Value of Field::kFibSaddrType (RTN_LOCAL).
inline constexpr uint32_t kFibLocal = 2;

enum class VerdictKind : uint8_t { kAccept, kDrop, kReturn, kJump, kGoto };

struct Verdict {
  VerdictKind kind = VerdictKind::kAccept;
  std::string chain;  ///< For kJump and kGoto; else empty.

  auto operator<=>(const Verdict&) const = default;
};

/// `field == value`, or `field != value` when negated. Numbers are in host order and as wide as the
/// field.
struct Compare {
  Field field = Field::kL4Proto;
  bool negated = false;
  uint32_t value = 0;

  auto operator<=>(const Compare&) const = default;
};

/// `(field & mask) == value`, or `!=` when negated; for Field::kCtMark.
struct MaskedCompare {
  Field field = Field::kCtMark;
  uint32_t mask = 0;
  bool negated = false;
  uint32_t value = 0;

  auto operator<=>(const MaskedCompare&) const = default;
};

/// `(field & bits) != 0`: `ct state invalid,untracked`.
struct AnyBit {
  Field field = Field::kCtState;
  uint32_t bits = 0;

  auto operator<=>(const AnyBit&) const = default;
};

/// `field first-last`, both included, in host order; for port fields.
struct InRange {
  Field field = Field::kCtReplyProtoSrc;
  uint32_t first = 0;
  uint32_t last = 0;

  auto operator<=>(const InRange&) const = default;
};

/// `ct original ip saddr 10.244.1.0/24`: the address is of the block. REQUIRES: a field with a
/// flow's addresses, of the block's family.
struct InBlock {
  Field field = Field::kCtOriginalIpSaddr;
  Cidr block;

  auto operator<=>(const InBlock&) const = default;
};

/// `field . field @set`: the key is in the set; `field != @set`, when negated: it is not.
struct Lookup {
  std::vector<Field> key;
  std::string set;
  bool negated = false;

  auto operator<=>(const Lookup&) const = default;
};

/// `field vmap @map`: continue with the verdict that the map has for the key; without one, with the
/// next statement.
struct VerdictMap {
  std::vector<Field> key;
  std::string map;

  auto operator<=>(const VerdictMap&) const = default;
};

/// `ct mark set ct mark & ~mask | value`: writes only the bits of `mask`. REQUIRES: value has no
/// bit outside mask.
struct SetCtMark {
  uint32_t mask = 0;
  uint32_t value = 0;

  auto operator<=>(const SetCtMark&) const = default;
};

/// `counter`. What it has counted is not part of the value.
struct Counter {
  auto operator<=>(const Counter&) const = default;
};

/// `limit rate 50/second burst 100 packets`: the rule goes on for so many packets, and ends for the
/// others. REQUIRES: both more than 0. The kernel's budget is not part of the value.
struct Limit {
  uint64_t per_second = 1;
  uint32_t burst = 1;

  auto operator<=>(const Limit&) const = default;
};

/// `log prefix "web" group 10310 snaplen 128`: tells whoever reads the group (packet_log.h) of the
/// packet, and goes on. REQUIRES: the prefix is as a name is, of at most kLogPrefixMax bytes, or
/// empty.
struct Log {
  std::string prefix;
  uint16_t group = 0;
  uint32_t snaplen = 0;  ///< How much of the packet; 0: as much as the reader wants.

  auto operator<=>(const Log&) const = default;
};

/// Something in the kernel's table that this program never writes. It equals no wanted statement,
/// so a diff removes its rule.
struct Foreign {
  auto operator<=>(const Foreign&) const = default;
};

using Statement = std::variant<Compare,
                               MaskedCompare,
                               AnyBit,
                               InRange,
                               InBlock,
                               Lookup,
                               VerdictMap,
                               SetCtMark,
                               Counter,
                               Limit,
                               Log,
                               Verdict,
                               Foreign>;

struct Rule {
  std::vector<Statement> statements;
  std::string comment;
  uint64_t handle = 0;  ///< The kernel's number for it, 0 while it has none; not part of the value.

  bool operator==(const Rule& other) const {
    return statements == other.statements && comment == other.comment;
  }
  std::strong_ordering operator<=>(const Rule& other) const {
    const auto order = statements <=> other.statements;
    return order != 0 ? order : comment <=> other.comment;
  }
};

enum class Hook : uint8_t { kInput, kForward, kOutput, kPostrouting };

/// Where a base chain is attached. Its policy is always accept and its type filter.
struct BaseHook {
  Hook hook = Hook::kPostrouting;
  int32_t priority = 0;

  auto operator<=>(const BaseHook&) const = default;
};

struct Chain {
  std::string name;
  std::optional<BaseHook> base;  ///< Nothing for a chain that is only jumped to.
  std::string comment;
  std::vector<Rule> rules;  ///< In order of evaluation.

  bool operator==(const Chain&) const = default;
};

/// One element of a set or map. Small, as there may be 100,000: most have nothing but a key.
struct Element {
  std::string key;  ///< The parts of the key one after the other in network order, without padding.
  RareText key_end;  ///< Of an interval set: the last key of the range, included (equal to `key`
                     ///< for a single one); else empty.
  Rare<Verdict> verdict;  ///< Of a verdict map.
  RareText comment;

  auto operator<=>(const Element&) const = default;
};

struct Set {
  std::string name;
  std::vector<KeyType> key;
  bool interval = false;     ///< Elements are disjoint ranges; only with a key of one part.
  bool verdict_map = false;  ///< Elements carry verdicts.
  std::string comment;
  std::map<std::string, Element> elements;  ///< By Element::key.

  bool operator==(const Set&) const = default;
};

/// The table. Two rulesets are equal exactly when their canonical text (print.h) is.
struct Ruleset {
  std::string table;  ///< Name of the table; its family is inet.
  std::string comment;
  std::map<std::string, Set> sets;  ///< Sets and verdict maps, by name (they share one name space).
  std::map<std::string, Chain> chains;  ///< By name.
  /// The kernel's table has something besides rules that none of the above can say (a set of
  /// another type, a policy of drop, the flag `dormant`). Never wanted; a diff replaces such a
  /// table.
  bool foreign = false;

  bool operator==(const Ruleset&) const = default;
};

/// The size in bytes of a key part, without padding.
[[nodiscard]] size_t KeySize(KeyType type);
[[nodiscard]] size_t KeySize(const std::vector<KeyType>& key);

/// `text` cut to kCommentMax bytes at a character boundary (UTF-8), with "..." at its end where
/// something was cut, and without characters that nft's grammar cannot quote (the double quote,
/// control characters).
[[nodiscard]] std::string FitComment(std::string text);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_RULESET_H_
