// SPDX-License-Identifier: Apache-2.0
//
// See wire.h. Every packet is encoded and decoded on its way.
#include "tests/cluster/agnhost/tests/wire.h"

#include <algorithm>
#include <utility>

namespace portcullis::agnhost::test {
namespace {

const IpAddress& ClientAddress() {
  static const IpAddress kAddress = IpAddress::Parse("10.0.0.1").value();
  return kAddress;
}

const IpAddress& ServerAddress() {
  static const IpAddress kAddress = IpAddress::Parse("10.0.0.2").value();
  return kAddress;
}

std::vector<Service> Services() {
  return {Service{kPorter, Service::Kind::kPorter, "hello"},
          Service{kNetexec, Service::Kind::kNetexec, {}},
          Service{kEcho, Service::Kind::kEcho, {}}};
}

}  // namespace

std::string NameOf(net::ChunkType type) {
  switch (type) {
    case net::ChunkType::kData:
      return "DATA";
    case net::ChunkType::kInit:
      return "INIT";
    case net::ChunkType::kInitAck:
      return "INIT-ACK";
    case net::ChunkType::kSack:
      return "SACK";
    case net::ChunkType::kHeartbeat:
      return "HEARTBEAT";
    case net::ChunkType::kHeartbeatAck:
      return "HEARTBEAT-ACK";
    case net::ChunkType::kAbort:
      return "ABORT";
    case net::ChunkType::kShutdown:
      return "SHUTDOWN";
    case net::ChunkType::kShutdownAck:
      return "SHUTDOWN-ACK";
    case net::ChunkType::kCookieEcho:
      return "COOKIE-ECHO";
    case net::ChunkType::kCookieAck:
      return "COOKIE-ACK";
    case net::ChunkType::kShutdownComplete:
      return "SHUTDOWN-COMPLETE";
  }
  return "?";
}

Wire::Wire(uint16_t port, Fates fates)
    : client(Association::Connect({kClientPort, port}, {0xc11e0001, 0xffffffff}, {}, TimePoint{})),
      server(Services(), "pod-1", 0x5ec2e7),
      fates_(std::move(fates)) {
  CollectClient();
}

void Wire::Settle() {
  while (!under_way_.empty()) {
    Deliver();
  }
}

void Wire::Pass(std::chrono::milliseconds length) {
  for (const TimePoint end = now + length; now < end;) {
    now += std::min<TimePoint::duration>(end - now, std::chrono::milliseconds(10));
    client.Tick(now);
    CollectClient();
    Collect(server.Tick(now));
    Settle();
  }
}

std::string Wire::TakeLog() {
  return std::exchange(log_, {});
}

void Wire::ToClient(const net::SctpPacket& packet) {
  client.Receive(packet, now);
  CollectClient();
}

std::vector<net::SctpPacket> Wire::ToServer(net::SctpPacket packet) {
  std::vector<net::SctpPacket> out;
  for (Envelope& answer :
       server.Receive(Envelope{ServerAddress(), ClientAddress(), std::move(packet)}, now)) {
    out.push_back(std::move(answer.packet));
  }
  return out;
}

void Wire::Send(net::SctpPacket packet, bool from_client) {
  const std::string name = NameOf(packet.chunks.front().type);
  log_ += (log_.empty() ? "" : " ") + (from_client ? name + ">" : "<" + name);
  const Fate fate = fates_ ? fates_(packet) : Fate{};
  for (unsigned copy = 0; copy < fate.copies; ++copy) {
    const auto at = under_way_.end() - (fate.overtakes && !under_way_.empty() ? 1 : 0);
    under_way_.insert(at, UnderWay{packet, from_client});
  }
}

void Wire::Deliver() {
  const UnderWay next = under_way_.front();
  under_way_.pop_front();
  const net::SctpPacket packet = net::DecodeSctpPacket(net::Encode(next.packet)).value();
  if (next.from_client) {
    Collect(server.Receive(Envelope{ServerAddress(), ClientAddress(), packet}, now));
  } else {
    ToClient(packet);
  }
}

void Wire::Collect(const std::vector<Envelope>& envelopes) {
  for (const Envelope& envelope : envelopes) {
    Send(envelope.packet, false);
  }
}

void Wire::CollectClient() {
  for (net::SctpPacket& packet : client.TakePackets()) {
    Send(std::move(packet), true);
  }
}

}  // namespace portcullis::agnhost::test
