// SPDX-License-Identifier: Apache-2.0
//
// Packets as bytes: what the lab sends where the kernel has no socket for it (SCTP, ICMP echo,
// forged sources). Pure. Neighbours: probe, echo_servers and forge send what this builds;
// tests/net below has SCTP's packets and socket addresses.
#ifndef PORTCULLIS_TESTS_LAB_PACKET_H_
#define PORTCULLIS_TESTS_LAB_PACKET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"
#include "tests/net/datagram.h"
#include "tests/net/socket_address.h"

namespace portcullis::lab {

/// What a packet carries. The values are those of the IP header, but for ICMP over IPv6 (58).
enum class Transport : uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kSctp = 132 };

/// "TCP", "UDP", "SCTP", "ICMP".
[[nodiscard]] std::string_view TransportName(Transport transport);

using net::AddressFamily;
using net::FromSocketAddress;
using net::SocketAddress;
using net::ToSocketAddress;
using net::WithoutIpHeader;

/// An SCTP packet of one INIT or INIT ACK chunk, as far as tests look at it.
struct SctpSegment {
  enum class Kind : uint8_t { kInit = 1, kInitAck = 2 };
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t verification_tag = 0;  ///< 0 in an INIT; the initiator's tag in an INIT ACK.
  Kind kind = Kind::kInit;
  uint32_t initiate_tag = 0;  ///< The tag that the sender wants to be answered with.
};

/// The packet from the SCTP header on, with its CRC32c, and with a cookie in an INIT ACK.
[[nodiscard]] std::string EncodeSctp(const SctpSegment& segment);
/// Nothing where `bytes` is no INIT or INIT ACK, or damaged.
[[nodiscard]] std::optional<SctpSegment> DecodeSctp(std::string_view bytes);

/// An echo request with `token` as identifier (its lower half, so that successive tokens are flows
/// of their own) and sequence number. The kernel fills in the checksum of ICMPv6.
[[nodiscard]] std::string EncodeEcho(Family family, uint32_t token);
/// The token of an echo reply.
[[nodiscard]] std::optional<uint32_t> DecodeEchoReply(Family family, std::string_view bytes);

/// What forge sends: a whole IP packet.
struct RawPacket {
  IpAddress source;
  IpAddress destination;
  Transport transport = Transport::kUdp;  ///< TCP stands for a SYN.
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  std::string payload;
};

/// From the IP header on, with right checksums.
[[nodiscard]] std::string EncodeIp(const RawPacket& packet);

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_PACKET_H_
