// SPDX-License-Identifier: Apache-2.0
//
// `connect` for SCTP: one association over a raw socket, and the time. Neighbours: association
// decides, raw_sctp sends.
#include <cerrno>
#include <chrono>

#include <poll.h>

#include "tests/cluster/agnhost/association.h"
#include "tests/cluster/agnhost/connect.h"
#include "tests/cluster/agnhost/raw_sctp.h"
#include "tests/cluster/agnhost/system.h"

namespace portcullis::agnhost {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBetweenMessages(200);  // While an association is held.
constexpr milliseconds kGoodbye(300);          // For a shutdown that nobody waits for.
constexpr uint16_t kFirstPort = 32768;
constexpr uint16_t kPorts = 28000;

/// An association to one peer.
class Client {
 public:
  Client(RawSctp socket, const Target& target)
      : socket_(std::move(socket)),
        peer_(target.address),
        association_(Association::Connect(
            Ports{static_cast<uint16_t>(kFirstPort + RandomNumber() % kPorts), target.port},
            EndPoint{RandomNumber(), RandomNumber()},
            Patience{},
            Now())) {}

  /// Sends what is due; the first of what the kernel refused.
  Result<> Flush() {
    Result<> out;
    for (net::SctpPacket& packet : association_.TakePackets()) {
      auto sent = socket_.Send(Envelope{{}, peer_, std::move(packet)});
      out = out ? std::move(sent) : std::move(out);
    }
    return out;
  }

  /// Moves packets until `done()`, or `deadline`. Whether it is done.
  template <typename Done>
  bool RunUntil(TimePoint deadline, Done done) {
    while (!done()) {
      if (Now() >= deadline) {
        return false;
      }
      association_.Tick(Now());
      SendOrLose();
      const auto tick = association_.NextTick();
      if (WaitFor(socket_.fd(), POLLIN, tick && *tick < deadline ? *tick : deadline)) {
        ReceiveOne();
      }
    }
    return true;
  }

  [[nodiscard]] bool Ended() const { return refused_ || association_.Over(); }
  /// The peer, or a host on the way, said so.
  [[nodiscard]] bool Aborted() const {
    return refused_ || association_.state() == Association::State::kAborted;
  }

  /// Whether there is an association, or will never be one.
  bool RunUntilUp(TimePoint deadline) {
    return RunUntil(deadline, [this] {
      return Ended() || association_.state() >= Association::State::kEstablished;
    });
  }

  /// Sends `line` and waits for any message. Nothing where the deadline came first; false where
  /// the association ended without one.
  std::optional<bool> Exchange(const std::string& line, TimePoint deadline) {
    association_.Send(line, Now());
    SendOrLose();
    bool answered = false;
    const bool done = RunUntil(deadline, [&] {
      answered = answered || association_.TakeMessage().has_value();
      return answered || Ended();
    });
    return done ? std::optional(answered) : std::nullopt;
  }

  void Pause(milliseconds length) {
    static_cast<void>(RunUntil(Now() + length, [this] { return Ended(); }));
  }

  void ShutDown() {
    association_.ShutDown(Now());
    SendOrLose();
    Pause(kGoodbye);
  }

 private:
  /// A packet that the kernel refuses is as lost as one on its way: the association repeats it.
  void SendOrLose() { static_cast<void>(Flush()); }

  void ReceiveOne() {
    const auto received = socket_.Receive();
    if (received && *received && Mine((**received).packet)) {
      association_.Receive((**received).packet, Now());
      SendOrLose();
    }
    // ICMP: the host has no SCTP. Other ICMP, as of a reject rule, leaves a kernel's SCTP waiting.
    const int error = received ? 0 : received.error().errno_value;
    refused_ = refused_ || error == ENOPROTOOPT || error == EPROTO;
  }

  [[nodiscard]] bool Mine(const net::SctpPacket& packet) const {
    const Ports& ports = association_.ports();
    return packet.source_port == ports.peer && packet.destination_port == ports.local;
  }

  RawSctp socket_;
  IpAddress peer_;
  Association association_;
  bool refused_ = false;
};

std::string Ending(const Client& client) {
  return client.Aborted() ? "OTHER: connection reset by peer" : "OTHER: EOF";
}

/// A message, and its answer, again and again.
Failure Hold(Client& client, const ConnectRequest& request, const std::string& line) {
  for (const TimePoint end = Now() + request.hold; Now() < end;) {
    client.Pause(kBetweenMessages);
    const auto answered = client.Exchange(line, Now() + request.timeout);
    if (!answered) {
      return "TIMEOUT";
    }
    if (!*answered) {
      return Ending(client);
    }
  }
  return std::nullopt;
}

Failure Talk(Client& client, const ConnectRequest& request) {
  const TimePoint deadline = Now() + request.timeout;
  const auto sent = client.Flush();
  if (!sent && sent.error().errno_value != EPERM && sent.error().errno_value != EACCES) {
    return "OTHER: " + sent.error().message;  // Those two: a rule of this host drops it.
  }
  if (!client.RunUntilUp(deadline)) {
    return "TIMEOUT";
  }
  if (client.Aborted()) {
    return "OTHER: connection refused";
  }
  const std::string line = request.sctp_data + "\n";
  const auto answered = client.Exchange(line, deadline);
  if (!answered) {
    return "TIMEOUT";
  }
  return *answered ? Hold(client, request, line) : Ending(client);
}

}  // namespace

Failure ConnectSctp(const ConnectRequest& request) {
  auto socket = RawSctp::Open(request.target->address.family());
  const Result<> connected =
      socket ? socket->Connect(request.target->address) : Fail(socket.error());
  if (!connected) {
    return "OTHER: " + connected.error().message;
  }
  Client client(std::move(*socket), *request.target);
  Failure out = Talk(client, request);
  if (!out) {
    client.ShutDown();
  }
  return out;
}

}  // namespace portcullis::agnhost
