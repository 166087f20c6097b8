// SPDX-License-Identifier: Apache-2.0
//
// The packets that the kernel tells of by `log ... group N` rules (Log of ruleset.h), through
// nfnetlink_log. An interface, for fakes in tests; mnl_log is the kernel's. Knows nothing of
// policies: what a prefix stands for is for the reader to say.
//
// Nobody waits for the reader: where it is slow, stopped or not there, the kernel throws away what
// it had to tell, and packets go their way as ever.
#ifndef PORTCULLIS_NFT_PACKET_LOG_H_
#define PORTCULLIS_NFT_PACKET_LOG_H_

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "nft/logged_packet.h"

namespace portcullis::nft {

/// What was heard in one go.
struct LoggedPackets {
  std::vector<LoggedPacket> packets;  ///< In the order in which they came; bounded in number.
  uint64_t lost = 0;                  ///< Thrown away by the kernel before these.
  uint64_t unreadable = 0;  ///< Told of, but without a packet in which two addresses can be read.
};

class PacketLog {
 public:
  virtual ~PacketLog() = default;

  /// Waits until there is something to hear; nothing is heard once `timeout` has passed or a stop
  /// is requested. ERRORS: kUnavailable where the log is of no use any more: open another one.
  [[nodiscard]] virtual Result<LoggedPackets> Wait(const std::stop_token& stop,
                                                   std::chrono::milliseconds timeout) = 0;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_PACKET_LOG_H_
