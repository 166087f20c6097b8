// SPDX-License-Identifier: Apache-2.0
//
// See packet.h.
//
//   echo:  type(1) code(1) checksum(2) identifier(2) sequence(2)                    RFC 792, 4443
#include "tests/lab/packet.h"

#include <algorithm>
#include <tuple>

#include "tests/net/bytes.h"
#include "tests/net/sctp_packet.h"

namespace portcullis::lab {
namespace {

using net::Get16;
using net::Get8;
using net::Put16;
using net::Put32;
using net::Put8;
using net::Set16;

constexpr uint8_t kIcmpv6 = 58;

/// RFC 1071.
uint16_t InternetChecksum(std::string_view bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += Get16(bytes, i);
  }
  if (bytes.size() % 2 != 0) {
    sum += static_cast<uint32_t>(Get8(bytes, bytes.size() - 1)) << 8;
  }
  while (sum >> 16 != 0) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<uint16_t>(~sum);
}

uint8_t ProtocolNumber(Transport transport, Family family) {
  return transport == Transport::kIcmp && family == Family::kIpv6 ? kIcmpv6
                                                                  : static_cast<uint8_t>(transport);
}

/// The bytes of a transport header whose checksum is still 0, and where the checksum stands.
std::tuple<std::string, size_t> TransportHeader(const RawPacket& packet) {
  std::string out;
  switch (packet.transport) {
    case Transport::kTcp:
      Put16(out, packet.source_port);
      Put16(out, packet.destination_port);
      Put32(out, 1);       // sequence number
      Put32(out, 0);       // acknowledgement
      Put16(out, 0x5002);  // header of 5 words, SYN
      Put16(out, 0xffff);  // window
      Put32(out, 0);       // checksum, urgent pointer
      return {out, 16};
    case Transport::kUdp:
      Put16(out, packet.source_port);
      Put16(out, packet.destination_port);
      Put16(out, static_cast<unsigned>(8 + packet.payload.size()));
      Put16(out, 0);
      return {out, 6};
    case Transport::kIcmp:
      return {EncodeEcho(packet.destination.family(), packet.source_port), 2};
    case Transport::kSctp:
      break;
  }
  return {EncodeSctp(SctpSegment{packet.source_port, packet.destination_port, 0, {}, 1}), 0};
}

/// The transport part with its checksum; SCTP has its own.
std::string EncodeTransport(const RawPacket& packet) {
  auto [out, checksum_at] = TransportHeader(packet);
  if (packet.transport == Transport::kSctp) {
    return out;
  }
  out += packet.payload;
  std::string summed;
  const Family family = packet.source.family();
  if (packet.transport != Transport::kIcmp || family == Family::kIpv6) {
    summed = packet.source.Bytes() + packet.destination.Bytes();
    Put32(summed, static_cast<uint32_t>(out.size()));
    Put32(summed, ProtocolNumber(packet.transport, family));
  }
  Set16(out, checksum_at, 0);
  Set16(out, checksum_at, InternetChecksum(summed + out));
  return out;
}

}  // namespace

std::string_view TransportName(Transport transport) {
  switch (transport) {
    case Transport::kIcmp:
      return "ICMP";
    case Transport::kTcp:
      return "TCP";
    case Transport::kUdp:
      return "UDP";
    case Transport::kSctp:
      break;
  }
  return "SCTP";
}

std::string EncodeSctp(const SctpSegment& segment) {
  net::Init init{segment.initiate_tag, segment.initiate_tag, {}};
  if (segment.kind == SctpSegment::Kind::kInitAck) {
    init.cookie = std::string(4, '\0');
  }
  return net::Encode(net::SctpPacket{segment.source_port,
                                     segment.destination_port,
                                     segment.verification_tag,
                                     {net::ToChunk(init)}});
}

std::optional<SctpSegment> DecodeSctp(std::string_view bytes) {
  const auto packet = net::DecodeSctpPacket(bytes);
  const auto init = packet ? net::InitFrom(packet->chunks.front()) : std::nullopt;
  if (!init) {
    return std::nullopt;
  }
  return SctpSegment{packet->source_port,
                     packet->destination_port,
                     packet->verification_tag,
                     init->cookie ? SctpSegment::Kind::kInitAck : SctpSegment::Kind::kInit,
                     init->tag};
}

std::string EncodeEcho(Family family, uint32_t token) {
  std::string out;
  Put16(out, family == Family::kIpv4 ? 0x0800 : 0x8000);
  Put16(out, 0);
  Put16(out, token & 0xffff);
  Put16(out, token >> 16);
  if (family == Family::kIpv4) {
    Set16(out, 2, InternetChecksum(out));
  }
  return out;
}

std::optional<uint32_t> DecodeEchoReply(Family family, std::string_view bytes) {
  const uint8_t reply = family == Family::kIpv4 ? 0 : 129;
  if (bytes.size() < 8 || Get8(bytes, 0) != reply) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(Get16(bytes, 6)) << 16 | Get16(bytes, 4);
}

std::string EncodeIp(const RawPacket& packet) {
  const std::string inner = EncodeTransport(packet);
  const Family family = packet.source.family();
  std::string out;
  if (family == Family::kIpv4) {
    Put16(out, 0x4500);
    Put16(out, static_cast<unsigned>(20 + inner.size()));
    Put32(out, 0x00004000);  // no identification; don't fragment
    Put8(out, 64);
    Put8(out, ProtocolNumber(packet.transport, family));
    Put16(out, 0);
    out += packet.source.Bytes() + packet.destination.Bytes();
    Set16(out, 10, InternetChecksum(out));
  } else {
    Put32(out, 0x60000000);
    Put16(out, static_cast<unsigned>(inner.size()));
    Put8(out, ProtocolNumber(packet.transport, family));
    Put8(out, 64);
    out += packet.source.Bytes() + packet.destination.Bytes();
  }
  return out + inner;
}

}  // namespace portcullis::lab
