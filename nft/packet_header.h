// SPDX-License-Identifier: Apache-2.0
//
// What the headers of an IP packet say of its connection, read from the first bytes of the packet,
// which may be cut off anywhere and may hold anything. Pure. For mnl_log, which is told of packets
// by the kernel.
#ifndef PORTCULLIS_NFT_PACKET_HEADER_H_
#define PORTCULLIS_NFT_PACKET_HEADER_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip.h"

namespace portcullis::nft {

struct PacketHeader {
  IpAddress source;
  IpAddress destination;  ///< Of the same family as the source.
  /// The protocol behind IPv6's extension headers; nothing where they do not end in what there is.
  std::optional<uint8_t> protocol;
  std::optional<uint16_t> source_port;  ///< Of TCP, UDP and SCTP.
  std::optional<uint16_t> destination_port;
  std::optional<uint8_t> tcp_flags;
  std::optional<uint8_t> icmp_type;  ///< Of ICMP and ICMPv6.
  std::optional<uint8_t> icmp_code;
  /// A fragment that is not the first: only that has the ports.
  bool later_fragment = false;

  bool operator==(const PacketHeader&) const = default;
};

/// Of a packet that begins with its IP header; nothing where not even the addresses are there.
[[nodiscard]] std::optional<PacketHeader> ReadPacketHeader(std::string_view bytes);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_PACKET_HEADER_H_
