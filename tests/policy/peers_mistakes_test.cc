// SPDX-License-Identifier: Apache-2.0
//
// Mistakes that other controllers were measured to make on these inputs, one test each.
#include <catch2/catch.hpp>

#include "controller/policy/marks.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

constexpr auto kTcpPort = k8s::Protocol::kTcp;

/// Three pods of one namespace, each with its own app label.
k8s::Objects Pods(std::vector<k8s::NetworkPolicy> policies) {
  return {{MakePod("x/a", {"10.0.0.1", "fd00::1"}, {{"app", "a"}}),
           MakePod("x/b", {"10.0.0.2", "fd00::2"}, {{"app", "b"}}),
           MakePod("x/c", {"10.0.0.3", "fd00::3"}, {{"app", "c"}})},
          {MakeNamespace("x")},
          std::move(policies)};
}

}  // namespace

TEST_CASE("egress rules of a policy of both directions do not open ingress, nor the reverse") {
  auto policy = IngressPolicy("x/both", {RuleFor({PodsWith(Label("app", "c"))})});
  policy.isolates_egress = true;
  policy.egress = {RuleFor({PodsWith(Label("app", "b"))})};
  const auto objects = Pods({policy});
  // x/a may send to x/b, but x/b receives from x/c alone; x/c may not send to it.
  CHECK_FALSE(CanConnect(objects, Between("10.0.0.1", "10.0.0.2")));
  CHECK_FALSE(CanConnect(objects, Between("10.0.0.3", "10.0.0.1")));
  CHECK(CanConnect(objects, Between("10.0.0.3", "10.0.0.2")));
}

TEST_CASE("a rule whose only ports are names that no pod has matches no port at all") {
  const auto rule = RuleFor({PodsWith(Label("app", "b"))}, {Port(kTcpPort, "nobody")});
  const auto ingress = Pods({IngressPolicy("x/in", {rule}, Label("app", "a"))});
  const auto egress = Pods({EgressPolicy("x/out", {rule}, Label("app", "a"))});
  for (const uint16_t port : std::vector<uint16_t>{0, 80, 65535}) {
    CHECK_FALSE(CanConnect(ingress, Between("10.0.0.2", "10.0.0.1", kTcp, port)));
    CHECK_FALSE(CanConnect(egress, Between("10.0.0.1", "10.0.0.2", kTcp, port)));
  }
}

TEST_CASE("the except of one block does not cut the other blocks of its rule") {
  const auto objects = Pods({IngressPolicy(
      "x/in",
      {RuleFor({Addresses("10.0.0.0/24", {"10.0.0.2/32"}), Addresses("10.0.0.0/29")})},
      Label("app", "a"))});
  CHECK(CanConnect(objects, Between("10.0.0.2", "10.0.0.1")));
}

TEST_CASE("two overlapping blocks in one rule are programmed") {
  const auto objects = Pods({IngressPolicy(
      "x/in", {RuleFor({Addresses("10.0.0.0/24"), Addresses("10.0.0.2/31")})}, Label("app", "a"))});
  CHECK(CanConnect(objects, Between("10.0.0.2", "10.0.0.1")));
  CHECK(CanConnect(objects, Between("10.0.0.9", "10.0.0.1")));
  CHECK_FALSE(CanConnect(objects, Between("10.0.1.0", "10.0.0.1")));
}

TEST_CASE("deny-all drops ICMP echo") {
  const auto objects = Pods({IngressPolicy("x/deny")});
  CHECK_FALSE(CanConnect(objects, Between("10.0.0.2", "10.0.0.1", kIcmp, 0)));
  CHECK_FALSE(CanConnect(objects, Between("fd00::2", "fd00::1", kIcmpv6, 0)));
}

TEST_CASE("packets that forge a node's address are not taken for the node's own") {
  const auto ruleset = CompileFor(Pods({IngressPolicy("x/deny")}));
  for (const auto& [node, pod] : {std::pair{"192.0.2.1", "10.0.0.1"}, {"2001:db8::1", "fd00::1"}}) {
    Packet forged = FirstPacket(Between(node, pod));
    forged.source_is_local = true;
    CHECK_FALSE(Passes(ruleset, kForwarded, forged));
  }
}

TEST_CASE("a policy that forbids an established flow cuts it, whichever side sends next") {
  const policy::MarkLayout marks;
  const Connection flow = Between("10.0.0.2", "10.0.0.1");
  const auto before = CompileFor(Pods({}));
  Packet first = FirstPacket(flow);
  REQUIRE(Passes(before, kForwarded, first));
  const auto after = policy::WithGeneration(CompileFor(Pods({IngressPolicy("x/deny")})), marks, 2);
  Packet client = FirstPacket(flow);
  client.entry->state = nft::kCtStateEstablished;
  client.entry->mark = first.entry->mark;
  CHECK_FALSE(Passes(after, kForwarded, client));
  Packet server = ReplyPacket(flow, first.entry->mark);
  CHECK_FALSE(Passes(after, kForwarded, server));
}

TEST_CASE("NotIn matches pods without the label, matchLabels with an empty value does not") {
  const auto allow = [](k8s::LabelSelector selector) {
    return Pods(
        {IngressPolicy("x/in", {RuleFor({PodsWith(std::move(selector))})}, Label("app", "a"))});
  };
  const Connection from_b = Between("10.0.0.2", "10.0.0.1");
  CHECK(CanConnect(allow(Select({Require("tier", Operator::kNotIn, {"db"})})), from_b));
  CHECK_FALSE(CanConnect(allow(Label("tier", "")), from_b));
}

}  // namespace portcullis::test
