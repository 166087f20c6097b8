// SPDX-License-Identifier: Apache-2.0
//
// Which policies isolate, and how they add up: sections 1 and 2 of docs/semantics.md, judged on the
// compiled table and by the oracle alike (CanConnect checks that they agree).
#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

/// Two pods of namespace x and one of y, all on one node.
k8s::Objects ThreePods() {
  return {{MakePod("x/web", {"10.0.0.1"}, {{"app", "web"}}),
           MakePod("x/db", {"10.0.0.2"}, {{"app", "db"}}),
           MakePod("y/web", {"10.0.0.3"}, {{"app", "web"}})},
          {MakeNamespace("x"), MakeNamespace("y")},
          {}};
}

k8s::Objects With(k8s::Objects objects, std::vector<k8s::NetworkPolicy> policies) {
  objects.policies = std::move(policies);
  return objects;
}

const Connection kWebToDb = Between("10.0.0.1", "10.0.0.2");
const Connection kDbToWeb = Between("10.0.0.2", "10.0.0.1");
const Connection kOtherToWeb = Between("10.0.0.3", "10.0.0.1");

}  // namespace

TEST_CASE("without policies everything passes (2.1)") {
  CHECK(CanConnect(ThreePods(), kWebToDb));
  CHECK(CanConnect(ThreePods(), Between("192.0.2.1", "10.0.0.1")));
}

TEST_CASE("a policy selects pods of its own namespace only (1.1)") {
  const auto objects = With(ThreePods(), {IngressPolicy("y/deny")});
  CHECK(CanConnect(objects, kWebToDb));
  CHECK_FALSE(CanConnect(objects, Between("10.0.0.1", "10.0.0.3")));
}

TEST_CASE("an empty podSelector selects every pod of the namespace (1.2)") {
  const auto objects = With(ThreePods(), {IngressPolicy("x/deny")});
  CHECK_FALSE(CanConnect(objects, kWebToDb));
  CHECK_FALSE(CanConnect(objects, kDbToWeb));
}

TEST_CASE("rules of a direction that policyTypes leaves out play no part (1.5)") {
  auto egress = EgressPolicy("x/egress");
  egress.ingress = {AnyRule()};
  CHECK_FALSE(CanConnect(With(ThreePods(), {egress, IngressPolicy("x/deny")}), kOtherToWeb));
  auto ingress = IngressPolicy("x/ingress", {AnyRule()});
  ingress.egress = {AnyRule()};
  CHECK_FALSE(CanConnect(With(ThreePods(), {ingress, EgressPolicy("x/deny")}), kWebToDb));
}

TEST_CASE("a type without rules isolates and allows nothing (1.7)") {
  CHECK_FALSE(CanConnect(With(ThreePods(), {EgressPolicy("x/deny")}), kWebToDb));
  CHECK(CanConnect(With(ThreePods(), {EgressPolicy("x/deny")}), kOtherToWeb));
}

TEST_CASE("one empty rule allows every protocol (1.8)") {
  const auto objects = With(ThreePods(), {IngressPolicy("x/open", {AnyRule()})});
  CHECK(CanConnect(objects, kWebToDb));
  CHECK(CanConnect(objects, Between("10.0.0.1", "10.0.0.2", kIcmp, 0)));
  CHECK(CanConnect(objects, Between("10.0.0.1", "10.0.0.2", 47, 0)));
}

TEST_CASE("lists in which nothing was understood allow nothing, and isolate (1.11)") {
  const auto no_peer = IngressPolicy("x/p", {RuleFor(std::vector<k8s::Peer>())});
  CHECK_FALSE(CanConnect(With(ThreePods(), {no_peer}), kWebToDb));
  const auto no_port = IngressPolicy("x/p", {PortRule({})});
  CHECK_FALSE(CanConnect(With(ThreePods(), {no_port}), kWebToDb));
}

TEST_CASE("ingress and egress isolation are independent (2.1)") {
  const auto objects = With(ThreePods(), {IngressPolicy("x/deny", {}, Label("app", "web"))});
  CHECK(CanConnect(objects, kWebToDb));
  CHECK_FALSE(CanConnect(objects, kDbToWeb));
}

TEST_CASE("what any of several policies allows is allowed (2.2, 2.3)") {
  const auto allow_db = IngressPolicy("x/allow-db", {RuleFor({PodsWith(Label("app", "db"))})});
  const auto objects = With(ThreePods(), {IngressPolicy("x/deny"), allow_db});
  CHECK(CanConnect(objects, kDbToWeb));
  CHECK_FALSE(CanConnect(objects, kOtherToWeb));
}

TEST_CASE("both sides must allow a connection (2.4)") {
  const auto open_ingress = IngressPolicy("x/in", {AnyRule()});
  const auto closed_egress = EgressPolicy("x/out", {}, Label("app", "db"));
  const auto objects = With(ThreePods(), {open_ingress, closed_egress});
  CHECK_FALSE(CanConnect(objects, kDbToWeb));
  CHECK(CanConnect(objects, kWebToDb));
}

TEST_CASE("deleting the last policy opens, deleting one of several takes its allowances (2.6)") {
  const auto deny = IngressPolicy("x/deny");
  const auto allow = IngressPolicy("x/allow", {AnyRule()});
  CHECK(CanConnect(With(ThreePods(), {deny, allow}), kWebToDb));
  CHECK_FALSE(CanConnect(With(ThreePods(), {deny}), kWebToDb));
  CHECK(CanConnect(With(ThreePods(), {}), kWebToDb));
}

}  // namespace portcullis::test
