// SPDX-License-Identifier: Apache-2.0
//
// See frames.h.
#include "tests/bench/packets/frames.h"

#include <netinet/in.h>

namespace portcullis::bench {
namespace {

constexpr size_t kPayload = 18;
constexpr char kTtl = 64;
constexpr size_t kIpv4Header = 20;
constexpr size_t kIpv6Header = 40;
constexpr uint16_t kWindow = 0xffff;

void Put16(std::string& bytes, uint32_t value) {
  bytes.push_back(static_cast<char>(value >> 8U & 0xffU));
  bytes.push_back(static_cast<char>(value & 0xffU));
}

void Put32(std::string& bytes, uint32_t value) {
  Put16(bytes, value >> 16U);
  Put16(bytes, value & 0xffffU);
}

std::string Ipv4(const Endpoint& from, const Endpoint& to, char protocol, const std::string& body) {
  std::string packet("\x45\x00", 2);
  Put16(packet, static_cast<uint32_t>(kIpv4Header + body.size()));
  packet += std::string("\x00\x00\x40\x00", 4) + kTtl + protocol + std::string(2, '\0');
  return packet + from.address.Bytes() + to.address.Bytes() + body;
}

std::string Ipv6(const Endpoint& from, const Endpoint& to, char protocol, const std::string& body) {
  std::string packet("\x60\x00\x00\x00", 4);
  Put16(packet, static_cast<uint32_t>(body.size()));
  packet += std::string(1, protocol) + kTtl;
  return packet + from.address.Bytes() + to.address.Bytes() + body;
}

std::string Ip(const Endpoint& from, const Endpoint& to, char protocol, const std::string& body) {
  return from.address.family() == Family::kIpv4 ? Ipv4(from, to, protocol, body)
                                                : Ipv6(from, to, protocol, body);
}

}  // namespace

std::string UdpPacket(const Endpoint& from, const Endpoint& to) {
  std::string body;
  Put16(body, from.port);
  Put16(body, to.port);
  Put16(body, 8 + kPayload);
  Put16(body, 0);
  return Ip(from, to, IPPROTO_UDP, body + std::string(kPayload, 'x'));
}

std::string TcpPacket(
    const Endpoint& from, const Endpoint& to, uint8_t flags, uint32_t sequence, uint32_t ack) {
  std::string body;
  Put16(body, from.port);
  Put16(body, to.port);
  Put32(body, sequence);
  Put32(body, ack);
  Put16(body, 0x5000U | flags);
  Put16(body, kWindow);
  Put32(body, 0);
  return Ip(from, to, IPPROTO_TCP, body + std::string((flags & kSyn) != 0 ? 0 : kPayload, 'x'));
}

void SetSourcePort(std::string& packet, uint16_t port) {
  const size_t at = (packet.at(0) & 0x70) == 0x40 ? kIpv4Header : kIpv6Header;
  packet.at(at) = static_cast<char>(port >> 8U);
  packet.at(at + 1) = static_cast<char>(port & 0xffU);
}

}  // namespace portcullis::bench
