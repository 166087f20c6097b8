// SPDX-License-Identifier: Apache-2.0
//
// Sets of protocols and ports: what is in one, how they are joined, and how they read.
#include "controller/insight/port_set.h"

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"
#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

using insight::PortSet;
using k8s::Protocol;

PortSet Tcp(uint16_t first, uint16_t last) {
  return PortSet::Of(Protocol::kTcp, {{first, last}});
}

PortSet RandomPorts(Random& random) {
  PortSet ports;
  for (size_t i = random.Below(4); i > 0; --i) {
    const auto first = static_cast<uint16_t>(random.Chance(20) ? 65530 : random.Below(12));
    const auto last = static_cast<uint16_t>(first + random.Below(6));
    const Protocol protocol = random.Chance(50) ? Protocol::kTcp : Protocol::kUdp;
    ports = ports | PortSet::Of(protocol, {{first, last}});
  }
  return random.Chance(20) ? PortSet::Everything() - ports : ports;
}

}  // namespace

TEST_CASE("no protocol is everything, no range is every port with 0 (6.1, 6.3)") {
  CHECK(PortSet::Of(std::nullopt, {}) == PortSet::Everything());
  CHECK(PortSet::Everything().IsEverything());
  CHECK(PortSet::Everything().Contains(kIcmp, 0));
  const PortSet tcp = PortSet::Of(Protocol::kTcp, {});
  CHECK(tcp.Contains(kTcp, 0));
  CHECK(tcp.Contains(kTcp, 65535));
  CHECK_FALSE(tcp.Contains(kUdp, 80));
  CHECK_FALSE(tcp.Contains(kIcmp, 0));
  CHECK_FALSE(tcp.IsEverything());
  CHECK(PortSet().empty());
}

TEST_CASE("equal sets of ports are equal values, however they were put together") {
  CHECK((Tcp(80, 80) | Tcp(81, 90)) == Tcp(80, 90));
  CHECK(PortSet::Of(Protocol::kTcp, {{5, 9}, {1, 6}}) == Tcp(1, 9));
  CHECK((Tcp(0, 65535) | PortSet::Of(Protocol::kTcp, {})) == PortSet::Of(Protocol::kTcp, {}));
  CHECK((Tcp(1, 9) - Tcp(1, 9)) == PortSet());
  CHECK((Tcp(1, 9) & PortSet::Of(Protocol::kUdp, {})) == PortSet());
  CHECK(((PortSet::Everything() - Tcp(80, 80)) | Tcp(80, 80)) == PortSet::Everything());
}

TEST_CASE("sets of ports join port by port") {
  const std::vector<uint16_t> ports = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,     10,    11,
                                       12, 13, 14, 15, 16, 17, 18, 79, 80, 65530, 65534, 65535};
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    Random random(seed);
    const PortSet a = RandomPorts(random);
    const PortSet b = RandomPorts(random);
    for (const uint8_t protocol : {kTcp, kUdp, kSctp, kIcmp}) {
      for (const uint16_t port : ports) {
        const bool in_a = a.Contains(protocol, port);
        const bool in_b = b.Contains(protocol, port);
        INFO("seed " << seed << ": " << ToText(a) << " | " << ToText(b) << " at " << port);
        REQUIRE((a | b).Contains(protocol, port) == (in_a || in_b));
        REQUIRE((a & b).Contains(protocol, port) == (in_a && in_b));
        REQUIRE((a - b).Contains(protocol, port) == (in_a && !in_b));
      }
    }
    REQUIRE(((a - b) | (a & b)) == a);
  }
}

TEST_CASE("sets of ports read as people write them") {
  CHECK(ToText(PortSet()) == "nothing");
  CHECK(ToText(PortSet::Everything()) == "everything");
  CHECK(ToText(Tcp(80, 80) | Tcp(8000, 8080) | PortSet::Of(Protocol::kUdp, {})) ==
        "80/TCP, 8000-8080/TCP, all UDP");
  CHECK(ToText(PortSet::Everything() - Tcp(80, 80)) == "everything but 80/TCP");
  CHECK(ToText(PortSet::Of(Protocol::kSctp, {})) == "all SCTP");
}

}  // namespace portcullis::test
