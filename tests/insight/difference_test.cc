// SPDX-License-Identifier: Apache-2.0
//
// What a change of policies opens and closes, as a person reads it.
#include "controller/insight/difference.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/insight/summary.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::Change;
using insight::Difference;
using Texts = std::vector<std::string>;

std::string Join(const Texts& texts) {
  std::string text;
  for (const std::string& each : texts) {
    text += (text.empty() ? "" : " + ") + each;
  }
  return text;
}

Texts Lines(const Difference& difference, const std::vector<Change>& changes) {
  Texts lines;
  lines.reserve(changes.size());
  for (const Change& change : changes) {
    lines.push_back(Join(Summarize(difference.ends, change.from)) + " > " +
                    Join(Summarize(difference.ends, change.to)) + ": " + ToText(change.ports) +
                    ", " + std::to_string(change.pairs));
  }
  return lines;
}

/// Two workloads of "shop", one pod elsewhere.
k8s::Objects Shop() {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web-0", {"10.0.0.1"}, {{"app", "web"}}),
                  MakePod("shop/web-1", {"10.0.0.2"}, {{"app", "web"}}),
                  MakePod("shop/db", {"10.0.0.3"}, {{"app", "db"}}),
                  MakePod("other/client", {"10.0.0.4"})};
  objects.namespaces = {MakeNamespace("shop"), MakeNamespace("other")};
  return objects;
}

Difference After(const k8s::Objects& before, const std::vector<k8s::NetworkPolicy>& policies) {
  k8s::Objects after = before;
  after.policies = policies;
  return insight::Compare(policy::World(before), policy::World(after));
}

}  // namespace

TEST_CASE("the same policies make no difference") {
  k8s::Objects objects = Shop();
  objects.policies = {IngressPolicy("shop/deny")};
  CHECK(After(objects, objects.policies).empty());
}

TEST_CASE("a policy that denies everything closes what came from everybody, in one line (2.2)") {
  const Difference difference = After(Shop(), {IngressPolicy("shop/deny")});
  CHECK(difference.opened.empty());
  // 3 pods, each from 2 others, from the client and from outside.
  CHECK(Lines(difference, difference.closed) ==
        Texts{"everybody > shop/* (all 3 pods): everything, 12"});
  CHECK(difference.closed_pairs == 12);
}

TEST_CASE("a rule opens what it names and nothing else") {
  k8s::Objects objects = Shop();
  objects.policies = {IngressPolicy("shop/deny")};
  const Difference difference = After(
      objects,
      {objects.policies.front(),
       IngressPolicy("shop/db",
                     {RuleFor({PodsWith(Label("app", "web"))}, {Port(k8s::Protocol::kTcp, 5432)})},
                     Label("app", "db"))});
  CHECK(difference.closed.empty());
  CHECK(Lines(difference, difference.opened) ==
        Texts{"shop/web-* (2 pods) > shop/db: 5432/TCP, 2"});
}

TEST_CASE("one change may open and close between the same ends") {
  k8s::Objects objects = Shop();
  objects.policies = {
      IngressPolicy("shop/db", {PortRule({Port(k8s::Protocol::kTcp, 80)})}, Label("app", "db"))};
  const Difference difference = After(
      objects,
      {IngressPolicy("shop/db", {PortRule({Port(k8s::Protocol::kTcp, 81)})}, Label("app", "db"))});
  CHECK(Lines(difference, difference.opened) == Texts{"everybody > shop/db: 81/TCP, 4"});
  CHECK(Lines(difference, difference.closed) == Texts{"everybody > shop/db: 80/TCP, 4"});
}

TEST_CASE("blocks of the policies before and after cut the outside (5.2)") {
  k8s::Objects objects = Shop();
  objects.policies = {EgressPolicy("other/out", {RuleFor({Addresses("192.0.2.0/24")})})};
  const Difference difference =
      After(objects, {EgressPolicy("other/out", {RuleFor({Addresses("192.0.2.0/25")})})});
  CHECK(Lines(difference, difference.closed) ==
        Texts{"other/client > outside 192.0.2.128/25: everything, 1"});
  CHECK(difference.opened.empty());
}

TEST_CASE("labels of a pod that change are a change as well (8.8)") {
  k8s::Objects before = Shop();
  before.policies = {IngressPolicy("shop/db", {}, Label("app", "db"))};
  k8s::Objects after = before;
  after.pods[2].meta.labels = {};
  const Difference difference = insight::Compare(policy::World(before), policy::World(after));
  CHECK(Lines(difference, difference.opened) == Texts{"everybody > shop/db: everything, 4"});
}

TEST_CASE("a change of one family alone says which") {
  k8s::Objects objects = Shop();
  objects.pods.push_back(MakePod("other/dual", {"10.0.0.9", "fd00::9"}));
  const Difference difference =
      After(objects, {EgressPolicy("other/v4", {RuleFor({Addresses("0.0.0.0/0")})})});
  REQUIRE(difference.closed.size() == 1);
  CHECK(difference.closed.front().families == std::set<Family>{Family::kIpv6});
}

}  // namespace portcullis::test
