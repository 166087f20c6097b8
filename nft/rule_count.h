// SPDX-License-Identifier: Apache-2.0
//
// The kernel's message about a rule → what the rule has counted. Looks for counters and verdicts
// only; decode reads whole rules. For mnl_counters, which asks for all rules, and for mnl_kernel,
// which is told of those that it deletes.
#ifndef PORTCULLIS_NFT_RULE_COUNT_H_
#define PORTCULLIS_NFT_RULE_COUNT_H_

#include <optional>
#include <string>

#include <libmnl/libmnl.h>

#include "nft/counters.h"

namespace portcullis::nft {

/// REQUIRES: a message of type NFT_MSG_NEWRULE or NFT_MSG_DELRULE, which may be malformed.
/// Nothing for a rule without a counter, and for one of another table than `table`.
[[nodiscard]] std::optional<RuleCount> ReadRuleCount(const nlmsghdr* message,
                                                     const std::string& table);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_RULE_COUNT_H_
