// SPDX-License-Identifier: Apache-2.0
//
// The SCTP codec: known bytes, what it must refuse, and that what it encodes it decodes again.
#include "tests/net/sctp_packet.h"

#include <cstdlib>
#include <random>

#include <catch2/catch.hpp>

#include "tests/k8s-client/seed.h"

namespace portcullis::net {
namespace {

SctpPacket HeartbeatPacket() {
  return SctpPacket{40000, 80, 0x01020304, {Chunk{ChunkType::kHeartbeat, 0, "12345"}}};
}

/// `bytes` with another CRC32c that is right, so that only what was changed in them is wrong.
std::string Summed(std::string bytes) {
  for (size_t i = 8; i < 12; ++i) {
    bytes[i] = 0;
  }
  const uint32_t crc = Crc32c(bytes);
  for (unsigned i = 0; i < 4; ++i) {
    bytes[8 + i] = static_cast<char>(crc >> 8 * i & 0xff);
  }
  return bytes;
}

SctpPacket RandomPacket(std::mt19937_64& random) {
  SctpPacket packet{1, 2, 3, {}};
  for (uint64_t left = 1 + random() % 3; left > 0; --left) {
    std::string value(random() % 48, '\0');
    for (char& byte : value) {
      byte = static_cast<char>(random() % 16);
    }
    packet.chunks.push_back(Chunk{static_cast<ChunkType>(random() % 16), 0, value});
  }
  return packet;
}

}  // namespace

TEST_CASE("CRC32c has its published check value") {
  CHECK(Crc32c("123456789") == 0xe3069283U);
  CHECK(Crc32c("") == 0);
  // RFC 3720, B.4
  CHECK(Crc32c(std::string(32, '\0')) == 0x8a9136aaU);
  CHECK(Crc32c(std::string(32, '\xff')) == 0x62a8ab43U);
}

TEST_CASE("a packet is laid out as RFC 9260 says, padded, its checksum little-endian") {
  const std::string bytes = Encode(HeartbeatPacket());
  const std::string expected_head("\x9c\x40\x00\x50\x01\x02\x03\x04", 8);
  const std::string expected_chunk(
      "\x04\x00\x00\x09"
      "12345\0\0\0",
      12);
  CHECK(bytes.substr(0, 8) == expected_head);
  CHECK(bytes.substr(12) == expected_chunk);
  CHECK(Summed(bytes) == bytes);
}

TEST_CASE("packets of several chunks survive encoding") {
  const SctpPacket packet{1,
                          65535,
                          0xffffffff,
                          {ToChunk(Data{7, 3, "hello"}),
                           SackOf(0xfffffffe),
                           Chunk{ChunkType::kCookieAck, 0, {}},
                           Chunk{static_cast<ChunkType>(192), 5, "x"}}};
  CHECK(DecodeSctpPacket(Encode(packet)) == packet);
}

TEST_CASE("the last chunk may come without its padding") {
  std::string bytes = Encode(HeartbeatPacket());
  bytes.resize(bytes.size() - 3);
  CHECK(DecodeSctpPacket(Summed(bytes)) == HeartbeatPacket());
}

TEST_CASE("a single flipped bit anywhere makes a packet void") {
  const std::string bytes = Encode(HeartbeatPacket());
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ 1 << bit % 8);
    INFO("bit " << bit);
    CHECK_FALSE(DecodeSctpPacket(damaged));
  }
}

TEST_CASE("lengths that lie make a packet void, whatever its checksum") {
  const std::string bytes = Encode(HeartbeatPacket());
  CHECK_FALSE(DecodeSctpPacket(Summed(bytes.substr(0, 12))));
  std::string too_long = bytes;
  too_long[15] = 13;
  CHECK_FALSE(DecodeSctpPacket(Summed(too_long)));
  std::string too_short = bytes;
  too_short[15] = 3;
  CHECK_FALSE(DecodeSctpPacket(Summed(too_short)));
  CHECK_FALSE(DecodeSctpPacket(Summed(bytes + std::string(2, '\0'))));
}

TEST_CASE("INIT and INIT ACK carry tag, TSN and cookie") {
  const Init init{0xdeadbeef, 42, {}};
  CHECK(ToChunk(init).type == ChunkType::kInit);
  CHECK(InitFrom(ToChunk(init)) == init);
  const Init ack{1, 0, "a cookie of 23 bytes ..."};
  CHECK(ToChunk(ack).type == ChunkType::kInitAck);
  CHECK(InitFrom(ToChunk(ack)) == ack);
}

TEST_CASE("the cookie is found behind parameters that are not known") {
  Chunk chunk = ToChunk(Init{1, 2, "cookie"});
  chunk.value.insert(16, std::string("\x80\x08\x00\x05\x01\x00\x00\x00", 8));
  REQUIRE(InitFrom(chunk));
  CHECK(InitFrom(chunk)->cookie == "cookie");
}

TEST_CASE("an INIT ACK without cookie, a tag of 0 and what is cut short are refused") {
  CHECK_FALSE(InitFrom(Chunk{ChunkType::kInitAck, 0, ToChunk(Init{1, 2, {}}).value}));
  CHECK_FALSE(InitFrom(ToChunk(Init{0, 2, {}})));
  CHECK_FALSE(InitFrom(Chunk{ChunkType::kInit, 0, std::string(15, 'x')}));
  CHECK_FALSE(InitFrom(Chunk{ChunkType::kSack, 0, std::string(16, 'x')}));
  CHECK_FALSE(DataFrom(ToChunk(Data{1, 1, {}})));
  CHECK_FALSE(AcknowledgedBy(Chunk{ChunkType::kSack, 0, std::string(11, 'x')}));
  CHECK_FALSE(AcknowledgedBy(Chunk{ChunkType::kShutdown, 0, "abc"}));
  CHECK_FALSE(AcknowledgedBy(ToChunk(Data{1, 1, "message"})));
}

TEST_CASE("random packets with a right checksum are decoded or refused, never overrun") {
  const uint64_t seed = test::SeedOfRun();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  size_t decoded = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = Encode(RandomPacket(random));
    if (round % 2 == 0) {
      bytes[12 + random() % (bytes.size() - 12)] = static_cast<char>(random() % 32);
      bytes.resize(bytes.size() - random() % 5);
    }
    const auto packet = DecodeSctpPacket(Summed(bytes));
    for (const Chunk& chunk : packet.value_or(SctpPacket{}).chunks) {
      static_cast<void>(InitFrom(chunk));
      static_cast<void>(DataFrom(chunk));
      static_cast<void>(AcknowledgedBy(chunk));
    }
    decoded += packet ? 1U : 0U;
    CHECK((!packet || DecodeSctpPacket(Encode(*packet)) == packet));
  }
  CHECK(decoded > 10000);
}

}  // namespace portcullis::net
