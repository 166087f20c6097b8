// SPDX-License-Identifier: Apache-2.0
//
// Which way a flow goes, told by one of its packets alone.
#include "controller/denied/flow_direction.h"

#include <catch2/catch.hpp>

namespace portcullis::denied {
namespace {

constexpr uint8_t kIcmp = 1;
constexpr uint8_t kTcp = 6;
constexpr uint8_t kUdp = 17;
constexpr uint8_t kIcmpv6 = 58;

nft::PacketHeader Icmp(uint8_t protocol, uint8_t type) {
  nft::PacketHeader header;
  header.protocol = protocol;
  header.icmp_type = type;
  return header;
}

nft::PacketHeader Ports(uint8_t protocol, uint16_t source, uint16_t destination) {
  nft::PacketHeader header;
  header.protocol = protocol;
  header.source_port = source;
  header.destination_port = destination;
  return header;
}

TEST_CASE("An echo's answer is told from its question, in both families", "[flow_direction]") {
  CHECK(QuestionTo(Icmp(kIcmp, 0)) == uint8_t{8});
  CHECK(QuestionTo(Icmp(kIcmpv6, 129)) == uint8_t{128});
  CHECK(SaysReply(Icmp(kIcmp, 0)) == true);
  CHECK(SaysReply(Icmp(kIcmpv6, 129)) == true);
  for (const auto& question : {Icmp(kIcmp, 8), Icmp(kIcmpv6, 128), Icmp(kIcmp, 13)}) {
    CHECK_FALSE(QuestionTo(question));
    CHECK(SaysReply(question) == false);
  }
  // The numbers of one family mean something else in the other, and nothing in TCP.
  CHECK_FALSE(QuestionTo(Icmp(kIcmpv6, 0)));
  CHECK_FALSE(QuestionTo(Icmp(kIcmp, 129)));
  CHECK_FALSE(QuestionTo(Icmp(kTcp, 0)));
}

TEST_CASE("A SYN begins a flow and SYN with ACK answers, whatever the ports", "[flow_direction]") {
  nft::PacketHeader header = Ports(kTcp, 80, 40000);
  header.tcp_flags = 0x02;
  CHECK(SaysReply(header) == false);
  header.tcp_flags = 0x12;
  CHECK(SaysReply(header) == true);
  header.tcp_flags = 0x10;  // In the midst of it: the ports tell.
  CHECK(SaysReply(header) == true);
}

TEST_CASE("A port that clients are given tells, where one end alone has one", "[flow_direction]") {
  CHECK(SaysReply(Ports(kUdp, 40000, 53)) == false);
  CHECK(SaysReply(Ports(kUdp, 53, 40000)) == true);
  CHECK(SaysReply(Ports(kUdp, 32768, 32767)) == false);
  CHECK_FALSE(SaysReply(Ports(kUdp, 53, 53)));
  CHECK_FALSE(SaysReply(Ports(kUdp, 40000, 40001)));
  nft::PacketHeader fragment;
  fragment.protocol = kUdp;
  CHECK_FALSE(SaysReply(fragment));
}

}  // namespace
}  // namespace portcullis::denied
