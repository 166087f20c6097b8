// SPDX-License-Identifier: Apache-2.0
//
// See prober.h. The way from socket to socket is taken by the kernel within the call that sends,
// so one thread does both ends.
#include "tests/bench/whole/prober.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>

namespace portcullis::bench {
namespace {

constexpr uint16_t kFirstPort = 1024;
constexpr size_t kPorts = 60000;
constexpr std::chrono::microseconds kLook(500);
// Datagrams that must have been sent into the silence: a prober that stalls proves nothing.
constexpr int kSilentBeats = 40;

net::Fd Receiver(const lab::Pod& target, uint16_t port) {
  net::Fd fd = target.netns.Socket(AF_INET, SOCK_DGRAM, 0);
  const auto address = net::ToSocketAddress(target.Address(Family::kIpv4), port);
  lab::Checked(::bind(fd.get(), address.get(), address.size), "bind the probes' receiver");
  return fd;
}

std::string Number(uint64_t number) {
  std::string out(sizeof number, '\0');
  std::memcpy(out.data(), &number, sizeof number);
  return out;
}

}  // namespace

Prober::Prober(const lab::Host& sender,
               const IpAddress& source,
               const lab::Pod& target,
               uint16_t port)
    : sender_(sender.netns.Socket(AF_INET, SOCK_RAW, IPPROTO_RAW)),
      receiver_(Receiver(target, port)),
      to_(net::ToSocketAddress(target.Address(Family::kIpv4), 0)) {
  packet_.source = source;
  packet_.destination = target.Address(Family::kIpv4);
  packet_.destination_port = port;
  thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

Prober::~Prober() = default;

void Prober::Run(const std::stop_token& stop) {
  ::prctl(PR_SET_TIMERSLACK, 1);
  Clock::time_point next = Clock::now();
  while (!stop.stop_requested()) {
    SendOne();
    TakeArrivals();
    // After a stall it goes on from now, rather than make up for what was missed.
    next = std::max(next + kPeriod, Clock::now());
    std::this_thread::sleep_until(next);
  }
}

void Prober::SendOne() {
  const auto now = Clock::now();
  size_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = beats_.size();
    beats_.push_back({now, {}});
  }
  packet_.source_port = static_cast<uint16_t>(kFirstPort + number % kPorts);
  packet_.payload = Number(number);
  const std::string bytes = lab::EncodeIp(packet_);
  static_cast<void>(
      ::sendto(sender_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL, to_.get(), to_.size));
}

void Prober::TakeArrivals() {
  uint64_t number = 0;
  while (::recv(receiver_.get(), &number, sizeof number, 0) == sizeof number) {
    const auto now = Clock::now();
    const std::lock_guard lock(mutex_);
    if (number < beats_.size()) {
      Beat& beat = beats_[number];
      beat.arrived = now;
      last_arrival_ = now;
      last_arrived_sent_ = beat.sent;
    }
  }
}

std::optional<Milliseconds> Prober::UntilPasses(Clock::time_point start, Clock::duration patience) {
  const auto sent_before = [](const Beat& beat, Clock::time_point time) {
    return beat.sent < time;
  };
  while (Clock::now() < start + patience) {
    {
      const std::lock_guard lock(mutex_);
      const auto first = std::lower_bound(beats_.begin(), beats_.end(), start, sent_before);
      const auto found = std::find_if(first, beats_.end(), [](const Beat& beat) {
        return beat.arrived != Clock::time_point();
      });
      if (found != beats_.end()) {
        return found->sent - start;
      }
    }
    std::this_thread::sleep_for(kLook);
  }
  return std::nullopt;
}

std::optional<Milliseconds> Prober::UntilDropped(Clock::time_point start,
                                                 Clock::duration patience,
                                                 Clock::duration silence) {
  while (Clock::now() < start + patience) {
    {
      const std::lock_guard lock(mutex_);
      const auto quiet_since = std::max(last_arrival_, start);
      const auto into_silence = std::count_if(
          beats_.rbegin(),
          beats_.rbegin() + std::min<ptrdiff_t>(kSilentBeats, std::ssize(beats_)),
          [&](const Beat& beat) { return beat.sent > last_arrived_sent_ && beat.sent > start; });
      if (into_silence == kSilentBeats && Clock::now() > quiet_since + silence) {
        return quiet_since - start;
      }
    }
    std::this_thread::sleep_for(kLook);
  }
  return std::nullopt;
}

}  // namespace portcullis::bench
