// SPDX-License-Identifier: Apache-2.0
//
// See traffic.h.
#include "tests/bench/packets/traffic.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <functional>
#include <limits>
#include <utility>

#include <poll.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/bench/packets/frames.h"
#include "tests/bench/packets/objects.h"
#include "tests/bench/packets/volley.h"
#include "tests/net/socket_address.h"

namespace portcullis::bench {
namespace {

using lab::Checked;

// A run is half a millisecond, so that some of them are met by nothing else that the machine does.
constexpr size_t kCallsInRun = 2;
constexpr size_t kRuns = 40;
constexpr size_t kConnectionsInRun = 8;
constexpr uint16_t kFirstPort = 1024;
constexpr uint16_t kFlowPort = 900;
constexpr int kPatience = 5000;  // Milliseconds, for what comes at once but at the first time.

Nanoseconds Timed(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
}

Nanoseconds LeastOf(size_t runs, const std::function<Nanoseconds()>& run) {
  Nanoseconds least = std::numeric_limits<double>::max();
  for (size_t i = 0; i < runs; ++i) {
    least = std::min(least, run());
  }
  return least;
}

lab::Fd Listener(const lab::Netns& netns, const IpAddress& address, uint16_t port) {
  lab::Fd listener = netns.Socket(net::AddressFamily(address), SOCK_STREAM, 0);
  const auto at = net::ToSocketAddress(address, port);
  Checked(::bind(listener.get(), at.get(), at.size), "bind");
  Checked(::listen(listener.get(), SOMAXCONN), "listen");
  return listener;
}

void WaitFor(const lab::Fd& socket, short events) {
  pollfd waiting{socket.get(), events, 0};
  if (Checked(::poll(&waiting, 1, kPatience), "poll") == 0) {
    throw lab::LabError("a connection through the path does not go on");
  }
}

void PassByte(const lab::Fd& from, const lab::Fd& to) {
  char byte = 'x';
  Checked(::send(from.get(), &byte, 1, MSG_NOSIGNAL), "send");
  WaitFor(to, POLLIN);
  Checked(::recv(to.get(), &byte, 1, 0), "recv");
}

/// Closing leaves no state behind, so that ports do not run out.
void ResetOnClose(const lab::Fd& socket) {
  const linger now{1, 0};
  Checked(::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now), "SO_LINGER");
}

}  // namespace

std::string ToText(Traffic traffic) {
  switch (traffic) {
    case Traffic::kUdpEstablished:
      return "UDP established";
    case Traffic::kTcpEstablished:
      return "TCP established";
    case Traffic::kUdpFirst:
      return "UDP first";
    case Traffic::kTcpFirst:
      return "TCP first";
    case Traffic::kTcpConnection:
      return "TCP connection";
  }
  return "";
}

Sender::Sender(const Path& path) : path_(path) {
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    ends_.emplace(
        family,
        Ends{RawSocket(path.client(), family),
             RawSocket(path.server(), family),
             Listener(path.server(), LocalPodAddress(kServerPod, family), kMeasuredPort)});
    const lab::EnterNetns inside(path_.client());
    Connect(family);  // So that nobody has to ask for a MAC address while the clock runs.
  }
}

Nanoseconds Sender::SendMany(Volley& packets, Family family, size_t calls) const {
  const lab::Fd& client = ends_.at(family).client;
  const uint64_t before = path_.Delivered();
  Nanoseconds spent = 0;
  for (size_t i = 0; i < calls; ++i) {
    if (packets.numbered()) {
      packets.NumberOn();
    }
    spent += Timed([&] { packets.Send(client); });
  }
  const uint64_t count = calls * Volley::kPackets;
  if (path_.Delivered() - before < count) {
    throw lab::LabError("packets were lost on the path");
  }
  return spent / static_cast<double>(count);
}

void Sender::Establish(Traffic traffic, Family family) const {
  const Endpoint client{SilentClientAddress(family), kFlowPort};
  const Endpoint sink{LocalPodAddress(kSinkPod, family), kMeasuredPort};
  const auto send = [&](const lab::Fd& from, const IpAddress& to, const std::string& packet) {
    const auto address = net::ToSocketAddress(to, 0);
    Checked(::sendto(from.get(), packet.data(), packet.size(), 0, address.get(), address.size),
            "sendto");
  };
  const Ends& ends = ends_.at(family);
  if (traffic == Traffic::kUdpEstablished) {
    send(ends.client, sink.address, UdpPacket(client, sink));
    send(ends.server, client.address, UdpPacket(sink, client));
  } else {
    send(ends.client, sink.address, TcpPacket(client, sink, kSyn, 0, 0));
    send(ends.server, client.address, TcpPacket(sink, client, kSyn | kAck, 0, 1));
    send(ends.client, sink.address, TcpPacket(client, sink, kAck, 1, 1));
  }
}

void Sender::Connect(Family family) const {
  const Ends& ends = ends_.at(family);
  const auto to = net::ToSocketAddress(LocalPodAddress(kServerPod, family), kMeasuredPort);
  const int domain = family == Family::kIpv4 ? AF_INET : AF_INET6;
  const lab::Fd client(Checked(::socket(domain, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket"));
  if (::connect(client.get(), to.get(), to.size) != 0 && errno != EINPROGRESS) {
    lab::ThrowErrno("connect");
  }
  WaitFor(ends.listener, POLLIN);
  const lab::Fd server(
      Checked(::accept4(ends.listener.get(), nullptr, nullptr, SOCK_NONBLOCK), "accept"));
  PassByte(client, server);
  PassByte(server, client);
  ResetOnClose(client);
}

Nanoseconds Sender::ConnectMany(Family family) const {
  const lab::EnterNetns inside(path_.client());
  return LeastOf(kRuns, [&] {
    const Nanoseconds spent = Timed([&] {
      for (size_t i = 0; i < kConnectionsInRun; ++i) {
        Connect(family);
      }
    });
    return spent / kConnectionsInRun;
  });
}

Nanoseconds Sender::Measure(Traffic traffic, Family family) {
  if (traffic == Traffic::kTcpConnection) {
    return ConnectMany(family);
  }
  const Endpoint client{SilentClientAddress(family), kFlowPort};
  const Endpoint sink{LocalPodAddress(kSinkPod, family), kMeasuredPort};
  const bool udp = traffic == Traffic::kUdpEstablished || traffic == Traffic::kUdpFirst;
  const bool first = traffic == Traffic::kUdpFirst || traffic == Traffic::kTcpFirst;
  const uint8_t flags = first ? kSyn : kAck;
  Volley packets(udp ? UdpPacket(client, sink) : TcpPacket(client, sink, flags, 1, 1),
                 sink.address);
  if (first) {
    packets.NumberFrom(kFirstPort);
  } else {
    Establish(traffic, family);
  }
  return LeastOf(kRuns, [&] { return SendMany(packets, family, kCallsInRun); });
}

Nanoseconds Sender::SendFlows(Family family, size_t count) {
  const Endpoint client{SilentClientAddress(family), kFlowPort};
  const Endpoint sink{LocalPodAddress(kSinkPod, family), kMeasuredPort};
  Volley packets(UdpPacket(client, sink), sink.address);
  packets.NumberFrom(kFirstPort);
  return LeastOf(count / Volley::kPackets, [&] { return SendMany(packets, family, 1); });
}

}  // namespace portcullis::bench
