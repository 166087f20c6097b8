// SPDX-License-Identifier: Apache-2.0
//
// What the log says of a denied flow: whose it is, by the same engine that programs the kernel, and
// in which words.
#include "controller/denied/denied_line.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/denied/local_subjects.h"
#include "controller/policy/names.h"

namespace portcullis::denied {
namespace {

using policy::Direction;

k8s::Pod MakePod(const std::string& name, const std::string& node, const std::string& address) {
  k8s::Pod pod;
  pod.meta.key = {"default", name};
  pod.node_name = node;
  pod.phase = k8s::PodPhase::kRunning;
  pod.addresses = {*IpAddress::Parse(address)};
  return pod;
}

/// node1 has db, whose ingress default/test-network-policy isolates, and shop, whose egress
/// default/out does.
struct Node {
  policy::Engine engine{"node1"};
  PoliciesInForce in_force;

  Node() {
    policy::Changes changes;
    auto db = MakePod("db", "node1", "10.244.0.10");
    db.meta.labels = {{"role", "db"}};
    auto shop = MakePod("shop", "node1", "10.244.0.11");
    shop.meta.labels = {{"role", "shop"}};
    auto host = MakePod("proxy", "node2", "192.168.0.2");
    host.host_network = true;
    for (const auto& pod : {db, shop, host, MakePod("client", "node2", "10.244.1.5")}) {
      changes.pods.objects[pod.meta.key] = {pod, 1};
    }
    Add(changes, "test-network-policy", "db", true);
    Add(changes, "out", "shop", false);
    in_force.Note(changes.policies, engine);
    engine.Apply(std::move(changes));
    (void)engine.TakeWhole();
    in_force.Committed(engine, WallTime());
  }

  static void Add(policy::Changes& changes, const char* name, const char* role, bool ingress) {
    k8s::NetworkPolicy policy;
    policy.meta.key = {"default", name};
    policy.meta.creation_timestamp = "2026-11-26T03:09:28Z";
    policy.isolates_ingress = ingress;
    policy.isolates_egress = !ingress;
    policy.pod_selector.requirements = {{"role", k8s::Requirement::Operator::kIn, {role}}};
    changes.policies.objects[policy.meta.key] = {policy, 1};
  }

