// SPDX-License-Identifier: Apache-2.0
//
// See probe.h.
#include "tests/lab/probe.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "tests/net/datagram.h"

// <linux/icmp.h> has it, but clashes with the headers above.
#ifndef ICMP_FILTER
#define ICMP_FILTER 1
#endif

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kBuffer = 8 << 20;
/// epoll's user data: a probe's tag, or with this bit the descriptor of a raw socket.
constexpr uint64_t kRawBit = 1ULL << 63;
/// Probes under way at a time; each TCP probe holds a descriptor here and one at the server.
constexpr size_t kBatch = 4096;
constexpr uint16_t kFirstSctpPort = 1024;

/// The token that a probe sends and wants back.
std::array<char, sizeof(size_t)> TokenOf(size_t tag) {
  std::array<char, sizeof(size_t)> out{};
  std::memcpy(out.data(), &tag, sizeof tag);
  return out;
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
}

void BindSource(int fd, const Probe& probe) {
  if (probe.from || probe.from_port != 0) {
    const char* any = probe.destination.family() == Family::kIpv4 ? "0.0.0.0" : "::";
    const SocketAddress address =
        ToSocketAddress(probe.from.value_or(IpAddress::Parse(any).value()), probe.from_port);
    Checked(::bind(fd, address.get(), address.size), "bind a probe's source");
  }
}

/// Only echo replies wake the reader.
void FilterEcho(int fd, Family family) {
  if (family == Family::kIpv4) {
    const uint32_t mask = ~1U;  // type 0
    Checked(::setsockopt(fd, IPPROTO_RAW, ICMP_FILTER, &mask, sizeof mask), "ICMP_FILTER");
    return;
  }
  icmp6_filter filter{};
  ICMP6_FILTER_SETBLOCKALL(&filter);
  ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
  Checked(::setsockopt(fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter), "ICMP6_FILTER");
}

int RawProtocol(Transport transport, Family family) {
  if (transport == Transport::kSctp) {
    return IPPROTO_SCTP;
  }
  return family == Family::kIpv4 ? static_cast<int>(IPPROTO_ICMP) : IPPROTO_ICMPV6;
}

/// The token that an answer carries, if it is one.
std::optional<uint32_t> TokenOfAnswer(Transport transport, Family family, std::string_view bytes) {
  if (transport == Transport::kIcmp) {
    return DecodeEchoReply(family, bytes);
  }
  const std::optional<SctpSegment> segment = DecodeSctp(bytes);
  if (!segment || segment->kind != SctpSegment::Kind::kInitAck) {
    return std::nullopt;
  }
  return segment->verification_tag;
}

uint16_t SctpPortOf(uint32_t token) {
  return static_cast<uint16_t>(kFirstSctpPort + token % (65535 - kFirstSctpPort));
}

}  // namespace

std::string Probe::ToString() const {
  std::string out = source->name;
  if (from) {
    out += " (" + from->ToString() + ")";
  }
  out += " → " + destination.ToString() + " " + std::string(TransportName(transport));
  return port == 0 ? out : out + " " + std::to_string(port);
}

ProbeEngine::ProbeEngine()
    : epoll_(Checked(::epoll_create1(EPOLL_CLOEXEC), "epoll")),
      next_token_(std::random_device()()) {
  RaiseDescriptorLimit();
}

void ProbeEngine::Start(const Probe& probe, size_t tag) {
  switch (probe.transport) {
    case Transport::kTcp:
      StartTcp(probe, tag);
      break;
    case Transport::kUdp:
      StartUdp(probe, tag);
      break;
    case Transport::kSctp:
    case Transport::kIcmp:
      StartRaw(probe, tag);
      break;
  }
}

