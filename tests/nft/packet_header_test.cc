// SPDX-License-Identifier: Apache-2.0
//
// Reading what the kernel tells of a packet: whole headers, cut ones, and bytes that are none.
#include "nft/packet_header.h"

#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

using namespace std::string_literals;
using test::Seed;

std::string Address(const std::string& text) {
  return IpAddress::Parse(text).value().Bytes();
}

std::string Ipv4(char protocol, const std::string& body, const std::string& fragment = "\x40\0"s) {
  return "\x45\0\0\x2c\0\0"s + fragment + "\x40"s + protocol + "\0\0"s + Address("10.0.0.1") +
         Address("10.0.0.2") + body;
}

std::string Ipv6(char next, const std::string& body) {
  return "\x60\0\0\0\0\x20"s + next + "\x40"s + Address("fd00::1") + Address("fd00::2") + body;
}

const std::string kTcp = "\x9c\x40\0\x50\0\0\0\1\0\0\0\0\x50\x02\xff\xff\0\0\0\0"s;  // 40000 → 80
const std::string kUdp = "\x9c\x40\0\x35\0\x08\0\0"s;                                // 40000 → 53

PacketHeader Read(const std::string& bytes) {
  const auto header = ReadPacketHeader(bytes);
  REQUIRE(header);
  return *header;
}

}  // namespace

TEST_CASE("a packet's ends, protocol and ports are read") {
  const PacketHeader tcp = Read(Ipv4(6, kTcp));
  CHECK(tcp.source.ToString() == "10.0.0.1");
  CHECK(tcp.destination.ToString() == "10.0.0.2");
  CHECK(tcp.protocol == 6);
  CHECK(tcp.source_port == 40000);
  CHECK(tcp.destination_port == 80);
  CHECK(tcp.tcp_flags == 2);
  CHECK_FALSE(tcp.icmp_type);
  CHECK_FALSE(tcp.later_fragment);

  const PacketHeader udp = Read(Ipv6(17, kUdp));
  CHECK(udp.source.ToString() == "fd00::1");
  CHECK(udp.destination.ToString() == "fd00::2");
  CHECK(udp.protocol == 17);
  CHECK(udp.destination_port == 53);
  CHECK_FALSE(udp.tcp_flags);

  const PacketHeader sctp = Read(Ipv4('\x84', kUdp));
  CHECK(sctp.protocol == 132);
  CHECK(sctp.source_port == 40000);
}

TEST_CASE("ICMP has a type and a code, other protocols have neither ports nor type") {
  const PacketHeader echo = Read(Ipv4(1, "\x08\0\0\0"s));
  CHECK(echo.icmp_type == 8);
  CHECK(echo.icmp_code == 0);
  CHECK_FALSE(echo.source_port);
  const PacketHeader six = Read(Ipv6(58, "\x80\x03\0\0"s));
  CHECK(six.icmp_type == 128);
  CHECK(six.icmp_code == 3);
  const PacketHeader gre = Read(Ipv4(47, kTcp));
  CHECK(gre.protocol == 47);
  CHECK_FALSE(gre.source_port);
  CHECK_FALSE(gre.icmp_type);
}

TEST_CASE("IPv4 options and IPv6 extension headers are passed over") {
  std::string options = Ipv4(17, "\1\1\1\1"s + kUdp);
  options.front() = '\x46';
  CHECK(Read(options).destination_port == 53);
  // Hop-by-hop of 8 bytes, destination options of 16, authentication of 12, then UDP.
  const std::string chain =
      "\x3c\0\0\0\0\0\0\0"s + "\x33\1"s + std::string(14, '\0') + "\x11\1"s + std::string(10, '\0');
  const PacketHeader header = Read(Ipv6(0, chain + kUdp));
  CHECK(header.protocol == 17);
  CHECK(header.destination_port == 53);
}

TEST_CASE("only the first fragment has ports") {
  CHECK(Read(Ipv4(17, kUdp, "\x20\0"s)).destination_port == 53);
  const PacketHeader later = Read(Ipv4(17, kUdp, "\x20\x01"s));
  CHECK(later.later_fragment);
  CHECK(later.protocol == 17);
  CHECK_FALSE(later.destination_port);
  CHECK(Read(Ipv6(44, "\x11\0\0\1\0\0\0\0"s + kUdp)).destination_port == 53);
  const PacketHeader later6 = Read(Ipv6(44, "\x11\0\0\x08\0\0\0\0"s + kUdp));
  CHECK(later6.later_fragment);
  CHECK(later6.protocol == 17);
  CHECK_FALSE(later6.destination_port);
}

TEST_CASE("what is cut off is missing, and without both addresses there is nothing") {
  for (const std::string& whole :
       {Ipv4(6, kTcp), Ipv6(6, kTcp), Ipv6(0, "\x06\0\0\0\0\0\0\0"s + kTcp)}) {
    const bool four = (whole.front() & 0x70) == 0x40;
    const size_t header = four ? 20 : 40;
    for (size_t size = 0; size < whole.size(); ++size) {
      INFO(size << " bytes of " << whole.size());
      const auto read = ReadPacketHeader(std::string_view(whole).substr(0, size));
      REQUIRE(read.has_value() == (size >= header));
      if (read) {
        CHECK(read->destination == Read(whole).destination);
        CHECK(read->destination_port.has_value() == (size + kTcp.size() >= whole.size() + 4));
      }
    }
  }
}

TEST_CASE("bytes that are no packet are nothing") {
  CHECK_FALSE(ReadPacketHeader(""));
  CHECK_FALSE(ReadPacketHeader(std::string(60, '\0')));
  CHECK_FALSE(ReadPacketHeader(std::string(60, '\x55')));
  // A header length that is too short for a header.
  std::string packet = Ipv4(6, kTcp);
  packet.front() = '\x44';
  CHECK_FALSE(ReadPacketHeader(packet));
}

TEST_CASE("nothing beyond the end is ever read, whatever the bytes are") {
  std::mt19937_64 random(Seed());
  INFO("seed " << Seed());
  const std::vector<std::string> models = {
      Ipv4(6, kTcp), Ipv6(17, kUdp), Ipv6(0, "\x2c\0\0\0\0\0\0\0\x11\0\0\1\0\0\0\0"s + kUdp)};
  for (int i = 0; i < 200000; ++i) {
    // Of exactly its size, so that AddressSanitizer sees a byte too many.
    std::vector<char> bytes(random() % 160);
    for (char& byte : bytes) {
      byte = static_cast<char>(random());
    }
    const std::string& model = models.at(random() % models.size());
    for (size_t at = 0; at < std::min(bytes.size(), model.size()); ++at) {
      bytes.at(at) = random() % 16 == 0 ? bytes.at(at) : model.at(at);
    }
    const auto header = ReadPacketHeader({bytes.data(), bytes.size()});
    if (header) {
      REQUIRE(header->source.family() == header->destination.family());
      REQUIRE((!header->later_fragment || !header->source_port));
    }
  }
}

}  // namespace portcullis::nft
