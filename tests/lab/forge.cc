// SPDX-License-Identifier: Apache-2.0
//
// See forge.h.
#include "tests/lab/forge.h"

#include <array>
#include <map>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/net/datagram.h"

// <linux/if_ether.h>: all protocols.
#define LAB_ETH_P_ALL 0x0003

namespace portcullis::lab {
namespace {

constexpr uint16_t kSourcePort = 40000;

/// What a forged packet carries, so that it is known again on the wire. Each is of its own length
/// plus an end mark, so that none is part of another.
std::string Payload(size_t number) {
  return "forged-" + std::to_string(number) + ";";
}

void SendForged(const Forgery& forgery, size_t number) {
  RawPacket packet;
  packet.source = forgery.source;
  packet.destination = forgery.victim->Address(forgery.source.family());
  packet.transport = forgery.transport;
  packet.source_port = static_cast<uint16_t>(kSourcePort + number);
  packet.destination_port = forgery.port;
  packet.payload = Payload(number);
  const int family = AddressFamily(forgery.source);
  const Fd raw = forgery.sender->netns.Socket(family, SOCK_RAW, IPPROTO_RAW);
  if (family == AF_INET6) {
    const int on = 1;
    Checked(::setsockopt(raw.get(), IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof on), "IPV6_HDRINCL");
  }
  // Some kernels refuse a source that is no address; then it has not arrived.
  net::Send(raw.get(), net::Datagram{ToSocketAddress(packet.destination, 0), {}, EncodeIp(packet)});
}

/// Listens to everything that comes into a host, as a packet socket sees it.
class Tap {
 public:
  explicit Tap(const Host& host)
      : socket_(host.netns.Socket(AF_PACKET, SOCK_DGRAM, htons(LAB_ETH_P_ALL))) {}

  void Collect(std::string& seen) const {
    std::array<char, 4096> buffer{};
    ssize_t size = 0;
    while ((size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0)) >= 0) {
      seen.append(buffer.data(), static_cast<size_t>(size));
    }
  }

 private:
  Fd socket_;
};

}  // namespace

std::string Forgery::ToString() const {
  return sender->name + " as " + source.ToString() + " → " + victim->name + " " +
         std::string(TransportName(transport)) + (port == 0 ? "" : " " + std::to_string(port));
}

std::vector<bool> Forge(const std::vector<Forgery>& forgeries, std::chrono::milliseconds wait) {
  std::map<const Host*, Tap> taps;
  for (const Forgery& forgery : forgeries) {
    taps.try_emplace(forgery.victim, *forgery.victim);
  }
  for (size_t i = 0; i < forgeries.size(); ++i) {
    SendForged(forgeries[i], i);
  }
  std::this_thread::sleep_for(wait);
  std::map<const Host*, std::string> seen;
  for (const auto& [victim, tap] : taps) {
    tap.Collect(seen[victim]);
  }
  std::vector<bool> arrived;
  for (size_t i = 0; i < forgeries.size(); ++i) {
    arrived.push_back(seen[forgeries[i].victim].find(Payload(i)) != std::string::npos);
  }
  return arrived;
}

}  // namespace portcullis::lab
