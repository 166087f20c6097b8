// SPDX-License-Identifier: Apache-2.0
//
// A packet that the kernel has told of by a `log` rule, as a value. Pure; packet_log.h hears of
// them.
#ifndef PORTCULLIS_NFT_LOGGED_PACKET_H_
#define PORTCULLIS_NFT_LOGGED_PACKET_H_

#include <string>

#include "nft/packet_header.h"

namespace portcullis::nft {

struct LoggedPacket {
  std::string prefix;  ///< Log::prefix of the rule that told of it.
  /// Of the packet itself, behind destination NAT and before source NAT. A reply's source is the
  /// flow's destination.
  PacketHeader header;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_LOGGED_PACKET_H_
