// SPDX-License-Identifier: Apache-2.0
//
// Reads the kernel's log of packets (nfnetlink_log) over netlink, in batches, so that a flood costs
// few wakeups. The only file that knows the messages of NFNL_SUBSYS_ULOG. Owns a socket of its own;
// when that closes, the kernel forgets the group's reader.
//
// Thread safety: none; one thread waits.
#ifndef PORTCULLIS_NFT_MNL_LOG_H_
#define PORTCULLIS_NFT_MNL_LOG_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>

#include "base/result.h"
#include "nft/netlink_socket.h"
#include "nft/packet_log.h"

namespace portcullis::nft {

class MnlLog final : public PacketLog {
 public:
  /// How late a packet may be heard of: until then the kernel gathers.
  static constexpr std::chrono::milliseconds kGathering{100};

  /// Hears from now on of what is logged to `group` in the network namespace that the calling
  /// thread is in.
  /// ERRORS: kConflict where another program reads the group: it may go, try again later;
  /// kPermission without CAP_NET_ADMIN; kUnavailable.
  [[nodiscard]] static Result<MnlLog> Open(uint16_t group);

  [[nodiscard]] Result<LoggedPackets> Wait(const std::stop_token& stop,
                                           std::chrono::milliseconds timeout) override;

 private:
  explicit MnlLog(NetlinkSocket socket);

  [[nodiscard]] Result<void> Hear(LoggedPackets& heard);
  void Take(const nlmsghdr* message, LoggedPackets& heard);

  NetlinkSocket socket_;
  std::optional<uint32_t> next_sequence_;  ///< That the next packet will have if none is lost.
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_MNL_LOG_H_
