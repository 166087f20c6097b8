// SPDX-License-Identifier: Apache-2.0
//
// Where and how much the kernel tells of denied packets: what the rules at a group chain's end need
// to know. Pure. Used by group_rules.cc; the reader of the group is the agent's.
#ifndef PORTCULLIS_CONTROLLER_POLICY_DENIED_LOG_H_
#define PORTCULLIS_CONTROLLER_POLICY_DENIED_LOG_H_

#include <cstdint>
#include <optional>

namespace portcullis::policy {

/// The group of nfnetlink_log; nothing: denied packets are counted, and not told of.
using LogGroup = std::optional<uint16_t>;

inline constexpr uint16_t kDefaultLogGroup = 10310;

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_DENIED_LOG_H_
