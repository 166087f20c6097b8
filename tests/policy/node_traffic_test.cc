// SPDX-License-Identifier: Apache-2.0
//
// Traffic of nodes, of a pod with itself, established flows, and packets that conntrack knows
// nothing of: sections 7, 9 and 10, on the compiled table.
#include <catch2/catch.hpp>

#include "controller/policy/marks.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

constexpr char kNodeAddress[] = "192.0.2.1";
const policy::MarkLayout kMarks;

/// x/s, isolated in both directions, may receive from x/p on TCP 80 and send to nobody.
k8s::Objects Isolated() {
  k8s::Objects objects;
  objects.pods = {MakePod("x/s", {"10.0.0.1", "fd00::1"}, {{"app", "s"}}),
                  MakePod("x/p", {"10.0.0.2", "fd00::2"}, {{"app", "p"}})};
  objects.namespaces = {MakeNamespace("x")};
  objects.policies = {
      IngressPolicy("x/in",
                    {RuleFor({PodsWith(Label("app", "p"))}, {Port(k8s::Protocol::kTcp, 80)})},
                    Label("app", "s")),
      EgressPolicy("x/out", {}, Label("app", "s"))};
  return objects;
}

nft::Ruleset DenyAll() {
  auto objects = Isolated();
  objects.policies[0].ingress.clear();
  return CompileFor(objects);
}

const Connection kAllowed = Between("10.0.0.2", "10.0.0.1");
const Connection kProbe = [] {
  Connection connection = Between(kNodeAddress, "10.0.0.1");
  connection.made_by_own_node = true;
  return connection;
}();

bool Forwards(const nft::Ruleset& ruleset, Packet packet) {
  return Passes(ruleset, kForwarded, packet);
}

Packet WithoutEntry(const Connection& connection, bool untracked) {
  Packet packet = FirstPacket(connection);
  packet.entry.reset();
  packet.untracked = untracked;
  return packet;
}

}  // namespace

TEST_CASE("a pod's own node always reaches it (9.1)") {
  const auto ruleset = CompileFor(Isolated());
  Packet probe = FirstPacket(kProbe);
  CHECK(Passes(ruleset, kFromNode, probe));
  CHECK(kMarks.Number(probe.entry->mark) == kMarks.generations() + 1);
  Packet reply = ReplyPacket(kProbe, probe.entry->mark);
  CHECK(Passes(ruleset, kToNode, reply));
}

TEST_CASE("a forwarded packet that forges the node's address is judged like any other (9.1)") {
  const auto ruleset = CompileFor(Isolated());
  Packet forged = FirstPacket(kProbe);
  CHECK_FALSE(Passes(ruleset, kForwarded, forged));
}

TEST_CASE("an allowed forgery is never taken for the node's own by what the node answers (9.1)") {
  auto objects = Isolated();
  objects.policies[0].ingress = {RuleFor({Addresses("192.0.2.1/32")})};
  const auto allowing = CompileFor(objects);
  Packet forged = FirstPacket(kProbe);
  REQUIRE(Passes(allowing, kForwarded, forged));
  // The pod's answer reaches the node, which sends an ICMP error about it.
  Packet answer = ReplyPacket(kProbe, forged.entry->mark);
  CHECK(Passes(allowing, kToNode, answer));
  Packet error = FirstPacket(kProbe);
  error.protocol = kIcmp;
  error.entry->state = nft::kCtStateRelated;
  error.entry->mark = answer.entry->mark;
  CHECK(Passes(allowing, kFromNode, error));
  forged.entry->mark = error.entry->mark;
  forged.entry->state = nft::kCtStateEstablished;
  const auto denying = policy::WithGeneration(CompileFor(Isolated()), kMarks, 2);
  CHECK_FALSE(Forwards(denying, forged));
}

TEST_CASE("a reply that reaches the node does not make a forged flow allowed (9.1)") {
  const auto ruleset = policy::WithGeneration(DenyAll(), kMarks, 2);
  Packet answer = ReplyPacket(kProbe, kMarks.Generation(1));
  CHECK(Passes(ruleset, kToNode, answer));
  Packet forged = FirstPacket(kProbe);
  forged.entry->state = nft::kCtStateEstablished;
  forged.entry->mark = answer.entry->mark;
  CHECK_FALSE(Forwards(ruleset, forged));
}

TEST_CASE("flows that the node made before it had the table go on (9.1)") {
  const auto ruleset = CompileFor(Isolated());
  Packet answer = ReplyPacket(kProbe, /*mark=*/0);
  CHECK(Passes(ruleset, kToNode, answer));
  Packet next = FirstPacket(kProbe);
  next.entry->state = nft::kCtStateEstablished;
  CHECK(Passes(ruleset, kFromNode, next));
}

