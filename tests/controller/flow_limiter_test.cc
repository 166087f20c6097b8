// SPDX-License-Identifier: Apache-2.0
//
// Which denied packets get a line, on a clock that the test turns.
#include "controller/denied/flow_limiter.h"

#include <catch2/catch.hpp>

namespace portcullis::denied {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kChain[] = "ingress-abc";

nft::LoggedPacket Packet(const std::string& from,
                         uint16_t from_port,
                         const std::string& to = "10.0.0.9") {
  nft::PacketHeader header;
  header.source = *IpAddress::Parse(from);
  header.destination = *IpAddress::Parse(to);
  header.protocol = 6;
  header.source_port = from_port;
  header.destination_port = 80;
  return {kChain, header};
}

struct Clock {
  SteadyTime steady;
  WallTime wall = WallTime(seconds(1'767'225'600));

  void Pass(milliseconds time) {
    steady += time;
    wall += time;
  }
};

FlowLimiter::Decision Judge(FlowLimiter& limiter,
                            const Clock& clock,
                            const nft::LoggedPacket& packet) {
  return limiter.Judge(packet, clock.steady, clock.wall);
}

TEST_CASE("A flow gets one line, whichever way its packets go, until its time is over",
          "[flow_limiter]") {
  FlowLimiter limiter;
  Clock clock;
  const nft::LoggedPacket packet = Packet("10.0.0.1", 4000);
  CHECK(Judge(limiter, clock, packet).write);
  for (const int delay : {1, 2, 4, 8, 16, 32, 64}) {
    clock.Pass(seconds(delay));
    CHECK(Judge(limiter, clock, packet).repeated);
  }
  nft::LoggedPacket reply = packet;
  std::swap(reply.header.source, reply.header.destination);
  std::swap(reply.header.source_port, reply.header.destination_port);
  CHECK(Judge(limiter, clock, reply).repeated);
  CHECK(Judge(limiter, clock, Packet("10.0.0.1", 4001)).write);
  clock.Pass(seconds(3));
  CHECK(Judge(limiter, clock, packet).write);
  CHECK_FALSE(limiter.TakeSummary().has_value());
}

TEST_CASE("A pair has five lines and then one every ten seconds, which says what was left out",
          "[flow_limiter]") {
  FlowLimiter limiter;
  Clock clock;
  uint16_t port = 1000;
  for (int i = 0; i < 5; ++i) {
    CHECK(Judge(limiter, clock, Packet("10.0.0.1", port++)).write);
  }
  clock.Pass(seconds(1));
  const WallTime first = clock.wall;
  for (int i = 0; i < 314; ++i) {
    const auto decision = Judge(limiter, clock, Packet("10.0.0.1", port++));
    CHECK_FALSE(decision.write);
    CHECK_FALSE(decision.repeated);
    clock.Pass(milliseconds(10));
  }
  CHECK(Judge(limiter, clock, Packet("10.0.0.2", 1)).write);
  clock.Pass(seconds(7));
  const auto decision = Judge(limiter, clock, Packet("10.0.0.1", port++));
  CHECK(decision.write);
  CHECK(decision.before.flows == 314);
  CHECK(decision.before.since == first);
  clock.Pass(seconds(10));
  CHECK(Judge(limiter, clock, Packet("10.0.0.1", port++)).before.flows == 0);
}

TEST_CASE("All pairs together have a hundred lines, and then twenty a second", "[flow_limiter]") {
  FlowLimiter limiter;
  Clock clock;
  int written = 0;
  for (int second = 0; second < 60; ++second) {
    for (int i = 0; i < 1000; ++i) {
      const std::string from = "10.1." + std::to_string(second) + "." + std::to_string(i % 250);
      written += Judge(limiter, clock, Packet(from, static_cast<uint16_t>(i))).write ? 1 : 0;
      clock.Pass(milliseconds(1));
    }
  }
  CHECK(written >= 100 + 59 * 20);
  CHECK(written <= 100 + 60 * 20 + 1);
  const auto summary = limiter.TakeSummary();
  REQUIRE(summary.has_value());
  CHECK(summary->flows == 60'000 - static_cast<uint64_t>(written));
  CHECK(summary->pairs > 4'000);
  CHECK_FALSE(limiter.TakeSummary().has_value());
}

TEST_CASE("The summary names the pair that had most", "[flow_limiter]") {
  FlowLimiter limiter;
  const Clock clock;
  for (uint16_t port = 1; port <= 50; ++port) {
    (void)Judge(limiter, clock, Packet("10.0.0.1", port));
    if (port <= 8) {
      (void)Judge(limiter, clock, Packet("10.0.0.2", port));
    }
  }
  const auto summary = limiter.TakeSummary();
  REQUIRE(summary.has_value());
  CHECK(summary->flows == 48);
  CHECK(summary->pairs == 2);
  CHECK(summary->most_flows == 45);
  CHECK(summary->most->header.source == *IpAddress::Parse("10.0.0.1"));
}

TEST_CASE("Whatever comes, no more is remembered than was said", "[flow_limiter]") {
  Limits limits;
  limits.pairs = 10;
  limits.flows = 20;
  FlowLimiter limiter(limits);
  Clock clock;
  for (int i = 0; i < 1'000; ++i) {
    const std::string from = "10.2." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    (void)Judge(limiter, clock, Packet(from, static_cast<uint16_t>(i)));
    CHECK(limiter.pairs() <= 10);
    CHECK(limiter.flows() <= 20);
    clock.Pass(milliseconds(i % 7 == 0 ? 9'000 : 0));
  }
}

}  // namespace
}  // namespace portcullis::denied
