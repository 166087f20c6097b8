// SPDX-License-Identifier: Apache-2.0
//
// See flows.h.
#include "tests/lab/flows.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <poll.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kPatience(2000);
/// An answer that took longer than this did not come. Below the second after which TCP repeats its
/// first packet: what was dropped must not pass later.
constexpr milliseconds kLateBeat(500);

bool WaitFor(int fd, short events, milliseconds wait) {
  pollfd poll = {fd, events, 0};
  return ::poll(&poll, 1, static_cast<int>(wait.count())) == 1;
}

void Connect(int fd, const SocketAddress& to) {
  static_cast<void>(::connect(fd, to.get(), to.size));
  if (!WaitFor(fd, POLLOUT, kPatience)) {
    throw LabError("a flow could not be opened: no connection");
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Fd Listener(const FlowSpec& spec, int type) {
  Fd fd = spec.server->netns.Socket(AddressFamily(spec.dialled), type, 0);
  const int on = 1;
  Checked(::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "SO_REUSEADDR");
  const char* any = spec.dialled.family() == Family::kIpv4 ? "0.0.0.0" : "::";
  const SocketAddress address = ToSocketAddress(IpAddress::Parse(any).value(), spec.port);
  Checked(::bind(fd.get(), address.get(), address.size), "bind a flow's server");
  return fd;
}

std::string Message(uint64_t number) {
  std::string out(sizeof number, '\0');
  std::memcpy(out.data(), &number, sizeof number);
  return out;
}

}  // namespace

Flow::Flow(const FlowSpec& spec) : transport_(spec.transport) {
  if (transport_ == Transport::kTcp) {
    OpenTcp(spec);
  } else {
    OpenUdp(spec);
  }
  if (!Send(End::kClient, kPatience) || !Send(End::kServer, kPatience)) {
    throw LabError("a flow could not be opened: messages are lost");
  }
}

void Flow::OpenTcp(const FlowSpec& spec) {
  listener_ = Listener(spec, SOCK_STREAM);
  Checked(::listen(listener_.get(), 1), "listen");
  client_ = spec.client->netns.Socket(AddressFamily(spec.dialled), SOCK_STREAM, 0);
  Connect(client_.get(), ToSocketAddress(spec.dialled, spec.dialled_port));
  if (!WaitFor(listener_.get(), POLLIN, kPatience)) {
    throw LabError("a flow could not be opened: nobody connected");
  }
  server_ = Fd(Checked(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC),
                       "accept"));
  const int on = 1;
  ::setsockopt(server_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// The server's end learns the client's address by its first datagram.
void Flow::OpenUdp(const FlowSpec& spec) {
  server_ = Listener(spec, SOCK_DGRAM);
  client_ = spec.client->netns.Socket(AddressFamily(spec.dialled), SOCK_DGRAM, 0);
  const SocketAddress to = ToSocketAddress(spec.dialled, spec.dialled_port);
  Checked(::connect(client_.get(), to.get(), to.size), "connect a datagram socket");
  Checked(::send(client_.get(), "", 1, MSG_NOSIGNAL), "send");
  SocketAddress peer;
  peer.size = sizeof peer.storage;
  char byte = 0;
  if (!WaitFor(server_.get(), POLLIN, kPatience) ||
      ::recvfrom(server_.get(), &byte, 1, 0, peer.get(), &peer.size) < 0 ||
      ::connect(server_.get(), peer.get(), peer.size) != 0) {
    throw LabError("a flow could not be opened: no datagram came");
  }
}

bool Flow::Send(End from, milliseconds wait) {
  const int sender = from == End::kClient ? client_.get() : server_.get();
  const int receiver = from == End::kClient ? server_.get() : client_.get();
  std::string& received = received_[from == End::kClient ? 1 : 0];
  const std::string message = Message(++sent_);
  ::send(sender, message.data(), message.size(), MSG_NOSIGNAL);
  const Clock::time_point end = Clock::now() + wait;
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - Clock::now());
    if (left.count() <= 0 || !WaitFor(receiver, POLLIN, left)) {
      return false;
    }
    std::array<char, 4096> buffer{};
    const ssize_t size = ::recv(receiver, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      return false;
    }
    received.append(buffer.data(), static_cast<size_t>(size));
    if (received.ends_with(message)) {
      received.clear();
      return true;
    }
  }
}

SocketAddress Flow::ClientAddress() const {
  SocketAddress address;
  address.size = sizeof address.storage;
  Checked(::getsockname(client_.get(), address.get(), &address.size), "getsockname");
  return address;
}

Pulse::Pulse(std::vector<Probe> probes, std::chrono::microseconds period)
    : probes_(std::move(probes)),
      period_(period),
      beats_(probes_.size()) {
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

Pulse::~Pulse() = default;

/// A beat's tag is its place in time times the number of probes plus its probe's index.
void Pulse::Run(const std::stop_token& stop) {
  const size_t width = probes_.size();
  const auto take = [&](milliseconds wait) {
    for (const size_t tag : engine_.Poll(wait)) {
      Beat& beat = beats_[tag % width][tag / width];
      beat.passed = true;
      beat.answered = Clock::now();
    }
  };
  size_t cancelled = 0;
  Clock::time_point next = Clock::now();
  for (size_t beat = 0; !stop.stop_requested(); ++beat) {
    for (size_t i = 0; i < width; ++i) {
      beats_[i].push_back(Beat{Clock::now(), false, {}});
      engine_.Start(probes_[i], beat * width + i);
    }
    while (beats_[0][cancelled].sent + kLateBeat < Clock::now()) {
      for (size_t i = 0; i < width; ++i) {
        engine_.Cancel(cancelled * width + i);
      }
      ++cancelled;
    }
    next += period_;
    do {
      take(milliseconds(0));
      std::this_thread::sleep_for(
          std::min<Clock::duration>(next - Clock::now(), std::chrono::microseconds(200)));
    } while (Clock::now() < next);
  }
  const Clock::time_point end = Clock::now() + kLateBeat;
  while (Clock::now() < end) {
    take(milliseconds(10));
  }
}

std::vector<std::vector<Beat>> Pulse::Stop() {
  thread_.request_stop();
  thread_.join();
  return std::move(beats_);
}

std::optional<double> MillisecondsUntil(const std::vector<Beat>& beats,
                                        bool passes_after,
                                        Clock::time_point start,
                                        Clock::time_point end) {
  std::optional<Clock::time_point> effect;
  for (const Beat& beat : beats) {
    if (!beat.passed || beat.sent >= end) {
      continue;
    }
    if (!passes_after) {
      effect = std::max({effect.value_or(start), start, beat.answered});
    } else if (!effect && beat.sent >= start) {
      effect = beat.sent;
    }
  }
  if (!effect) {
    return std::nullopt;
  }
  return std::chrono::duration<double, std::milli>(*effect - start).count();
}

size_t CountWrong(const std::vector<Beat>& beats, bool expected) {
  return static_cast<size_t>(std::count_if(
      beats.begin(), beats.end(), [&](const Beat& beat) { return beat.passed != expected; }));
}

}  // namespace portcullis::lab
