// SPDX-License-Identifier: Apache-2.0
//
// See flood.h.
#include "tests/bench/flood/flood.h"

#include <ctime>
#include <functional>
#include <thread>

#include <sched.h>

#include "tests/bench/packets/frames.h"
#include "tests/bench/packets/objects.h"

namespace portcullis::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint16_t kFlowPort = 900;
constexpr uint16_t kForbiddenPort = 9999;
constexpr uint16_t kFirstPort = 1024;

Endpoint Client() {
  return {SilentClientAddress(Family::kIpv4), kFlowPort};
}
Endpoint Sink(uint16_t port) {
  return {LocalPodAddress(kSinkPod, Family::kIpv4), port};
}

void StayOn(unsigned cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu % std::thread::hardware_concurrency(), &one);
  lab::Checked(::sched_setaffinity(0, sizeof one, &one), "sched_setaffinity");
}

/// The thread goes before others, so that the flood is as large as asked for on a busy machine too.
/// Where that is not allowed it is what the machine gives.
void GoFirst() {
  const sched_param lowest{1};
  static_cast<void>(::sched_setscheduler(0, SCHED_RR, &lowest));
}

/// Of the calling thread, in nanoseconds.
double CpuTime() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

/// What one sender did.
struct Sent {
  uint64_t packets = 0;
  double cpu_ns = 0;

  [[nodiscard]] double EachCost() const {
    return packets == 0 ? 0 : cpu_ns / static_cast<double>(packets);
  }
};

Sent SendUntil(Clock::time_point end, const std::function<void(uint64_t)>& send_volley) {
  Sent sent;
  const double before = CpuTime();
  while (Clock::now() < end) {
    send_volley(sent.packets);
    sent.packets += Volley::kPackets;
  }
  sent.cpu_ns = CpuTime() - before;
  return sent;
}

}  // namespace

Flood::Flood(const Path& path)
    : path_(path),
      client_(RawSocket(path.client(), Family::kIpv4)),
      server_(RawSocket(path.server(), Family::kIpv4)),
      allowed_(UdpPacket(Client(), Sink(kMeasuredPort)), Sink(0).address),
      denied_(UdpPacket(Client(), Sink(kForbiddenPort)), Sink(0).address) {
  denied_.NumberFrom(kFirstPort);
}

void Flood::Establish() {
  path_.ForgetFlows();
  allowed_.Send(client_);
  Volley(UdpPacket(Sink(kMeasuredPort), Client()), Client().address).Send(server_);
}

Stretch Flood::Run(std::chrono::milliseconds length, uint64_t denied) {
  Establish();
  const uint64_t before = path_.Delivered();
  const auto begin = Clock::now();
  const auto end = begin + length;
  Sent flood;
  std::thread flooding;
  if (denied != 0) {
    flooding = std::thread([&] {
      StayOn(1);
      GoFirst();
      flood = SendUntil(end, [&](uint64_t sent) {
        std::this_thread::sleep_until(begin +
                                      std::chrono::nanoseconds(std::nano::den * sent / denied));
        denied_.NumberOn();
        denied_.Send(client_);
      });
    });
  }
  StayOn(0);
  const Sent allowed = SendUntil(end, [&](uint64_t /*sent*/) { allowed_.Send(client_); });
  if (flooding.joinable()) {
    flooding.join();
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return {static_cast<double>(path_.Delivered() - before) / seconds,
          allowed.EachCost(),
          static_cast<double>(flood.packets) / seconds,
          flood.EachCost()};
}

void Flood::Burst(uint64_t count) {
  for (uint64_t sent = 0; sent < count; sent += Volley::kPackets) {
    denied_.NumberOn();
    denied_.Send(client_);
  }
}

}  // namespace portcullis::bench
