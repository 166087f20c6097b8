// SPDX-License-Identifier: Apache-2.0
//
//   SCTP:  ports(2,2) verification tag(4) CRC32c(4, little-endian) chunk            RFC 9260
//   chunk: type(1) flags(1) length(2) initiate tag(4) window(4) streams(2,2) TSN(4) [cookie]
//   echo:  type(1) code(1) checksum(2) identifier(2) sequence(2)                    RFC 792, 4443
#include "tests/lab/packet.h"

#include <cstring>
#include <tuple>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace portcullis::lab {
namespace {

constexpr size_t kSctpHeader = 12;
constexpr size_t kInitChunk = 20;
constexpr uint16_t kCookieParameter = 7;
constexpr uint32_t kWindow = 65536;
constexpr uint8_t kIcmpv6 = 58;

void Put8(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value & 0xff));
}

void Put16(std::string& out, unsigned value) {
  Put8(out, value >> 8);
  Put8(out, value);
}

void Put32(std::string& out, uint32_t value) {
  Put16(out, value >> 16);
  Put16(out, value & 0xffff);
}

uint8_t At(std::string_view bytes, size_t index) {
  return static_cast<uint8_t>(bytes[index]);
}

uint16_t Get16(std::string_view bytes, size_t index) {
  return static_cast<uint16_t>(At(bytes, index) << 8 | At(bytes, index + 1));
}

uint32_t Get32(std::string_view bytes, size_t index) {
  return static_cast<uint32_t>(Get16(bytes, index)) << 16 | Get16(bytes, index + 2);
}

void Set16(std::string& bytes, size_t index, uint16_t value) {
  bytes[index] = static_cast<char>(value >> 8);
  bytes[index + 1] = static_cast<char>(value & 0xff);
}

/// RFC 1071.
uint16_t InternetChecksum(std::string_view bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    sum += Get16(bytes, i);
  }
  if (bytes.size() % 2 != 0) {
    sum += static_cast<uint32_t>(At(bytes, bytes.size() - 1)) << 8;
  }
  while (sum >> 16 != 0) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<uint16_t>(~sum);
}

uint32_t Crc32c(std::string_view bytes) {
  uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78U : crc >> 1;
    }
  }
  return ~crc;
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

sockaddr* SocketAddress::get() {
  return reinterpret_cast<sockaddr*>(&storage);
}

const sockaddr* SocketAddress::get() const {
  return reinterpret_cast<const sockaddr*>(&storage);
}

int AddressFamily(const IpAddress& address) {
  return address.family() == Family::kIpv4 ? AF_INET : AF_INET6;
}

SocketAddress ToSocketAddress(const IpAddress& address, uint16_t port) {
  SocketAddress out;
  const std::string bytes = address.Bytes();
  if (address.family() == Family::kIpv4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, bytes.data(), bytes.size());
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  }
  return out;
}

IpAddress FromSocketAddress(const SocketAddress& address) {
  std::string bytes;
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address.storage, sizeof in);
    bytes.assign(reinterpret_cast<const char*>(&in.sin_addr), sizeof in.sin_addr);
  } else {
    sockaddr_in6 in{};
    std::memcpy(&in, &address.storage, sizeof in);
    bytes.assign(reinterpret_cast<const char*>(&in.sin6_addr), sizeof in.sin6_addr);
    if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) {
      bytes.erase(0, 12);
    }
  }
  return IpAddress::FromBytes(bytes).value();
}

std::string EncodeSctp(const SctpSegment& segment) {
  const bool ack = segment.kind == SctpSegment::Kind::kInitAck;
  const size_t cookie = ack ? 8 : 0;
  std::string out;
  Put16(out, segment.source_port);
  Put16(out, segment.destination_port);
  Put32(out, segment.verification_tag);
  Put32(out, 0);
  Put8(out, static_cast<unsigned>(segment.kind));
  Put8(out, 0);
  Put16(out, static_cast<unsigned>(kInitChunk + cookie));
  Put32(out, segment.initiate_tag);
  Put32(out, kWindow);
  Put16(out, 1);
  Put16(out, 1);
  Put32(out, segment.initiate_tag);
  if (ack) {
    Put16(out, kCookieParameter);
    Put16(out, 8);
    Put32(out, segment.initiate_tag);
  }
  const uint32_t crc = Crc32c(out);
  for (unsigned i = 0; i < 4; ++i) {
    out[8 + i] = static_cast<char>(crc >> 8 * i & 0xff);
  }
  return out;
}

std::optional<SctpSegment> DecodeSctp(std::string_view bytes) {
  if (bytes.size() < kSctpHeader + kInitChunk || At(bytes, 12) < 1 || At(bytes, 12) > 2) {
    return std::nullopt;
  }
  return SctpSegment{Get16(bytes, 0),
                     Get16(bytes, 2),
                     Get32(bytes, 4),
                     static_cast<SctpSegment::Kind>(At(bytes, 12)),
                     Get32(bytes, 16)};
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
  if (bytes.size() < 8 || At(bytes, 0) != reply) {
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

std::string_view WithoutIpHeader(Family family, std::string_view datagram) {
  if (family == Family::kIpv4 && !datagram.empty()) {
    datagram.remove_prefix(std::min<size_t>(datagram.size(), size_t{At(datagram, 0) & 0xfU} * 4));
  }
  return datagram;
}

}  // namespace portcullis::lab
