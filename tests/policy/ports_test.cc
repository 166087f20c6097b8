// SPDX-License-Identifier: Apache-2.0
//
// Ports and protocols: sections 6 and 7.
#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

constexpr auto kTcpPort = k8s::Protocol::kTcp;
constexpr auto kUdpPort = k8s::Protocol::kUdp;
constexpr auto kSctpPort = k8s::Protocol::kSctp;

/// A client and two servers whose port "http" has different numbers.
k8s::Objects Servers() {
  k8s::Objects objects;
  objects.pods = {MakePod("x/client", {"10.0.0.1"}, {{"app", "client"}}),
                  MakePod("x/old", {"10.0.0.2"}, {{"app", "server"}}),
                  MakePod("x/new", {"10.0.0.3"}, {{"app", "server"}})};
  objects.pods[1].ports = {{"http", kTcpPort, 80}};
  objects.pods[2].ports = {{"http", kTcpPort, 8080}, {"dns", kUdpPort, 53}};
  objects.namespaces = {MakeNamespace("x")};
  return objects;
}

k8s::Objects Ingress(std::vector<k8s::PolicyPort> ports) {
  k8s::Objects objects = Servers();
  objects.policies = {IngressPolicy("x/p", {PortRule(std::move(ports))}, Label("app", "server"))};
  return objects;
}

k8s::Objects Egress(k8s::PolicyRule rule) {
  k8s::Objects objects = Servers();
  objects.policies = {EgressPolicy("x/p", {std::move(rule)}, Label("app", "client"))};
  return objects;
}

Connection ToOld(uint16_t port, uint8_t protocol = kTcp) {
  return Between("10.0.0.1", "10.0.0.2", protocol, port);
}

Connection ToNew(uint16_t port, uint8_t protocol = kTcp) {
  return Between("10.0.0.1", "10.0.0.3", protocol, port);
}

}  // namespace

TEST_CASE("a list of ports never matches a protocol without ports (6.1, 7.6)") {
  const auto objects = Ingress({Port(kTcpPort), Port(kUdpPort), Port(kSctpPort)});
  CHECK(CanConnect(objects, ToOld(80)));
  CHECK(CanConnect(objects, ToOld(80, kUdp)));
  CHECK_FALSE(CanConnect(objects, ToOld(0, kIcmp)));
  CHECK_FALSE(CanConnect(objects, ToOld(0, 50)));
}

TEST_CASE("a port entry without a port is every port of its protocol, 0 and 65535 too (6.3)") {
  const auto objects = Ingress({Port(kTcpPort)});
  CHECK(CanConnect(objects, ToOld(0)));
  CHECK(CanConnect(objects, ToOld(65535)));
  CHECK_FALSE(CanConnect(objects, ToOld(80, kUdp)));
}

TEST_CASE("a number is the destination's port, of its protocol only (6.4)") {
  const auto objects = Ingress({Port(kTcpPort, 80)});
  CHECK(CanConnect(objects, ToOld(80)));
  CHECK_FALSE(CanConnect(objects, ToOld(81)));
  CHECK_FALSE(CanConnect(objects, ToOld(80, kUdp)));
}

TEST_CASE("endPort is included, for every protocol (6.5, 6.6)") {
  for (const auto& [protocol, number] :
       {std::pair{kTcpPort, kTcp}, {kUdpPort, kUdp}, {kSctpPort, kSctp}}) {
    const auto objects = Ingress({Port(protocol, 80, 82)});
    CHECK_FALSE(CanConnect(objects, ToOld(79, number)));
    CHECK(CanConnect(objects, ToOld(80, number)));
    CHECK(CanConnect(objects, ToOld(82, number)));
    CHECK_FALSE(CanConnect(objects, ToOld(83, number)));
  }
}

TEST_CASE("an ingress port name is resolved by each subject for itself (6.7)") {
  const auto objects = Ingress({Port(kTcpPort, "http")});
  CHECK(CanConnect(objects, ToOld(80)));
  CHECK_FALSE(CanConnect(objects, ToOld(8080)));
  CHECK(CanConnect(objects, ToNew(8080)));
  CHECK_FALSE(CanConnect(objects, ToNew(80)));
}

TEST_CASE("an ingress port name is ANDed with the peers (6.7)") {
  auto objects = Ingress({});
  objects.policies[0].ingress = {
      RuleFor({PodsWith(Label("app", "server"))}, {Port(kTcpPort, "http")})};
  CHECK_FALSE(CanConnect(objects, ToOld(80)));
  CHECK(CanConnect(objects, Between("10.0.0.3", "10.0.0.2", kTcp, 80)));
}

TEST_CASE("an egress port name is resolved by each peer for itself (6.7)") {
  const auto objects =
      Egress(RuleFor({PodsWith(Label("app", "server"))}, {Port(kTcpPort, "http")}));
  CHECK(CanConnect(objects, ToOld(80)));
  CHECK_FALSE(CanConnect(objects, ToOld(8080)));
  CHECK(CanConnect(objects, ToNew(8080)));
  CHECK_FALSE(CanConnect(objects, ToNew(80)));
}

