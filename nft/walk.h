// SPDX-License-Identifier: Apache-2.0
//
// What the kernel does with a packet, given a table as a value: an interpreter of Ruleset with
// nftables' semantics (an expression that cannot be evaluated, or that does not hold, ends its
// rule; return, jump, goto; a map's verdict ends the rule; every base chain's policy is accept),
// which can tell each rule that the packet has met. Pure. Tests judge the compiler's tables by it,
// `explain --check-kernel` a live one.
#ifndef PORTCULLIS_NFT_WALK_H_
#define PORTCULLIS_NFT_WALK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

/// The packet's connection as conntrack knows it, and how this packet stands to it.
struct FlowEntry {
  IpAddress original_source;  ///< Before source NAT.
  IpAddress reply_source;     ///< The destination after destination NAT.
  uint16_t reply_port = 0;    ///< The destination's port after destination NAT.
  uint32_t mark = 0;          ///< ct mark; the walk writes it.
  uint32_t state = 0;         ///< kCtStateNew, ...
  uint32_t direction = kCtOriginal;
};

struct Packet {
  IpAddress source;  ///< Of the header, as is the rest.
  IpAddress destination;
  uint8_t protocol = 6;
  std::optional<uint16_t> destination_port;
  std::optional<uint8_t> icmpv6_type;
  std::optional<FlowEntry> entry;  ///< Nothing: invalid, or untracked.
  bool untracked = false;          ///< Only without an entry.
  bool source_is_local = false;    ///< `fib saddr type local`: the node has the source address.
};

/// The hooks a packet passes, in order.
extern const std::vector<Hook> kForwarded;  ///< From pod to pod, or to and from outside.
extern const std::vector<Hook> kToNode;     ///< Delivered to the node itself.
extern const std::vector<Hook> kFromNode;   ///< Made by the node itself.

/// A rule that a packet has met.
struct Step {
  const Chain* chain = nullptr;    ///< Of the ruleset, as is the rule; never null.
  const Rule* rule = nullptr;      ///< As above.
  bool matched = false;            ///< All its matches held; a limit always holds.
  std::optional<Verdict> verdict;  ///< What it said; nothing where the next rule is met.
};

/// A packet's way through a table.
struct Walk {
  bool passes = true;
  std::vector<Step> steps;  ///< In order. Valid as long as the ruleset.

  /// The rule that ended the walk: the last one where it dropped or accepted the packet. Null where
  /// no rule did, and the policy of the base chains let it pass.
  [[nodiscard]] const Step* Decision() const;
};

/// Leads the packet through all hooks of `path`; its entry's mark is written on the way.
/// ERRORS: kInvalidArgument where the table refers to what it does not have, jumps too deep, or has
/// a rule on the packet's way that this program cannot read.
[[nodiscard]] Result<Walk> WalkThrough(const Ruleset& ruleset,
                                       const std::vector<Hook>& path,
                                       Packet& packet);

/// The same without a memory of the way: whether the packet passes.
[[nodiscard]] Result<bool> LetsPass(const Ruleset& ruleset,
                                    const std::vector<Hook>& path,
                                    Packet& packet);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_WALK_H_