  [[nodiscard]] std::string Say(const nft::LoggedPacket& packet, Suppressed before = {}) const {
    const auto flow = DescribeFlow(packet, {engine, in_force, true});
    return flow ? DescribeDenied(*flow, before).message : "none";
  }
};

std::string Chain(Direction direction, const std::string& policy, bool audit = false) {
  return GroupChainName({direction, {{"default", policy}}, audit}, policy::Tracking::kTracked);
}

const std::string kIntoDb = Chain(Direction::kIngress, "test-network-policy");
const std::string kOutOfShop = Chain(Direction::kEgress, "out");

nft::LoggedPacket Tcp(const std::string& chain,
                      const std::string& from,
                      uint16_t from_port,
                      const std::string& to,
                      uint16_t to_port) {
  nft::PacketHeader header;
  header.source = *IpAddress::Parse(from);
  header.destination = *IpAddress::Parse(to);
  header.protocol = 6;
  header.source_port = from_port;
  header.destination_port = to_port;
  return {chain, header};
}

TEST_CASE("A line names both pods, the port, the policies, and since when", "[denied_line]") {
  CHECK(Node().Say(Tcp(kIntoDb, "10.244.1.5", 40000, "10.244.0.10", 6379)) ==
        "TCP default/client (10.244.1.5) -> default/db:6379 (10.244.0.10) denied: ingress of "
        "default/db, isolated by default/test-network-policy since 2026-11-26T03:09:28Z");
}

TEST_CASE("An end that is no pod is a node, or its address", "[denied_line]") {
  const Node node;
  CHECK(node.Say(Tcp(kIntoDb, "192.168.0.2", 1, "10.244.0.10", 80))
            .find("TCP node node2 (192.168.0.2) -> default/db:80 (10.244.0.10) denied") == 0);
  CHECK(node.Say(Tcp(kOutOfShop, "10.244.0.11", 1, "203.0.113.5", 443))
            .find("TCP default/shop (10.244.0.11) -> 203.0.113.5:443 denied: egress of "
                  "default/shop, isolated by default/out since") == 0);
}

TEST_CASE("A packet that answers is told as the flow that it is of", "[denied_line]") {
  CHECK(Node()
            .Say(Tcp(kOutOfShop, "10.244.1.5", 80, "10.244.0.11", 40000))
            .find("TCP default/shop (10.244.0.11) -> default/client:80 (10.244.1.5) denied: egress "
                  "of default/shop") == 0);
}

TEST_CASE("Between two pods of one group the packet tells which way it goes, or the line says so",
          "[denied_line]") {
  Node node;
  policy::Changes changes;
  auto replica = MakePod("db-2", "node1", "10.244.0.12");
  replica.meta.labels = {{"role", "db"}};
  changes.pods.objects[replica.meta.key] = {replica, 1};
  node.engine.Apply(std::move(changes));
  (void)node.engine.TakeWhole();
  const std::string onward = "TCP default/db (10.244.0.10) -> default/db-2:80 (10.244.0.12) denied";
  const std::string doubt = "; or the other way round, the packet does not tell which end began";
  const auto there = [](uint16_t port) {
    return Tcp(kIntoDb, "10.244.0.10", port, "10.244.0.12", 80);
  };
  const auto back = [](uint16_t port) {
    return Tcp(kIntoDb, "10.244.0.12", 80, "10.244.0.10", port);
  };
  // By its ports.
  CHECK(node.Say(there(40000)).find(onward) == 0);
  CHECK(node.Say(back(40000)).find(onward) == 0);
  CHECK(node.Say(back(40000)).find(doubt) == std::string::npos);
  // By its flags.
  nft::LoggedPacket answer = back(1000);
  answer.header.tcp_flags = 0x12;
  CHECK(node.Say(answer).find(onward) == 0);
  CHECK(node.Say(answer).find(doubt) == std::string::npos);
  // By neither.
  CHECK(node.Say(there(1000)).find(onward) == 0);
  CHECK(node.Say(there(1000)).find(doubt) != std::string::npos);
}

/// Packets between all pairs of `addresses`, told of by any of the chains.
template <typename Visit>
void ForEachPacket(const Visit& visit) {
  for (const std::string& chain : {kIntoDb, kOutOfShop, Chain(Direction::kIngress, "gone")}) {
    for (const char* from :
         {"10.244.0.10", "10.244.0.11", "10.244.0.12", "10.244.1.5", "8.8.8.8"}) {
      for (const char* to : {"10.244.0.10", "10.244.0.11", "10.244.0.12", "10.244.1.5"}) {
        for (const auto& [source_port, port] : {std::pair(40000, 80), {80, 40000}, {80, 81}}) {
          visit(Tcp(
              chain, from, static_cast<uint16_t>(source_port), to, static_cast<uint16_t>(port)));
        }
      }
    }
  }
}

TEST_CASE("The copy that counts packets by pod says of each packet what its line says",
          "[denied_line]") {
  Node node;
  policy::Changes changes;
  auto replica = MakePod("db-2", "node1", "10.244.0.12");
  replica.meta.labels = {{"role", "db"}};
  changes.pods.objects[replica.meta.key] = {replica, 1};
  node.engine.Apply(std::move(changes));
  (void)node.engine.TakeWhole();
  const LocalSubjects subjects(node.engine);
  size_t found = 0;
  ForEachPacket([&](const nft::LoggedPacket& packet) {
    const auto flow = DescribeFlow(packet, {node.engine, node.in_force, true});
    REQUIRE(flow);
    const k8s::ObjectKey* pod = subjects.Find(packet);
    // Pods of other nodes are none that a chain of this node can be for.
    const auto expected = flow->subject().pod == k8s::ObjectKey{"default", "client"}
                              ? std::nullopt
                              : flow->subject().pod;
    CHECK((pod == nullptr ? std::nullopt : std::optional(*pod)) == expected);
    found += pod == nullptr ? 0U : 1U;
  });
  CHECK(found > 50);
  CHECK(LocalSubjects().Find(Tcp(kIntoDb, "10.244.1.5", 1, "10.244.0.10", 80)) == nullptr);
}

TEST_CASE("ICMP is told by its type, and what has no port has none", "[denied_line]") {
  nft::LoggedPacket packet = Tcp(kIntoDb, "10.244.1.5", 0, "10.244.0.10", 0);
  packet.header.source_port.reset();
  packet.header.destination_port.reset();
  packet.header.protocol = 1;
  packet.header.icmp_type = 8;
  const Node node;
  CHECK(node.Say(packet).find("ICMP echo request default/client (10.244.1.5) -> default/db "
                              "(10.244.0.10) denied") == 0);
  packet.header.icmp_type.reset();
  packet.header.protocol = 47;
  CHECK(node.Say(packet).find("protocol 47 default/client") == 0);
  packet.header.protocol.reset();
  CHECK(node.Say(packet).find("IP default/client") == 0);
}

TEST_CASE("What was left out is said with the next line", "[denied_line]") {
  const std::string text = Node().Say(Tcp(kIntoDb, "10.244.1.5", 1, "10.244.0.10", 80),
                                      {314, WallTime(std::chrono::seconds(43'201))});
  CHECK(text.find("; and 314 more since 12:00:01") != std::string::npos);
}

TEST_CASE("Policies on trial would deny", "[denied_line]") {
  const auto flow =
      DescribeFlow(Tcp(Chain(Direction::kIngress, "x", true), "10.0.0.1", 40000, "10.0.0.2", 80));
  REQUIRE(flow.has_value());
  const Line line = DescribeDenied(*flow, {});
  CHECK(line.event == "would_deny");
  CHECK(line.message ==
        "TCP 10.0.0.1 -> 10.0.0.2:80 would-deny: ingress of 10.0.0.2, by policies that are gone");
}

TEST_CASE("What another program logs to our group is not ours", "[denied_line]") {
  const Node node;
  CHECK(node.Say(Tcp("DROP: ", "10.0.0.1", 1, "10.0.0.2", 80)) == "none");
  CHECK(node.Say(Tcp("ingress-\nforged", "10.0.0.1", 1, "10.0.0.2", 80)) == "none");
}

TEST_CASE("No name makes a line of its own", "[denied_line]") {
  DeniedFlow flow;
  flow.source.pod = {"default", "a\nb denied: c"};
  flow.destination.node = "n\x1b[31m";
  const std::string text = DescribeDenied(flow, {}).message;
  CHECK(text.find("default/a?b?denied??c") != std::string::npos);
  CHECK(text.find("node n??31m") != std::string::npos);
}

TEST_CASE("The fields are those that are documented", "[denied_line]") {
  const Node node;
  const auto flow = DescribeFlow(Tcp(kIntoDb, "10.244.1.5", 40000, "10.244.0.10", 6379),
                                 {node.engine, node.in_force, true});
  const Line line = DescribeDenied(*flow, {2, WallTime()});
  std::vector<std::string> names;
  for (const auto& [name, value] : line.fields) {
    names.emplace_back(name);
  }
  CHECK(names == std::vector<std::string>{"verdict",
                                          "direction",
                                          "protocol",
                                          "source",
                                          "sourcePod",
                                          "sourcePort",
                                          "destination",
                                          "destinationPod",
                                          "destinationPort",
                                          "policies",
                                          "since",
                                          "suppressed",
                                          "suppressedSince"});
}

TEST_CASE("A summary says how many, of whom most, and what nobody heard of", "[denied_line]") {
  FlowLimiter::Summary summary{5120, 12, Tcp(kIntoDb, "10.0.0.1", 1, "10.0.0.2", 80), 300};
  CHECK(DescribeSummary(summary, DescribeFlow(*summary.most), 99'000, 10).message ==
        "in the last 10 s 5120 more denied flows got no line of their own, of 12 pairs; most of "
        "them: TCP 10.0.0.1 -> 10.0.0.2:80 (300); and 99000 packets were denied that the kernel "
        "did not tell of one by one");
}

}  // namespace
}  // namespace portcullis::denied
