// SPDX-License-Identifier: Apache-2.0
//
// Where and how much the kernel tells of denied packets: what the rules at a group chain's end need
// to know. Pure. Used by group_rules.cc; the reader of the group is the agent's.
#ifndef PORTCULLIS_CONTROLLER_POLICY_DENIED_LOG_H_
#define PORTCULLIS_CONTROLLER_POLICY_DENIED_LOG_H_

#include <cstdint>
#include <optional>

namespace portcullis::policy {

/// The group of nfnetlink_log that packets are told to; nothing: they are counted, and not told of.
using LogGroup = std::optional<uint16_t>;

inline constexpr uint16_t kDefaultLogGroup = 10310;

/// Of each group chain, so that a flood costs the node a bounded number of messages: enough for
/// every flow where few are denied, and for a sample where many are.
inline constexpr uint64_t kDeniedPerSecond = 50;
inline constexpr uint32_t kDeniedBurst = 100;
/// The headers of any packet: addresses, extension headers, ports.
inline constexpr uint32_t kDeniedSnaplen = 128;

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_DENIED_LOG_H_
