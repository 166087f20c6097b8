// SPDX-License-Identifier: Apache-2.0
//
// See echo_servers.h.
#include "tests/lab/echo_servers.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "tests/lab/packet.h"
#include "tests/net/datagram.h"

namespace portcullis::lab {
namespace {

constexpr int kBacklog = 4096;
constexpr int kBuffer = 4 << 20;
constexpr int kWaitMs = 100;

/// A socket of both families, bound to a port of every address.
Fd BoundSocket(const Netns& netns, int type, uint16_t port) {
  Fd fd = netns.Socket(AF_INET6, type, 0);
  const int on = 1;
  const int off = 0;
  Checked(::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  Checked(::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off), "IPV6_V6ONLY");
  const SocketAddress any = ToSocketAddress(IpAddress::Parse("::").value(), port);
  Checked(::bind(fd.get(), any.get(), any.size), "bind an echo server");
  return fd;
}

/// The same for the same initiator, so that a repeated INIT gets the same answer (RFC 9260 5.2.2).
uint32_t TagFor(const SctpSegment& init) {
  return init.initiate_tag ^ 0x5ca1ab1eU;
}

}  // namespace

EchoServers::EchoServers(std::vector<uint16_t> ports)
    : ports_(std::move(ports)),
      epoll_(Checked(::epoll_create1(EPOLL_CLOEXEC), "epoll")) {
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

EchoServers::~EchoServers() {
  thread_.request_stop();
  thread_.join();
}

void EchoServers::Serve(const Netns& netns) {
  const std::lock_guard lock(mutex_);
  for (const uint16_t port : ports_) {
    Fd listener = BoundSocket(netns, SOCK_STREAM, port);
    Checked(::listen(listener.get(), kBacklog), "listen");
    Add(Kind::kListener, netns.name(), std::move(listener));
    Fd udp = BoundSocket(netns, SOCK_DGRAM, port);
    Checked(net::EnableLocalAddresses(udp.get(), AF_INET6), "have packets tell their address");
    Add(Kind::kUdp, netns.name(), std::move(udp));
  }
  for (const int family : {AF_INET, AF_INET6}) {
    Fd raw = netns.Socket(family, SOCK_RAW, IPPROTO_SCTP);
    Checked(net::EnableLocalAddresses(raw.get(), family), "have packets tell their address");
    Add(family == AF_INET ? Kind::kSctp4 : Kind::kSctp6, netns.name(), std::move(raw));
  }
}

void EchoServers::Stop(const std::string& netns_name) {
  const std::lock_guard lock(mutex_);
  std::erase_if(servers_, [&](const auto& entry) { return entry.second.netns == netns_name; });
}

/// REQUIRES: mutex_ is held.
void EchoServers::Add(Kind kind, const std::string& netns, Fd fd) {
  const int number = fd.get();
  if (kind != Kind::kListener && kind != Kind::kConnection) {
    Checked(::setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer),
            "SO_RCVBUFFORCE");
  }
  servers_.insert_or_assign(number, Server{kind, netns, std::move(fd)});
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = number;
  Checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, number, &event), "epoll_ctl");
}

void EchoServers::Run(const std::stop_token& stop) {
  std::array<epoll_event, 256> events{};
  while (!stop.stop_requested()) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), events.size(), kWaitMs);
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      Handle(events.at(static_cast<size_t>(i)).data.fd);
    }
  }
}

/// REQUIRES: mutex_ is held.
void EchoServers::Handle(int fd) {
  const auto found = servers_.find(fd);
  if (found == servers_.end()) {
    return;
  }
  const Server& server = found->second;
  switch (server.kind) {
    case Kind::kListener:
      Accept(server);
      break;
    case Kind::kConnection:
      EchoStream(fd);
      break;
    case Kind::kUdp:
      while (const std::optional<net::Datagram> datagram = net::Receive(fd)) {
        net::Send(fd, *datagram);
      }
      break;
    case Kind::kSctp4:
    case Kind::kSctp6:
      AnswerSctp(server);
      break;
  }
}

void EchoServers::Accept(const Server& listener) {
  const std::string netns = listener.netns;
  const int fd = listener.fd.get();
  while (true) {
    Fd connection(::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!connection) {
      return;
    }
    Add(Kind::kConnection, netns, std::move(connection));
  }
}

void EchoServers::EchoStream(int fd) {
  std::array<char, 256> buffer{};
  const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (size > 0) {
    ::send(fd, buffer.data(), static_cast<size_t>(size), MSG_NOSIGNAL);
  } else if (size == 0 || errno != EAGAIN) {
    // Explicitly: while a child is between fork and exec it keeps the closed connection in the
    // epoll set, whose events would be taken for those of the next one with the same number.
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    servers_.erase(fd);
  }
}

void EchoServers::AnswerSctp(const Server& server) const {
  const Family family = server.kind == Kind::kSctp4 ? Family::kIpv4 : Family::kIpv6;
  while (std::optional<net::Datagram> datagram = net::Receive(server.fd.get())) {
    const auto init = DecodeSctp(WithoutIpHeader(family, datagram->payload));
    if (!init || init->kind != SctpSegment::Kind::kInit ||
        std::find(ports_.begin(), ports_.end(), init->destination_port) == ports_.end()) {
      continue;
    }
    datagram->payload = EncodeSctp(SctpSegment{init->destination_port,
                                               init->source_port,
                                               init->initiate_tag,
                                               SctpSegment::Kind::kInitAck,
                                               TagFor(*init)});
    net::Send(server.fd.get(), *datagram);
  }
}

}  // namespace portcullis::lab
