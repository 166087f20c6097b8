// SPDX-License-Identifier: Apache-2.0
//
// See mnl_counters.h.
#include "nft/mnl_counters.h"

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "nft/rule_count.h"

namespace portcullis::nft {
namespace {

/// A commit in the middle of a dump makes it begin anew; nobody commits so often.
constexpr int kMaxDumps = 20;

}  // namespace

Result<MnlCounters> MnlCounters::Open() {
  auto socket = NetlinkSocket::Open();
  if (!socket) {
    return Fail(socket.error());
  }
  return MnlCounters(std::move(*socket));
}

Result<std::vector<RuleCount>> MnlCounters::Read(const std::string& table) {
  for (int i = 0; i < kMaxDumps; ++i) {
    std::vector<RuleCount> rules;
    Request dump(NFNL_SUBSYS_NFTABLES, NFT_MSG_GETRULE, NLM_F_DUMP, NFPROTO_INET);
    mnl_attr_put_strz(dump.message(), NFTA_RULE_TABLE, table.c_str());
    const auto whole = socket_.Ask(std::move(dump), [&](const nlmsghdr* message) {
      if (auto rule = ReadRuleCount(message, table)) {
        rules.push_back(std::move(*rule));
      }
    });
    if (!whole) {
      return Fail(whole.error().WithContext("read the counters of table inet " + table));
    }
    if (*whole) {
      return rules;
    }
  }
  return Fail(
      ErrorCode::kUnavailable,
      "read the counters of table inet " + table + ": others change the ruleset all the time");
}

}  // namespace portcullis::nft