TEST_CASE("what the node sends from an address that is not its own is judged (9.1)") {
  const auto ruleset = CompileFor(Isolated());
  Packet proxied = FirstPacket(Between("10.0.0.9", "10.0.0.1"));
  CHECK_FALSE(Passes(ruleset, kFromNode, proxied));
  Packet untracked = WithoutEntry(Between("10.0.0.9", "10.0.0.1"), /*untracked=*/true);
  CHECK_FALSE(Passes(ruleset, kFromNode, untracked));
}

TEST_CASE("a pod's egress policies hold towards its own node (9.2)") {
  const auto ruleset = CompileFor(Isolated());
  Packet to_node = FirstPacket(Between("10.0.0.1", kNodeAddress));
  CHECK_FALSE(Passes(ruleset, kToNode, to_node));
  Packet from_other = FirstPacket(Between("10.0.0.2", kNodeAddress));
  CHECK(Passes(ruleset, kToNode, from_other));
}

TEST_CASE("the node's replies to an allowed flow of a pod pass (9.2, 10.1)") {
  auto objects = Isolated();
  objects.policies[1].egress = {RuleFor({Addresses("192.0.2.1/32")})};
  const auto ruleset = CompileFor(objects);
  const Connection to_node = Between("10.0.0.1", kNodeAddress);
  Packet first = FirstPacket(to_node);
  REQUIRE(Passes(ruleset, kToNode, first));
  Packet reply = ReplyPacket(to_node, first.entry->mark);
  reply.source_is_local = true;
  CHECK(Passes(ruleset, kFromNode, reply));
  CHECK(reply.entry->mark == first.entry->mark);
  Packet denied = ReplyPacket(to_node, first.entry->mark);
  denied.source_is_local = true;
  CHECK_FALSE(Passes(policy::WithGeneration(CompileFor(Isolated()), kMarks, 2), kFromNode, denied));
}

TEST_CASE("other nodes are not exempt (9.3)") {
  CHECK_FALSE(CanConnect(Isolated(), Between("192.0.2.2", "10.0.0.1")));
}

TEST_CASE("a pod that reaches itself through its Service passes, whatever isolates it (9.4)") {
  CHECK(Forwards(DenyAll(), FirstPacket(Between("10.0.0.1", "10.0.0.1"))));
  CHECK(Forwards(DenyAll(), FirstPacket(Between("fd00::1", "fd00::1"))));
}

TEST_CASE("a flow is judged by its source before and its destination after NAT (9.5, 5.8)") {
  const auto ruleset = CompileFor(Isolated());
  Packet through_service = FirstPacket(kAllowed);
  through_service.entry->reply_port = 80;  // The Service's port was another one.
  through_service.destination_port = 8080;
  CHECK(Forwards(ruleset, through_service));
  Packet masqueraded = FirstPacket(kAllowed);
  masqueraded.source = Ip(kNodeAddress);
  CHECK(Forwards(ruleset, masqueraded));
}

TEST_CASE("replies to an allowed flow pass, though the pod may send to nobody (10.1)") {
  const auto ruleset = CompileFor(Isolated());
  Packet first = FirstPacket(kAllowed);
  REQUIRE(Passes(ruleset, kForwarded, first));
  CHECK(first.entry->mark == kMarks.Generation(1));
  CHECK(Forwards(ruleset, ReplyPacket(kAllowed, first.entry->mark)));
  CHECK(Forwards(ruleset, ReplyPacket(kAllowed, /*mark=*/0)));
}

TEST_CASE("a flow that is no longer allowed is cut in both directions (10.2)") {
  const auto ruleset = policy::WithGeneration(DenyAll(), kMarks, 2);
  Packet packet = FirstPacket(kAllowed);
  packet.entry->state = nft::kCtStateEstablished;
  packet.entry->mark = kMarks.Generation(1);
  CHECK_FALSE(Forwards(ruleset, packet));
  CHECK_FALSE(Forwards(ruleset, ReplyPacket(kAllowed, kMarks.Generation(1))));
}

TEST_CASE("a flow that stays allowed is judged once per generation, by either side (10.2)") {
  const auto ruleset = policy::WithGeneration(CompileFor(Isolated()), kMarks, 2);
  Packet reply = ReplyPacket(kAllowed, kMarks.Generation(1));
  CHECK(Passes(ruleset, kForwarded, reply));
  CHECK(reply.entry->mark == kMarks.Generation(2));
}

