// SPDX-License-Identifier: Apache-2.0
//
// What the kernel would do with a packet, given a table as a value: an interpreter of nft::Ruleset
// with nftables' semantics (an expression that cannot be evaluated, or that does not hold, ends its
// rule; return, jump, goto; a map's verdict ends the rule; every base chain's policy is accept).
// Lets tests judge Compile()'s result without a kernel.
#ifndef PORTCULLIS_TESTS_SUPPORT_ORACLE_RULESET_EVAL_H_
#define PORTCULLIS_TESTS_SUPPORT_ORACLE_RULESET_EVAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip.h"
#include "nft/ruleset.h"

namespace portcullis::test {

/// The packet's connection as conntrack knows it, and how this packet stands to it.
struct Entry {
  IpAddress original_source;  ///< Before source NAT.
  IpAddress reply_source;     ///< The destination after destination NAT.
  uint16_t reply_port = 0;    ///< The destination's port after destination NAT.
  uint32_t mark = 0;          ///< ct mark; the evaluation writes it.
  uint32_t state = 0;         ///< nft::kCtStateNew, ...
  uint32_t direction = nft::kCtOriginal;
};

struct Packet {
  IpAddress source;  ///< Of the header, as is the rest.
  IpAddress destination;
  uint8_t protocol = 6;
  std::optional<uint16_t> destination_port;
  std::optional<uint8_t> icmpv6_type;
  std::optional<Entry> entry;    ///< Nothing: invalid, or untracked.
  bool untracked = false;        ///< Only without an entry.
  bool source_is_local = false;  ///< `fib saddr type local`: the node has the source address.
};

/// The hooks a packet passes, in order.
extern const std::vector<nft::Hook> kForwarded;  ///< From pod to pod, or to and from outside.
extern const std::vector<nft::Hook> kToNode;     ///< Delivered to the node itself.
extern const std::vector<nft::Hook> kFromNode;   ///< Made by the node itself.

/// Whether the packet passes all hooks of `path`; its entry's mark is written on the way.
/// ERRORS: std::logic_error where the table refers to what it does not have, or jumps too deep.
[[nodiscard]] bool Passes(const nft::Ruleset& ruleset,
                          const std::vector<nft::Hook>& path,
                          Packet& packet);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_ORACLE_RULESET_EVAL_H_
