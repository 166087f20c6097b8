// SPDX-License-Identifier: Apache-2.0
//
// See mnl_log.h. The kernel gathers packets in one buffer of kMessageSize per group, and hands that
// over when it is full, when it has kGatherPackets or when kGathering has passed
// (net/netfilter/nfnetlink_log.c). What the socket has no room for is thrown away there; each
// packet has a number of its own, so that gaps tell how many.
#include "nft/mnl_log.h"

#include <cerrno>
#include <string>
#include <utility>

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>

#include "nft/alarm.h"
#include "nft/attributes.h"

namespace portcullis::nft {

using std::chrono::milliseconds;

namespace {

/// Longer headers do not exist in practice; the rules' own `snaplen` cuts off too.
constexpr uint32_t kCopied = 256;
constexpr uint32_t kMessageSize = 32UL * 1024;
constexpr uint32_t kGatherPackets = 64;
/// What the kernel keeps for a reader that does not come: some 10,000 packets.
constexpr size_t kReceiveLimit = 4UL * 1024 * 1024;
/// What one Wait() returns at most, give or take a message.
constexpr size_t kMaxPackets = 1024;
constexpr uint16_t kPacketMessage = NFNL_SUBSYS_ULOG << 8U | NFULNL_MSG_PACKET;

template <typename T>
void Put(nlmsghdr* message, uint16_t type, const T& value) {
  mnl_attr_put(message, type, sizeof(value), &value);
}

Request Bind(uint16_t group) {
  Request request(NFNL_SUBSYS_ULOG, NFULNL_MSG_CONFIG, NLM_F_ACK, AF_UNSPEC);
  nlmsghdr* message = request.message();
  static_cast<nfgenmsg*>(mnl_nlmsg_get_payload(message))->res_id = htons(group);
  Put(message, NFULA_CFG_CMD, nfulnl_msg_config_cmd{NFULNL_CFG_CMD_BIND});
  Put(message, NFULA_CFG_MODE, nfulnl_msg_config_mode{htonl(kCopied), NFULNL_COPY_PACKET, 0});
  Put(message, NFULA_CFG_NLBUFSIZ, htonl(kMessageSize));
  // In hundredths of a second.
  Put(message, NFULA_CFG_TIMEOUT, htonl(static_cast<uint32_t>(MnlLog::kGathering.count() / 10)));
  Put(message, NFULA_CFG_QTHRESH, htonl(kGatherPackets));
  Put(message, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
  return request;
}

/// Whether this process may speak to netfilter at all.
bool MayAsk(NetlinkSocket& socket) {
  return socket
      .Ask(Request(NFNL_SUBSYS_NFTABLES, NFT_MSG_GETGEN, NLM_F_ACK, AF_UNSPEC),
           [](const nlmsghdr* /*message*/) {})
      .has_value();
}

}  // namespace

MnlLog::MnlLog(NetlinkSocket socket) : socket_(std::move(socket)) {}

Result<MnlLog> MnlLog::Open(uint16_t group) {
  auto socket = NetlinkSocket::Open(kReceiveLimit);
  if (!socket) {
    return Fail(socket.error());
  }
  const auto bound = socket->Ask(Bind(group), [](const nlmsghdr* /*message*/) {});
  if (!bound) {
    // The kernel has one errno for "you may not" and "it is another's".
    if (bound.error().errno_value == EPERM && MayAsk(*socket)) {
      return Fail(ErrorCode::kConflict,
                  "log group " + std::to_string(group) +
                      " is read by another program (/proc/net/netfilter/nfnetlink_log lists them)",
                  EPERM);
    }
    return Fail(bound.error().WithContext("read log group " + std::to_string(group)));
  }
  return MnlLog(std::move(*socket));
}

Result<LoggedPackets> MnlLog::Wait(const std::stop_token& stop, milliseconds timeout) {
  LoggedPackets heard;
  const auto hear = [&]() -> Result<bool> {
    if (const auto listened = Hear(heard); !listened) {
      return Fail(listened.error());
    }
    return !heard.packets.empty() || heard.lost != 0 || heard.unreadable != 0;
  };
  if (const auto waited = WaitUntil(hear, socket_.fd(), stop, timeout); !waited) {
    return Fail(waited.error());
  }
  return heard;
}

Result<void> MnlLog::Hear(LoggedPackets& heard) {
  while (heard.packets.size() < kMaxPackets) {
    const auto received =
        socket_.ReceiveNow([&](const nlmsghdr* message) { Take(message, heard); });
    // Lost messages show in the numbers of those that follow.
    if (!received && received.error().errno_value != ENOBUFS) {
      return Fail(ErrorCode::kUnavailable, received.error().message, received.error().errno_value);
    }
    if (received && !*received) {
      return {};
    }
  }
  return {};
}

void MnlLog::Take(const nlmsghdr* message, LoggedPackets& heard) {
  if (message->nlmsg_type != kPacketMessage) {
    return;
  }
  LoggedPacket packet;
  std::optional<PacketHeader> header;
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
    const uint16_t type = mnl_attr_get_type(attr);
    if (type == NFULA_PREFIX) {
      packet.prefix = AttributeText(attr);
    } else if (type == NFULA_PAYLOAD) {
      header = ReadPacketHeader(AttributeBytes(attr));
    } else if (type == NFULA_SEQ && mnl_attr_get_payload_len(attr) == sizeof(uint32_t)) {
      const uint32_t sequence = ntohl(mnl_attr_get_u32(attr));
      heard.lost += sequence - next_sequence_.value_or(sequence);
      next_sequence_ = sequence + 1;
    }
  });
  if (header) {
    packet.header = *header;
    heard.packets.push_back(std::move(packet));
  } else {
    ++heard.unreadable;
  }
}

}  // namespace portcullis::nft