TEST_CASE("other users' bits of the conntrack mark stay as they are") {
  const auto ruleset = CompileFor(Isolated());
  Packet packet = FirstPacket(kAllowed);
  packet.entry->mark = 0x4000;
  REQUIRE(Passes(ruleset, kForwarded, packet));
  CHECK(packet.entry->mark == (kMarks.Generation(1) | 0x4000));
  Packet probe = FirstPacket(kProbe);
  probe.entry->mark = 0x4000;
  REQUIRE(Passes(ruleset, kFromNode, probe));
  CHECK(probe.entry->mark == (kMarks.Local() | 0x4000));
}

TEST_CASE("without a generation every packet is judged and none is marked") {
  const auto ruleset = policy::WithGeneration(CompileFor(Isolated()), kMarks, std::nullopt);
  Packet packet = FirstPacket(kAllowed);
  CHECK(Passes(ruleset, kForwarded, packet));
  CHECK(packet.entry->mark == 0);
  Packet denied = FirstPacket(Between("10.0.0.9", "10.0.0.1"));
  for (uint32_t number = 1; number <= kMarks.generations(); ++number) {
    denied.entry->mark = kMarks.Generation(number);
    CHECK_FALSE(Forwards(ruleset, denied));
  }
  Packet probe = FirstPacket(kProbe);
  CHECK(Passes(ruleset, kFromNode, probe));
}

TEST_CASE("untracked packets of isolated pods are judged by their headers") {
  const auto ruleset = CompileFor(Isolated());
  CHECK(Forwards(ruleset, WithoutEntry(kAllowed, /*untracked=*/true)));
  CHECK_FALSE(Forwards(ruleset, WithoutEntry(Between("10.0.0.2", "10.0.0.1", kTcp, 81), true)));
  CHECK_FALSE(Forwards(ruleset, WithoutEntry(Between("10.0.0.9", "10.0.0.1"), true)));
  CHECK(Forwards(ruleset, WithoutEntry(Between("10.0.0.9", "10.0.0.2"), true)));
  Packet to_node = WithoutEntry(Between("10.0.0.1", kNodeAddress), true);
  CHECK_FALSE(Passes(ruleset, kToNode, to_node));
}

TEST_CASE("invalid packets of isolated pods pass only where everything of that kind may") {
  auto objects = Isolated();
  CHECK_FALSE(Forwards(CompileFor(objects), WithoutEntry(kAllowed, /*untracked=*/false)));
  CHECK(Forwards(CompileFor(objects), WithoutEntry(Between("10.0.0.9", "10.0.0.2"), false)));
  objects.policies[0].ingress = {AnyRule()};
  CHECK(Forwards(CompileFor(objects), WithoutEntry(kAllowed, false)));
}

TEST_CASE("neighbour discovery passes isolated pods, other untracked ICMPv6 does not (7.5)") {
  const auto ruleset = DenyAll();
  Packet packet = WithoutEntry(Between("fd00::2", "fd00::1", kIcmpv6, 0), /*untracked=*/true);
  packet.destination_port.reset();
  for (const int type : {130, 131, 132, 133, 134, 135, 136, 137, 143}) {
    packet.icmpv6_type = static_cast<uint8_t>(type);
    INFO(type);
    CHECK(Forwards(ruleset, packet));
    Packet to_node = packet;
    CHECK(Passes(ruleset, kToNode, to_node));
  }
  for (const int type : {1, 128, 129, 138, 144}) {
    packet.icmpv6_type = static_cast<uint8_t>(type);
    INFO(type);
    CHECK_FALSE(Forwards(ruleset, packet));
  }
}

TEST_CASE("ICMP errors about a flow pass, other ICMP is judged (7.5)") {
  for (const auto& [source, destination, protocol] :
       {std::tuple{"192.0.2.9", "10.0.0.1", kIcmp}, {"2001:db8::9", "fd00::1", kIcmpv6}}) {
    Packet error = FirstPacket(Between(source, destination, protocol, 0));
    error.entry->state = nft::kCtStateRelated;
    CHECK(Forwards(DenyAll(), error));
    error.entry->state = nft::kCtStateNew;
    CHECK_FALSE(Forwards(DenyAll(), error));
  }
}

TEST_CASE("a related flow that is no ICMP error is judged like a new one (7.5)") {
  Packet data = FirstPacket(Between("10.0.0.9", "10.0.0.1"));
  data.entry->state = nft::kCtStateRelated;
  CHECK_FALSE(Forwards(DenyAll(), data));
}

}  // namespace portcullis::test