void ProbeEngine::Watch(int fd, uint32_t events, size_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  Checked(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

void ProbeEngine::StartTcp(const Probe& probe, size_t tag) {
  Fd fd = probe.source->netns.Socket(AddressFamily(probe.destination), SOCK_STREAM, 0);
  // Closing resets the connection: neither end keeps it in TIME_WAIT.
  const linger reset = {1, 0};
  Checked(::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset), "SO_LINGER");
  BindSource(fd.get(), probe);
  const SocketAddress to = ToSocketAddress(probe.destination, probe.port);
  static_cast<void>(::connect(fd.get(), to.get(), to.size));  // Poll() sees what comes of it.
  Watch(fd.get(), EPOLLOUT | EPOLLET, tag);
  sockets_.insert_or_assign(tag, std::move(fd));
}

void ProbeEngine::StartUdp(const Probe& probe, size_t tag) {
  Fd fd = probe.source->netns.Socket(AddressFamily(probe.destination), SOCK_DGRAM, 0);
  BindSource(fd.get(), probe);
  const SocketAddress to = ToSocketAddress(probe.destination, probe.port);
  static_cast<void>(::connect(fd.get(), to.get(), to.size));  // Poll() sees what comes of it.
  Watch(fd.get(), EPOLLIN | EPOLLET, tag);
  const auto token = TokenOf(tag);
  ::send(fd.get(), token.data(), token.size(), MSG_NOSIGNAL);
  sockets_.insert_or_assign(tag, std::move(fd));
}

void ProbeEngine::StartRaw(const Probe& probe, size_t tag) {
  const uint32_t token = next_token_++;
  raw_tokens_.insert_or_assign(token, tag);
  raw_tags_.insert_or_assign(tag, token);
  net::Datagram datagram;
  datagram.peer = ToSocketAddress(probe.destination, 0);
  datagram.local = probe.from;
  datagram.payload = probe.transport == Transport::kIcmp
                         ? EncodeEcho(probe.destination.family(), token)
                         : EncodeSctp(SctpSegment{
                               SctpPortOf(token), probe.port, 0, SctpSegment::Kind::kInit, token});
  net::Send(RawSocketFor(probe), datagram);
}

int ProbeEngine::RawSocketFor(const Probe& probe) {
  const std::string& netns = probe.source->netns.name();
  const Family family = probe.destination.family();
  for (const auto& [fd, socket] : raw_) {
    if (socket.netns == netns && socket.family == family && socket.transport == probe.transport) {
      return fd;
    }
  }
  Fd fd = probe.source->netns.Socket(
      AddressFamily(probe.destination), SOCK_RAW, RawProtocol(probe.transport, family));
  const int number = fd.get();
  Checked(::setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &kBuffer, sizeof kBuffer), "buffer");
  if (probe.transport == Transport::kIcmp) {
    FilterEcho(number, family);
  }
  Watch(number, EPOLLIN, kRawBit | static_cast<uint64_t>(number));
  raw_.insert_or_assign(number, RawSocket{netns, family, probe.transport, std::move(fd)});
  return number;
}

std::vector<size_t> ProbeEngine::Poll(milliseconds wait) {
  std::array<epoll_event, 512> events{};
  std::vector<size_t> passed;
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), events.size(), static_cast<int>(wait.count()));
  for (int i = 0; i < count; ++i) {
    Handle(events.at(static_cast<size_t>(i)), passed);
  }
  return passed;
}

void ProbeEngine::Handle(const epoll_event& event, std::vector<size_t>& passed) {
  if ((event.data.u64 & kRawBit) != 0) {
    ReadRaw(raw_.at(static_cast<int>(event.data.u64 & ~kRawBit)), passed);
    return;
  }
  const auto found = sockets_.find(event.data.u64);
  if (found != sockets_.end() && Advance(found->second, found->first, event.events)) {
    passed.push_back(found->first);
    sockets_.erase(found);
  }
}

/// The next step of a TCP or UDP probe: once connected sends the token; true once it is back.
bool ProbeEngine::Advance(Fd& fd, size_t tag, uint32_t events) const {
  const auto token = TokenOf(tag);
  std::array<char, sizeof(size_t)> answer{};
  const ssize_t size = ::recv(fd.get(), answer.data(), answer.size(), 0);
  if (size == static_cast<ssize_t>(token.size()) && answer == token) {
    return true;
  }
  if (size < 0 && errno == EAGAIN && (events & EPOLLOUT) != 0) {
    ::send(fd.get(), token.data(), token.size(), MSG_NOSIGNAL);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    event.data.u64 = tag;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd.get(), &event);
  }
  return false;
}

