// SPDX-License-Identifier: Apache-2.0
//
// See serve.h.
#include "tests/cluster/agnhost/serve.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <sys/prctl.h>

#include "tests/cluster/agnhost/raw_sctp.h"
#include "tests/cluster/agnhost/system.h"

namespace portcullis::agnhost {
namespace {

void SendAll(const RawSctp& socket, const std::vector<Envelope>& envelopes) {
  for (const Envelope& envelope : envelopes) {
    // One that the kernel refuses is as lost as one on its way: it is sent again.
    static_cast<void>(socket.Send(envelope));
  }
}

/// The sockets of both families, or of IPv4 alone where the machine has no IPv6.
Result<std::vector<RawSctp>> OpenSockets() {
  std::vector<RawSctp> out;
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    auto socket = RawSctp::Open(family);
    if (socket) {
      out.push_back(std::move(*socket));
    } else if (family == Family::kIpv4 || socket.error().errno_value != EAFNOSUPPORT) {
      return Fail(socket.error());
    }
  }
  return out;
}

void WaitForPackets(const std::vector<RawSctp>& sockets, std::optional<TimePoint> until) {
  std::vector<pollfd> waited;
  waited.reserve(sockets.size());
  for (const RawSctp& socket : sockets) {
    waited.push_back(pollfd{socket.fd(), POLLIN, 0});
  }
  static_cast<void>(::poll(waited.data(), waited.size(), PollTimeout(until)));
}

/// The packets of a tick go out by the socket of their family.
void Tick(Server& server, const std::vector<RawSctp>& sockets) {
  for (const Envelope& envelope : server.Tick(Now())) {
    const size_t index = envelope.peer.family() == Family::kIpv4 ? 0 : sockets.size() - 1;
    SendAll(sockets[index], {envelope});
  }
}

void ReceiveOne(Server& server, const RawSctp& socket) {
  const auto received = socket.Receive();
  if (received && *received) {
    SendAll(socket, server.Receive(**received, Now()));
  }
}

void EndAtSignals() {
  for (const int signal : {SIGTERM, SIGINT}) {
    // A container's first process has no default action.
    static_cast<void>(std::signal(signal, [](int) { ::_exit(0); }));
  }
}

}  // namespace

int Serve(std::vector<Service> services) {
  EndAtSignals();
  const auto sockets = OpenSockets();
  if (!sockets) {
    Say("Failed to listen SCTP. error:" + sockets.error().message +
        (sockets.error().code == ErrorCode::kPermission ? " (CAP_NET_RAW is needed)" : ""));
    return 1;
  }
  Server server(std::move(services), HostName(), RandomNumber());
  Say("Started SCTP server");
  while (true) {
    WaitForPackets(*sockets, server.NextTick());
    for (const RawSctp& socket : *sockets) {
      ReceiveOne(server, socket);
    }
    Tick(server, *sockets);
  }
}

bool ServeBeside(const std::vector<Service>& services) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    // The parent may have ended before the kernel was asked to tell.
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent) {
      ::_exit(Serve(services));
    }
    ::_exit(1);
  }
  return child > 0;
}

}  // namespace portcullis::agnhost
