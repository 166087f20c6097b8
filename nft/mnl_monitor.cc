// SPDX-License-Identifier: Apache-2.0
//
// See mnl_monitor.h.
#include "nft/mnl_monitor.h"

#include <cerrno>
#include <utility>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "nft/alarm.h"
#include "nft/attributes.h"

namespace portcullis::nft {

using std::chrono::milliseconds;

namespace {

/// Tables, chains, rules, sets and elements alike name their table in their first attribute (enums
/// nft_table_attributes, nft_chain_attributes... of linux/netfilter/nf_tables.h).
constexpr uint16_t kTableAttribute = 1;
static_assert(NFTA_TABLE_NAME == kTableAttribute && NFTA_CHAIN_TABLE == kTableAttribute &&
              NFTA_RULE_TABLE == kTableAttribute && NFTA_SET_TABLE == kTableAttribute &&
              NFTA_SET_ELEM_LIST_TABLE == kTableAttribute && NFTA_OBJ_TABLE == kTableAttribute &&
              NFTA_FLOWTABLE_TABLE == kTableAttribute);

/// There was something to hear, and there was no room for it. All else means that the socket is of
/// no use any more, and would be said again and again.
bool WasLost(const Error& error) {
  return error.errno_value == ENOBUFS || error.errno_value == 0;
}

/// The end of a transaction, which names no table; its first attribute is the generation.
bool IsGeneration(const nlmsghdr* message) {
  return (message->nlmsg_type & 0xffU) == NFT_MSG_NEWGEN;
}

}  // namespace

MnlMonitor::MnlMonitor(NetlinkSocket socket, std::string table, uint32_t own_port)
    : socket_(std::move(socket)),
      table_(std::move(table)),
      own_port_(own_port) {}

Result<MnlMonitor> MnlMonitor::Open(std::string table, uint32_t own_port) {
  auto socket = NetlinkSocket::Listen(NFNLGRP_NFTABLES, own_port);
  if (!socket) {
    return Fail(socket.error());
  }
  return MnlMonitor(std::move(*socket), std::move(table), own_port);
}

Result<bool> MnlMonitor::Wait(const std::stop_token& stop, milliseconds timeout) {
  return WaitUntil([this] { return Heard(); }, socket_.fd(), stop, timeout);
}

Result<bool> MnlMonitor::Heard() {
  bool heard = false;
  const auto hear = [&](const nlmsghdr* message) {
    heard = heard || Concerns(message);
  };
  for (;;) {
    const auto received = socket_.ReceiveNow(hear);
    if (received && !*received) {
      return heard;
    }
    if (!received && !WasLost(received.error())) {
      return Fail(ErrorCode::kUnavailable, received.error().message, received.error().errno_value);
    }
    heard = heard || !received;
  }
}

bool MnlMonitor::Concerns(const nlmsghdr* message) const {
  if (message->nlmsg_pid == own_port_ || IsGeneration(message) ||
      mnl_nlmsg_get_payload_len(message) < sizeof(nfgenmsg)) {
    return false;
  }
  const auto* header = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(message));
  bool ours = false;
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
    ours = ours || (mnl_attr_get_type(attr) == kTableAttribute && AttributeText(attr) == table_);
  });
  return ours && header->nfgen_family == NFPROTO_INET;
}

}  // namespace portcullis::nft