void ProbeEngine::ReadRaw(const RawSocket& socket, std::vector<size_t>& passed) {
  while (const std::optional<net::Datagram> datagram = net::Receive(socket.fd.get())) {
    const auto token = TokenOfAnswer(
        socket.transport, socket.family, WithoutIpHeader(socket.family, datagram->payload));
    const auto found = token ? raw_tokens_.find(*token) : raw_tokens_.end();
    if (found != raw_tokens_.end()) {
      passed.push_back(found->second);
      raw_tags_.erase(found->second);
      raw_tokens_.erase(found);
    }
  }
}

void ProbeEngine::Cancel(size_t tag) {
  sockets_.erase(tag);
  const auto found = raw_tags_.find(tag);
  if (found != raw_tags_.end()) {
    raw_tokens_.erase(found->second);
    raw_tags_.erase(found);
  }
}

void ProbeEngine::Forget(const Host& host) {
  std::erase_if(raw_, [&](const auto& entry) { return entry.second.netns == host.netns.name(); });
}

namespace {

/// The probes [first, last) of `order`, started together; marks those that passed.
class Batch {
 public:
  Batch(ProbeEngine& engine, const std::vector<ExpectedProbe>& probes, std::vector<bool>& passed)
      : engine_(engine),
        probes_(probes),
        passed_(passed) {}

  void Run(const std::vector<size_t>& tags, milliseconds deadline, milliseconds settle) {
    for (const size_t tag : tags) {
      awaited_ += probes_[tag].expected ? 1U : 0U;
      engine_.Start(probes_[tag].probe, tag);
    }
    const Clock::time_point end = Clock::now() + deadline;
    while (awaited_ > 0 && Clock::now() < end) {
      Take(milliseconds(10));
    }
    const Clock::time_point settled = Clock::now() + settle;
    while (Clock::now() < settled) {
      Take(milliseconds(5));
    }
    for (const size_t tag : tags) {
      engine_.Cancel(tag);
    }
  }

 private:
  void Take(milliseconds wait) {
    for (const size_t tag : engine_.Poll(wait)) {
      passed_[tag] = true;
      awaited_ -= probes_[tag].expected ? 1U : 0U;
    }
  }

  ProbeEngine& engine_;
  const std::vector<ExpectedProbe>& probes_;
  std::vector<bool>& passed_;
  size_t awaited_ = 0;
};

}  // namespace

std::vector<bool> ProbeAll(ProbeEngine& engine,
                           const std::vector<ExpectedProbe>& probes,
                           const ProbeTimes& times) {
  std::vector<bool> passed(probes.size());
  for (size_t first = 0; first < probes.size(); first += kBatch) {
    std::vector<size_t> tags;
    const size_t last = std::min(probes.size(), first + kBatch);
    // Those that should not pass go first: the servers have seen what came of them by the time that
    // they have answered the others.
    for (const bool expected : {false, true}) {
      for (size_t tag = first; tag < last; ++tag) {
        if (probes[tag].expected == expected) {
          tags.push_back(tag);
        }
      }
    }
    Batch(engine, probes, passed).Run(tags, times.deadline, times.settle);
  }
  std::vector<size_t> lost;
  for (size_t tag = 0; tag < probes.size(); ++tag) {
    if (probes[tag].expected && !passed[tag]) {
      lost.push_back(tag);
    }
  }
  if (!lost.empty()) {
    Batch(engine, probes, passed).Run(lost, times.retry, milliseconds(0));
  }
  return passed;
}

bool Reaches(ProbeEngine& engine, const Probe& probe, milliseconds wait) {
  return ProbeAll(engine, {{probe, true}}, ProbeTimes{milliseconds(0), wait, wait}).at(0);
}

}  // namespace portcullis::lab
