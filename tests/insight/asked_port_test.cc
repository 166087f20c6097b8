// SPDX-License-Identifier: Apache-2.0
//
// How a port is asked for, and which one a name means at its destination.
#include "controller/insight/asked_port.h"

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using Catch::Matchers::Contains;
using insight::AskedPort;
using insight::AskedPortName;
using insight::FindPort;
using insight::ParsePort;
using insight::PortText;

k8s::Pod WithPorts() {
  auto pod = MakePod("x/web", {"10.0.0.1"});
  pod.ports = {{"http", k8s::Protocol::kTcp, 8080},
               {"dns", k8s::Protocol::kUdp, 53},
               {"dns", k8s::Protocol::kTcp, 53}};
  return pod;
}

}  // namespace

TEST_CASE("ports are numbers with a protocol, names, or icmp") {
  CHECK(ParsePort("80").value() == PortText(AskedPort{kTcp, 80, ""}));  // 6.2
  CHECK(ParsePort("80/TCP").value() == PortText(AskedPort{kTcp, 80, ""}));
  CHECK(ParsePort("53/udp").value() == PortText(AskedPort{kUdp, 53, ""}));
  CHECK(ParsePort("9/SCTP").value() == PortText(AskedPort{kSctp, 9, ""}));
  CHECK(ParsePort("icmp").value() == PortText(AskedPort{kIcmp, 0, ""}));
  CHECK(ParsePort("http").value() == PortText(AskedPortName{"http", {}}));
  CHECK(ParsePort("dns/UDP").value() == PortText(AskedPortName{"dns", k8s::Protocol::kUdp}));
  for (const std::string text : {"", "80/", "80/QUIC", "65536", "-1", "8o/TCP/x", "Http"}) {
    INFO(text);
    REQUIRE_FALSE(ParsePort(text));
    CHECK_THAT(ParsePort(text).error().message, Contains("is no port"));
  }
}

TEST_CASE("a name is the destination's (6.7, 6.11)") {
  const k8s::Pod pod = WithPorts();
  CHECK(FindPort(AskedPortName{"http", {}}, &pod).value() == AskedPort{kTcp, 8080, "http"});
  CHECK(FindPort(AskedPortName{"dns", k8s::Protocol::kUdp}, &pod).value() ==
        AskedPort{kUdp, 53, "dns"});
  CHECK_THAT(FindPort(AskedPortName{"dns", {}}, &pod).error().message,
             Contains("stands for 53/TCP, 53/UDP: ask for one"));
  CHECK_THAT(FindPort(AskedPortName{"web", {}}, &pod).error().message,
             Contains("has no port called web: it has the named ports http (8080/TCP)"));
  CHECK_THAT(FindPort(AskedPortName{"http", {}}, nullptr).error().message,
             Contains("only pods have such"));
}

TEST_CASE("asked ports read as they are written") {
  CHECK(ToText(AskedPort{kTcp, 80, ""}) == "80/TCP");
  CHECK(ToText(AskedPort{kUdp, 53, "dns"}) == "53/UDP (dns)");
  CHECK(ToText(AskedPort{kIcmp, 0, ""}) == "ICMP");
}

}  // namespace portcullis::test
