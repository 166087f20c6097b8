// SPDX-License-Identifier: Apache-2.0
//
// Laws under a bad line and under nonsense: every message arrives once and in order as long as a
// packet has some chance; no packet, however odd, breaks either side or makes it send without end.
#include <random>

#include <catch2/catch.hpp>

#include "tests/cluster/agnhost/tests/wire.h"
#include "tests/k8s-client/seed.h"

namespace portcullis::agnhost::test {
namespace {

using net::Chunk;
using net::ChunkType;
using net::SctpPacket;
using State = Association::State;
using std::chrono::milliseconds;

using Random = std::mt19937_64;

bool OneIn(Random& random, unsigned n) {
  return random() % n == 0;
}

/// A third is lost, some come twice or late.
Wire::Fates BadLine(Random& random) {
  return [&random](const SctpPacket&) {
    return Wire::Fate{OneIn(random, 3) ? 0U : 1U + (OneIn(random, 5) ? 1U : 0U), OneIn(random, 5)};
  };
}

std::string RandomBytes(Random& random, size_t size) {
  std::string out(size, '\0');
  for (char& byte : out) {
    byte = static_cast<char>(OneIn(random, 2) ? random() % 4 : random() % 256);
  }
  return out;
}

/// A chunk that often is nearly right: `tsn` and the TSNs about it are the ones that count.
Chunk RandomChunk(Random& random, uint32_t tsn) {
  const auto near = static_cast<uint32_t>(tsn + random() % 5 - 2);
  switch (random() % 8) {
    case 0:
      return net::ToChunk(net::Data{near, 0, RandomBytes(random, 1 + random() % 64)});
    case 1:
      return net::SackOf(near);
    case 2:
      return net::ShutdownOf(near);
    case 3:
      return net::ToChunk(net::Init{static_cast<uint32_t>(random() % 3), near, {}});
    case 4:
      return net::ToChunk(net::Init{1, near, RandomBytes(random, random() % 32)});
    default:
      return Chunk{static_cast<ChunkType>(random() % 16),
                   static_cast<uint8_t>(random() % 4),
                   RandomBytes(random, random() % 40)};
  }
}

SctpPacket RandomPacket(Random& random, Ports ports, uint32_t tag, uint32_t tsn) {
  SctpPacket packet{ports.peer, ports.local, OneIn(random, 4) ? 0 : tag, {}};
  for (uint64_t left = 1 + random() % 3; left > 0; --left) {
    packet.chunks.push_back(RandomChunk(random, tsn));
  }
  return packet;
}

/// The server's tag, which a client learns.
uint32_t TagOfServer(Wire& wire, uint32_t client_tag) {
  const SctpPacket init{
      kClientPort, kEcho, 0, {net::ToChunk(net::Init{client_tag, 0xffffffff, {}})}};
  return net::InitFrom(wire.ToServer(init).at(0).chunks.front()).value().tag;
}

}  // namespace

TEST_CASE("over a bad line every message arrives once, in order, and both sides come to an end") {
  uint64_t seed = portcullis::test::SeedOfRun();
  unsigned complete = 0;
  for (int run = 0; run < 300; ++run, ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Wire wire(kEcho, BadLine(random));
    for (int i = 0; i < 5; ++i) {
      wire.client.Send(std::to_string(i), wire.now);
    }
    std::string got;
    wire.Pass(milliseconds(20000));
    while (const auto message = wire.client.TakeMessage()) {
      got += *message;
    }
    // The server gives up after eight sendings of one packet, which happens on so bad a line.
    REQUIRE(std::string("01234").starts_with(got));
    CHECK((got.size() == 5 || wire.server.associations() == 0));
    complete += got.size() == 5 ? 1U : 0U;
    wire.client.ShutDown(wire.now);
    wire.Pass(milliseconds(20000));
    CHECK(wire.server.associations() == 0);
    CHECK_FALSE(wire.server.NextTick());
  }
  CHECK(complete > 200);
}

TEST_CASE("nonsense with the right tag breaks nothing and is answered by few packets") {
  uint64_t seed = portcullis::test::SeedOfRun();
  for (int run = 0; run < 300; ++run, ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    Wire wire(kEcho);
    const uint32_t server_tag = TagOfServer(wire, 0xc11e0001);
    if (OneIn(random, 2)) {
      wire.Settle();
    }
    for (int i = 0; i < 200; ++i) {
      const bool to_client = OneIn(random, 2);
      const SctpPacket packet =
          to_client ? RandomPacket(random, {kClientPort, kEcho}, 0xc11e0001, server_tag)
                    : RandomPacket(random, {kEcho, kClientPort}, server_tag, 0xffffffff);
      if (to_client) {
        wire.client.Receive(packet, wire.now);
        CHECK(wire.client.TakePackets().size() <= 2 * packet.chunks.size() + 1);
      } else {
        CHECK(wire.ToServer(packet).size() <= 2 * packet.chunks.size() + 1);
      }
      wire.now += milliseconds(random() % 300);
      wire.client.Tick(wire.now);
      CHECK(wire.client.TakePackets().size() <= 1);
      CHECK(wire.server.Tick(wire.now).size() <= 1);
    }
    CHECK(wire.server.associations() <= 1);
  }
}

}  // namespace portcullis::agnhost::test
