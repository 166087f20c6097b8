// SPDX-License-Identifier: Apache-2.0
//
// See server.h.
#include "tests/cluster/agnhost/server.h"

#include <algorithm>
#include <utility>

#include "tests/net/bytes.h"

namespace portcullis::agnhost {
namespace {

using net::Chunk;
using net::ChunkType;

constexpr size_t kMostClients = 128;
constexpr Patience kPatience{std::chrono::milliseconds(250), 8};
constexpr std::string_view kBlanks = " \t\r\n";

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
  });
  return out;
}

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The cookie holds all that is to be remembered of the client.
std::string CookieOf(const net::Init& init) {
  std::string out;
  net::Put32(out, init.tag);
  net::Put32(out, init.first_tsn);
  return out;
}

std::optional<EndPoint> PeerFrom(const std::string& cookie) {
  return cookie.size() == 8 && net::Get32(cookie, 0) != 0
             ? std::optional(EndPoint{net::Get32(cookie, 0), net::Get32(cookie, 4)})
             : std::nullopt;
}

/// All that `association` wants sent.
void Drain(const std::optional<IpAddress>& local,
           const IpAddress& peer,
           Association& association,
           std::vector<Envelope>& out) {
  for (net::SctpPacket& packet : association.TakePackets()) {
    out.push_back(Envelope{local, peer, std::move(packet)});
  }
}

}  // namespace

std::optional<std::string> NetexecAnswer(std::string_view request,
                                         const IpAddress& peer,
                                         Ports ports,
                                         const std::string& hostname) {
  constexpr std::string_view kEchoPrefix = "echo ";
  const std::string command = Lower(Trim(request));
  if (command == "hostname") {
    return hostname;
  }
  if (command.starts_with(kEchoPrefix)) {
    return command.substr(kEchoPrefix.size());
  }
  if (command == "clientip") {
    const std::string address = peer.ToString();
    return (peer.family() == Family::kIpv6 ? "[" + address + "]" : address) + ":" +
           std::to_string(ports.peer);
  }
  return command == "serverport" ? std::optional(std::to_string(ports.local)) : std::nullopt;
}

Server::Server(std::vector<Service> services, std::string hostname, uint32_t secret)
    : services_(std::move(services)),
      hostname_(std::move(hostname)),
      secret_(secret) {}

std::vector<Envelope> Server::Receive(const Envelope& envelope, TimePoint now) {
  const Service* service = ServiceAt(envelope.packet.destination_port);
  if (service == nullptr || envelope.packet.chunks.empty()) {
    return {};
  }
  const ChunkType first = envelope.packet.chunks.front().type;
  if (first == ChunkType::kInit) {
    return AnswerInit(envelope);
  }
  Client* client =
      first == ChunkType::kCookieEcho ? Admit(*service, envelope, now) : Find(envelope);
  std::vector<Envelope> out;
  if (client != nullptr) {
    client->heard = now;
    client->association.Receive(envelope.packet, now);
    AnswerMessages(*client, now);
    Drain(client->local, client->peer, client->association, out);
  }
  std::erase_if(clients_, [](const Client& one) { return one.association.Over(); });
  return out;
}

std::vector<Envelope> Server::Tick(TimePoint now) {
  std::vector<Envelope> out;
  for (Client& client : clients_) {
    client.association.Tick(now);
    Drain(client.local, client.peer, client.association, out);
  }
  std::erase_if(clients_, [](const Client& one) { return one.association.Over(); });
  return out;
}

std::optional<TimePoint> Server::NextTick() const {
  std::optional<TimePoint> out;
  for (const Client& client : clients_) {
    const auto tick = client.association.NextTick();
    out = tick && (!out || *tick < *out) ? tick : out;
  }
  return out;
}

const Service* Server::ServiceAt(uint16_t port) const {
  const auto found = std::find_if(
      services_.begin(), services_.end(), [&](const Service& one) { return one.port == port; });
  return found == services_.end() ? nullptr : &*found;
}

Server::Client* Server::Find(const Envelope& envelope) {
  const Ports ports{envelope.packet.destination_port, envelope.packet.source_port};
  const auto found = std::find_if(clients_.begin(), clients_.end(), [&](const Client& one) {
    return one.association.ports() == ports && one.peer == envelope.peer;
  });
  return found == clients_.end() ? nullptr : &*found;
}

/// The same for an INIT that is repeated (RFC 9260, 5.2.2), and not only by rule: conntrack keeps
/// the tag of the last INIT ACK it saw, and calls a client that goes on with an earlier one
/// invalid.
EndPoint Server::EndPointFor(const Envelope& envelope, uint32_t peer_tag) const {
  std::string key = envelope.peer.Bytes() + envelope.local.value_or(IpAddress()).Bytes();
  net::Put16(key, envelope.packet.source_port);
  net::Put16(key, envelope.packet.destination_port);
  net::Put32(key, peer_tag);
  net::Put32(key, secret_);
  const uint32_t tag = net::Crc32c(key);
  return EndPoint{tag == 0 ? 1 : tag, tag ^ secret_};
}

std::vector<Envelope> Server::AnswerInit(const Envelope& envelope) const {
  const auto init = net::InitFrom(envelope.packet.chunks.front());
  if (!init || envelope.packet.verification_tag != 0) {
    return {};
  }
  const EndPoint local = EndPointFor(envelope, init->tag);
  const Chunk answer = net::ToChunk(net::Init{local.tag, local.first_tsn, CookieOf(*init)});
  return {Envelope{
      envelope.local,
      envelope.peer,
      net::SctpPacket{
          envelope.packet.destination_port, envelope.packet.source_port, init->tag, {answer}}}};
}

Server::Client* Server::Admit(const Service& service, const Envelope& envelope, TimePoint now) {
  const auto peer = PeerFrom(envelope.packet.chunks.front().value);
  const EndPoint local = EndPointFor(envelope, peer ? peer->tag : 0);
  if (!peer || envelope.packet.verification_tag != local.tag) {
    return nullptr;
  }
  Client* known = Find(envelope);
  if (known != nullptr && known->association.local().tag == local.tag) {
    known->association.AcknowledgeCookie();
    return known;
  }
  const Ports ports{envelope.packet.destination_port, envelope.packet.source_port};
  Client fresh{envelope.local,
               envelope.peer,
               &service,
               Association::Accept(ports, local, *peer, kPatience),
               now};
  Greet(fresh, now);
  if (known != nullptr) {  // The client began anew from the same port.
    *known = std::move(fresh);
    return known;
  }
  MakeRoom();
  return &clients_.emplace_back(std::move(fresh));
}

void Server::Greet(Client& client, TimePoint now) const {
  if (client.service->kind == Service::Kind::kPorter) {
    client.association.Send(client.service->text, now);
    client.association.ShutDown(now);
  }
}

void Server::AnswerMessages(Client& client, TimePoint now) const {
  while (const auto message = client.association.TakeMessage()) {
    if (client.service->kind == Service::Kind::kEcho) {
      client.association.Send(*message, now);
    } else if (client.service->kind == Service::Kind::kNetexec) {
      if (const auto answer =
              NetexecAnswer(*message, client.peer, client.association.ports(), hostname_)) {
        client.association.Send(*answer, now);
      }
      client.association.ShutDown(now);
    }
  }
}

/// Clients that died are never heard of again: where there are too many, the longest silent goes.
void Server::MakeRoom() {
  if (clients_.size() >= kMostClients) {
    clients_.erase(
        std::min_element(clients_.begin(), clients_.end(), [](const Client& a, const Client& b) {
          return a.heard < b.heard;
        }));
  }
}

}  // namespace portcullis::agnhost
