// SPDX-License-Identifier: Apache-2.0
//
// The association and the server, by example: what goes over the line when all is well, and when a
// packet is lost, comes twice, comes late, or is not for us.
#include <map>

#include <catch2/catch.hpp>

#include "tests/cluster/agnhost/tests/wire.h"

namespace portcullis::agnhost::test {
namespace {

using net::Chunk;
using net::ChunkType;
using net::SctpPacket;
using State = Association::State;
using std::chrono::milliseconds;

constexpr uint32_t kClientTag = 0xc11e0001;

/// Everything arrives but the first `count` of `type`.
Wire::Fates Losing(ChunkType type, unsigned count = 1) {
  return [type, count](const SctpPacket& packet) mutable {
    const bool lost = packet.chunks.front().type == type && count > 0;
    count -= lost ? 1U : 0U;
    return Wire::Fate{lost ? 0U : 1U, false};
  };
}

SctpPacket PacketToClient(uint32_t tag, Chunk chunk) {
  return SctpPacket{kEcho, kClientPort, tag, {std::move(chunk)}};
}

/// Until the association is established.
void ShakeHands(Wire& wire) {
  wire.Settle();
  REQUIRE(wire.client.state() == State::kEstablished);
  static_cast<void>(wire.TakeLog());
}

}  // namespace

TEST_CASE("a handshake, an exchange and a shutdown, as conntrack wants to see them") {
  Wire wire(kEcho);
  wire.Settle();
  CHECK(wire.TakeLog() == "INIT> <INIT-ACK COOKIE-ECHO> <COOKIE-ACK");
  wire.client.Send("ping", wire.now);
  wire.Pass(milliseconds(10));
  CHECK(wire.client.TakeMessage() == "ping");
  CHECK(wire.TakeLog() == "DATA> <SACK <DATA SACK>");
  wire.client.ShutDown(wire.now);
  wire.Pass(milliseconds(10));
  CHECK(wire.TakeLog() == "SHUTDOWN> <SHUTDOWN-ACK SHUTDOWN-COMPLETE>");
  CHECK(wire.client.state() == State::kClosed);
  CHECK(wire.server.associations() == 0);
}

TEST_CASE("porter sends its value and ends") {
  Wire wire(kPorter);
  wire.Settle();
  CHECK(wire.client.TakeMessage() == "hello");
  CHECK(wire.client.state() == State::kClosed);
  CHECK(wire.server.associations() == 0);
}

TEST_CASE("netexec answers one command and ends") {
  Wire wire(kNetexec);
  ShakeHands(wire);
  wire.client.Send("hostname\n", wire.now);
  wire.Pass(milliseconds(10));
  CHECK(wire.client.TakeMessage() == "pod-1");
  CHECK(wire.client.state() == State::kClosed);
}

TEST_CASE("netexec ends without an answer to what it does not know") {
  Wire wire(kNetexec);
  ShakeHands(wire);
  wire.client.Send("nonsense", wire.now);
  wire.Pass(milliseconds(10));
  CHECK_FALSE(wire.client.TakeMessage());
  CHECK(wire.client.state() == State::kClosed);
}

TEST_CASE("netexec's commands") {
  const Ports ports{83, 40000};
  const IpAddress peer4 = IpAddress::Parse("10.0.0.1").value();
  const IpAddress peer6 = IpAddress::Parse("fd00::1").value();
  CHECK(NetexecAnswer(" HostName\r\n", peer4, ports, "pod-1") == "pod-1");
  CHECK(NetexecAnswer("echo Some  text\n", peer4, ports, "") == "some  text");
  CHECK(NetexecAnswer("clientip", peer4, ports, "") == "10.0.0.1:40000");
  CHECK(NetexecAnswer("clientip", peer6, ports, "") == "[fd00::1]:40000");
  CHECK(NetexecAnswer("serverport", peer4, ports, "") == "83");
  CHECK_FALSE(NetexecAnswer("", peer4, ports, "pod-1"));
  CHECK_FALSE(NetexecAnswer(" \n", peer4, ports, "pod-1"));
  CHECK_FALSE(NetexecAnswer("echo", peer4, ports, "pod-1"));
}

TEST_CASE("whatever packet is lost once, the exchange succeeds a quarter of a second later") {
  const auto lost = GENERATE(ChunkType::kInit,
                             ChunkType::kInitAck,
                             ChunkType::kCookieEcho,
                             ChunkType::kCookieAck,
                             ChunkType::kData,
                             ChunkType::kSack,
                             ChunkType::kShutdown,
                             ChunkType::kShutdownAck);
  INFO(NameOf(lost));
  Wire wire(kEcho, Losing(lost));
  wire.client.Send("ping", wire.now);
  wire.Settle();
  wire.Pass(milliseconds(260));
  CHECK(wire.client.TakeMessage() == "ping");
  CHECK_FALSE(wire.client.TakeMessage());
  wire.client.ShutDown(wire.now);
  wire.Pass(milliseconds(600));
  CHECK(wire.client.state() == State::kClosed);
  CHECK(wire.server.associations() == 0);
}

TEST_CASE("a client does not give up, as its caller has a deadline") {
  Wire wire(kEcho, Losing(ChunkType::kInit, 1000));
  wire.Pass(milliseconds(10000));
  CHECK(wire.client.state() == State::kCookieWait);
  const std::string log = wire.TakeLog();
  CHECK(std::count(log.begin(), log.end(), '>') == 41);
}

TEST_CASE("a server sends eight times, each after 250 ms, and then forgets the client") {
  Wire wire(kPorter, Losing(ChunkType::kData, 1000));
  wire.Settle();
  wire.Pass(milliseconds(1999));
  CHECK(wire.TakeLog() ==
        "INIT> <INIT-ACK COOKIE-ECHO> <COOKIE-ACK <DATA <DATA <DATA <DATA <DATA <DATA <DATA <DATA");
  CHECK(wire.server.associations() == 1);
  wire.Pass(milliseconds(2));
  CHECK(wire.server.associations() == 0);
  CHECK_FALSE(wire.server.NextTick());
}

TEST_CASE("packets that come twice change nothing") {
  Wire wire(kEcho, [](const SctpPacket&) { return Wire::Fate{2, false}; });
  wire.client.Send("once", wire.now);
  wire.Settle();
  wire.Pass(milliseconds(500));
  CHECK(wire.client.TakeMessage() == "once");
  CHECK_FALSE(wire.client.TakeMessage());
  CHECK(wire.server.associations() == 1);
  wire.client.ShutDown(wire.now);
  wire.Pass(milliseconds(2500));
  CHECK(wire.client.state() == State::kClosed);
  CHECK(wire.server.associations() == 0);
}

TEST_CASE("a repeated INIT gets the same tag, TSN and cookie: conntrack keeps the last one's tag") {
  Wire wire(kEcho);
  const SctpPacket init{
      kClientPort, kEcho, 0, {net::ToChunk(net::Init{kClientTag, 0xffffffff, {}})}};
  const auto first = wire.ToServer(init);
  REQUIRE(first.size() == 1);
  CHECK(wire.ToServer(init) == first);
  wire.Settle();
  CHECK(wire.client.state() == State::kEstablished);
  CHECK(wire.ToServer(init) == first);
}

TEST_CASE("DATA that overtakes COOKIE ACK is left to come again") {
  Wire wire(kPorter, [](const SctpPacket& packet) {
    return Wire::Fate{1, packet.chunks.front().type == ChunkType::kData};
  });
  wire.Settle();
  wire.Pass(milliseconds(300));
  CHECK(wire.client.TakeMessage() == "hello");
  CHECK_FALSE(wire.client.TakeMessage());
}

TEST_CASE("a packet with a wrong tag is for somebody else") {
  Wire wire(kEcho);
  ShakeHands(wire);
  for (const Chunk& chunk : {net::ToChunk(net::Data{1, 0, "forged"}),
                             Chunk{ChunkType::kAbort, 0, {}},
                             Chunk{ChunkType::kAbort, net::kReflectedTag, {}},
                             Chunk{ChunkType::kShutdown, 0, std::string(4, '\0')},
                             Chunk{ChunkType::kHeartbeat, 0, "x"}}) {
    wire.ToClient(PacketToClient(kClientTag + 1, chunk));
  }
  CHECK(wire.client.state() == State::kEstablished);
  CHECK_FALSE(wire.client.TakeMessage());
  CHECK(wire.TakeLog().empty());
}

TEST_CASE("a server takes no cookie that it has not made, nor one with another's tag") {
  Wire wire(kEcho);
  const SctpPacket init{kClientPort, kEcho, 0, {net::ToChunk(net::Init{7, 1, {}})}};
  const auto answer = wire.ToServer(init);
  REQUIRE(answer.size() == 1);
  const net::Init ack = net::InitFrom(answer.front().chunks.front()).value();
  const auto echo = [&](uint32_t tag, const std::string& cookie) {
    return wire.ToServer(
        SctpPacket{kClientPort, kEcho, tag, {Chunk{ChunkType::kCookieEcho, 0, cookie}}});
  };
  CHECK(echo(ack.tag + 1, *ack.cookie).empty());
  CHECK(echo(ack.tag, "").empty());
  CHECK(echo(ack.tag, std::string(8, '\0')).empty());
  CHECK(echo(ack.tag, std::string("\0\0\0\x08", 4) + ack.cookie->substr(4)).empty());
  CHECK(wire.server.associations() == 0);
  CHECK(echo(ack.tag, *ack.cookie).size() == 1);
  CHECK(wire.server.associations() == 1);
}

TEST_CASE("a port that nobody serves is silent") {
  Wire wire(85);
  wire.Pass(milliseconds(1000));
  CHECK(wire.client.state() == State::kCookieWait);
  CHECK(wire.TakeLog() == "INIT> INIT> INIT> INIT> INIT>");
}

TEST_CASE("ABORT ends an association, at once and on either side") {
  Wire wire(kEcho);
  SECTION("while the client waits for its first answer") {
    wire.ToClient(PacketToClient(kClientTag, Chunk{ChunkType::kAbort, 0, {}}));
  }
  SECTION("later") {
    ShakeHands(wire);
    wire.ToClient(PacketToClient(kClientTag, Chunk{ChunkType::kAbort, 0, {}}));
  }
  CHECK(wire.client.state() == State::kAborted);
  CHECK_FALSE(wire.client.NextTick());
}

TEST_CASE("a client that begins anew from the same port replaces what was there") {
  Wire wire(kEcho);
  ShakeHands(wire);
  const SctpPacket init{kClientPort, kEcho, 0, {net::ToChunk(net::Init{99, 5, {}})}};
  const auto ack = net::InitFrom(wire.ToServer(init).at(0).chunks.front()).value();
  const SctpPacket echo{
      kClientPort, kEcho, ack.tag, {Chunk{ChunkType::kCookieEcho, 0, *ack.cookie}}};
  REQUIRE(wire.ToServer(echo).size() == 1);
  CHECK(wire.ToServer(echo).at(0).chunks.front().type == ChunkType::kCookieAck);
  CHECK(wire.server.associations() == 1);
  wire.client.Send("from the one before", wire.now);
  wire.Pass(milliseconds(300));
  CHECK_FALSE(wire.client.TakeMessage());
}

TEST_CASE("HEARTBEAT comes back as it went") {
  Wire wire(kEcho);
  ShakeHands(wire);
  wire.client.Receive(PacketToClient(kClientTag, Chunk{ChunkType::kHeartbeat, 0, "beat"}),
                      wire.now);
  const auto packets = wire.client.TakePackets();
  REQUIRE(packets.size() == 1);
  CHECK(packets.front().chunks.front() == Chunk{ChunkType::kHeartbeatAck, 0, "beat"});
}

TEST_CASE("messages keep their order, and a peer that acknowledges nothing cannot fill memory") {
  Wire wire(kEcho);
  ShakeHands(wire);
  for (int i = 0; i < 10; ++i) {
    wire.client.Send(std::to_string(i), wire.now);
  }
  wire.Pass(milliseconds(10));
  for (int i = 0; i < 10; ++i) {
    CHECK(wire.client.TakeMessage() == std::to_string(i));
  }
  for (uint32_t i = 0; i < 100; ++i) {
    wire.ToClient(PacketToClient(kClientTag, net::ToChunk(net::Data{i, 0, "x"})));
  }
  size_t taken = 0;
  while (wire.client.TakeMessage()) {
    ++taken;
  }
  CHECK(taken <= 16);
}

TEST_CASE("a server holds 128 clients, and the longest silent one goes first") {
  Wire wire(kEcho);
  ShakeHands(wire);
  for (uint16_t port = 1; port <= 300; ++port) {
    wire.now += milliseconds(1);
    const SctpPacket init{port, kEcho, 0, {net::ToChunk(net::Init{port, 1, {}})}};
    const auto ack = net::InitFrom(wire.ToServer(init).at(0).chunks.front()).value();
    REQUIRE(
        wire.ToServer(
                SctpPacket{port, kEcho, ack.tag, {Chunk{ChunkType::kCookieEcho, 0, *ack.cookie}}})
            .size() == 1);
    if (port % 100 == 0) {
      wire.client.Send("still here", wire.now);
      wire.Pass(milliseconds(10));
      CHECK(wire.client.TakeMessage() == "still here");
    }
  }
  CHECK(wire.server.associations() == 128);
}

}  // namespace portcullis::agnhost::test