TEST_CASE("a port name with another protocol, or that nobody has, matches nothing (6.7)") {
  CHECK_FALSE(CanConnect(Ingress({Port(kTcpPort, "dns")}), ToNew(53)));
  CHECK_FALSE(CanConnect(Ingress({Port(kTcpPort, "dns")}), ToNew(53, kUdp)));
  CHECK(CanConnect(Ingress({Port(kUdpPort, "dns")}), ToNew(53, kUdp)));
  CHECK_FALSE(CanConnect(Ingress({Port(kTcpPort, "nobody")}), ToOld(80)));
  CHECK_FALSE(CanConnect(Egress(PortRule({Port(kTcpPort, "nobody")})), ToOld(80)));
}

TEST_CASE("an egress port name without peers is resolved over every pod, never outside (6.8)") {
  auto objects = Egress(PortRule({Port(kTcpPort, "http")}));
  CHECK(CanConnect(objects, ToOld(80)));
  CHECK_FALSE(CanConnect(objects, Between("10.0.0.1", "192.0.2.1", kTcp, 80)));
  objects.namespaces.clear();  // Pods count whether or not their Namespace is known.
  CHECK(CanConnect(objects, ToNew(8080)));
  objects.pods[1].host_network = true;
  CHECK_FALSE(CanConnect(objects, ToOld(80)));
}

TEST_CASE("an egress port name with an ipBlock means the pods inside it (6.9)") {
  const auto objects = Egress(RuleFor({Addresses("10.0.0.2/32")}, {Port(kTcpPort, "http")}));
  CHECK(CanConnect(objects, ToOld(80)));
  CHECK_FALSE(CanConnect(objects, ToNew(8080)));
  const auto outside = Egress(RuleFor({Addresses("192.0.2.0/24")}, {Port(kTcpPort, "http")}));
  CHECK_FALSE(CanConnect(outside, Between("10.0.0.1", "192.0.2.1", kTcp, 80)));
}

TEST_CASE("a name that two containers give to different ports stands for both (6.11)") {
  auto objects = Ingress({Port(kTcpPort, "http")});
  objects.pods[1].ports = {{"http", kTcpPort, 80}, {"http", kTcpPort, 81}};
  CHECK(CanConnect(objects, ToOld(80)));
  CHECK(CanConnect(objects, ToOld(81)));
}

TEST_CASE("a numeric rule needs no declared container port (6.12)") {
  CHECK(CanConnect(Ingress({Port(kTcpPort, 9999)}), ToOld(9999)));
}

TEST_CASE("overlapping ranges, repeated and adjacent ports are one set of intervals (6.13)") {
  const auto objects = Ingress({Port(kTcpPort, 80, 85),
                                Port(kTcpPort, 83, 90),
                                Port(kTcpPort, 91),
                                Port(kTcpPort, 80),
                                Port(kTcpPort, 93)});
  for (const uint16_t port : std::vector<uint16_t>{80, 85, 86, 91, 93}) {
    CHECK(CanConnect(objects, ToOld(port)));
  }
  for (const uint16_t port : std::vector<uint16_t>{79, 92, 94}) {
    CHECK_FALSE(CanConnect(objects, ToOld(port)));
  }
  for (const auto& [name, set] : CompileFor(objects).sets) {
    CHECK((name.rfind("ports-", 0) != 0 || set.elements.size() == 2));
  }
}

TEST_CASE("a pod that takes over an address brings its own port numbers (6.14)") {
  auto objects = Ingress({Port(kTcpPort, "http")});
  objects.pods[1].phase = k8s::PodPhase::kSucceeded;
  auto heir = MakePod("x/heir", {"10.0.0.2"}, {{"app", "server"}});
  heir.ports = {{"http", kTcpPort, 8000}};
  objects.pods.push_back(heir);
  CHECK(CanConnect(objects, ToOld(8000)));
  CHECK_FALSE(CanConnect(objects, ToOld(80)));
}

TEST_CASE("a policy that names SCTP lets neither TCP nor UDP through (7.1)") {
  const auto objects = Ingress({Port(kSctpPort, 80)});
  CHECK(CanConnect(objects, ToOld(80, kSctp)));
  CHECK_FALSE(CanConnect(objects, ToOld(80)));
  CHECK_FALSE(CanConnect(objects, ToOld(80, kUdp)));
}

TEST_CASE("ICMP echo passes only where a rule without ports matches the peer (7.4, 7.7)") {
  auto objects = Ingress({});
  objects.policies[0].ingress = {RuleFor({PodsWith(Label("app", "client"))})};
  CHECK(CanConnect(objects, ToOld(0, kIcmp)));
  CHECK_FALSE(CanConnect(objects, Between("10.0.0.3", "10.0.0.2", kIcmp, 0)));
  objects.policies[0].ingress.clear();
  CHECK_FALSE(CanConnect(objects, ToOld(0, kIcmp)));
}

}  // namespace portcullis::test
