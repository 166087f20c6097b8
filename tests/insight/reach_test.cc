// SPDX-License-Identifier: Apache-2.0
//
// Reach on small worlds: whom it asks, and that pods of all nodes are subjects to it.
#include "controller/insight/reach.h"

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::PortSet;
using insight::Reach;

/// web on node1, db on node2, both in "x".
k8s::Objects TwoNodes(std::vector<k8s::NetworkPolicy> policies) {
  k8s::Objects objects;
  objects.namespaces = {MakeNamespace("x")};
  objects.pods = {MakePod("x/web", {"10.0.0.1", "fd00::1"}, {{"app", "web"}}),
                  MakePod("x/db", {"10.0.0.2", "fd00::2"}, {{"app", "db"}})};
  objects.pods[1].node_name = "node2";
  objects.policies = std::move(policies);
  return objects;
}

PortSet TcpPort(uint16_t port) {
  return PortSet::Of(k8s::Protocol::kTcp, {{port, port}});
}

}  // namespace

TEST_CASE("without policies everything reaches everything (2.1)") {
  const Reach reach((policy::World(TwoNodes({}))));
  CHECK(reach.Between(Ip("10.0.0.1"), Ip("10.0.0.2")).IsEverything());
  CHECK(reach.Between(Ip("192.0.2.1"), Ip("10.0.0.2")).IsEverything());
}

TEST_CASE("pods of every node are subjects, and the ends are asked apart (2.4)") {
  const auto web = Label("app", "web");
  const auto db = Label("app", "db");
  const Reach reach((policy::World(TwoNodes({
      IngressPolicy("x/db", {RuleFor({PodsWith(web)}, {Port(k8s::Protocol::kTcp, 5432)})}, db),
      EgressPolicy("x/web", {PortRule({Port(k8s::Protocol::kTcp, 5000, 6000)})}, web),
  }))));
  for (const auto& [from, to] :
       {std::pair(Ip("10.0.0.1"), Ip("10.0.0.2")), std::pair(Ip("fd00::1"), Ip("fd00::2"))}) {
    CHECK(reach.Ingress(from, to) == TcpPort(5432));
    CHECK(reach.Egress(from, to) == PortSet::Of(k8s::Protocol::kTcp, {{5000, 6000}}));
    CHECK(reach.Between(from, to) == TcpPort(5432));
    CHECK(reach.Egress(to, from).IsEverything());
  }
  CHECK(reach.Ingress(Ip("192.0.2.1"), Ip("10.0.0.2")).empty());
}

TEST_CASE("port names are those of each destination, on whatever node (6.7)") {
  auto objects =
      TwoNodes({IngressPolicy("x/all", {PortRule({Port(k8s::Protocol::kTcp, "http")})})});
  objects.pods[0].ports = {{"http", k8s::Protocol::kTcp, 80}};
  objects.pods[1].ports = {{"http", k8s::Protocol::kTcp, 8080}};
  const Reach reach((policy::World(objects)));
  CHECK(reach.Ingress(Ip("10.0.0.2"), Ip("10.0.0.1")) == TcpPort(80));
  CHECK(reach.Ingress(Ip("10.0.0.1"), Ip("10.0.0.2")) == TcpPort(8080));
}

TEST_CASE("a pod reaches itself, whatever isolates it (9.4), for Reach too") {
  const Reach reach((policy::World(TwoNodes({IngressPolicy("x/no"), EgressPolicy("x/none")}))));
  CHECK(reach.Between(Ip("10.0.0.1"), Ip("10.0.0.1")).IsEverything());
  CHECK(reach.Between(Ip("10.0.0.1"), Ip("10.0.0.2")).empty());
}

TEST_CASE("a pod without a node yet is judged all the same") {
  auto objects = TwoNodes({IngressPolicy("x/no")});
  objects.pods[0].node_name.clear();
  const Reach reach((policy::World(objects)));
  CHECK(reach.Ingress(Ip("10.0.0.2"), Ip("10.0.0.1")).empty());
}

}  // namespace portcullis::test
