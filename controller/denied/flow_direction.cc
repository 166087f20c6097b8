// SPDX-License-Identifier: Apache-2.0
//
// See flow_direction.h.
#include "controller/denied/flow_direction.h"

#include <utility>

namespace portcullis::denied {
namespace {

constexpr uint8_t kIcmp = 1;  // IANA protocol numbers
constexpr uint8_t kTcp = 6;
constexpr uint8_t kIcmpv6 = 58;

constexpr uint8_t kSyn = 0x02;
constexpr uint8_t kAck = 0x10;

/// Of ICMP and ICMPv6: who answers to what.
constexpr std::pair<uint8_t, uint8_t> kEcho = {0, 8};
constexpr std::pair<uint8_t, uint8_t> kEchoV6 = {129, 128};

/// Where Linux begins to choose clients' ports by default (ip_local_port_range).
constexpr uint16_t kFirstClientPort = 32768;

std::optional<bool> PortsSayReply(const nft::PacketHeader& header) {
  if (!header.source_port || !header.destination_port) {
    return std::nullopt;
  }
  const bool from_client = *header.source_port >= kFirstClientPort;
  const bool to_client = *header.destination_port >= kFirstClientPort;
  return from_client == to_client ? std::nullopt : std::optional(to_client);
}

}  // namespace

std::optional<uint8_t> QuestionTo(const nft::PacketHeader& header) {
  const uint8_t protocol = header.protocol.value_or(0);
  if (protocol != kIcmp && protocol != kIcmpv6) {
    return std::nullopt;
  }
  const auto& [answer, question] = protocol == kIcmpv6 ? kEchoV6 : kEcho;
  return header.icmp_type == answer ? std::optional(question) : std::nullopt;
}

std::optional<bool> SaysReply(const nft::PacketHeader& header) {
  const uint8_t protocol = header.protocol.value_or(0);
  if (protocol == kIcmp || protocol == kIcmpv6) {
    return QuestionTo(header).has_value();
  }
  if (protocol == kTcp && (header.tcp_flags.value_or(0) & kSyn) != 0) {
    return (*header.tcp_flags & kAck) != 0;
  }
  return PortsSayReply(header);
}

}  // namespace portcullis::denied
