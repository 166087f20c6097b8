// SPDX-License-Identifier: Apache-2.0
//
// Audited policies against packets: they drop nothing, count what they would drop, and cut what
// they forbid once they are enforced (section 12 of docs/semantics.md).
#include <chrono>
#include <regex>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/lab/flows.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr uint16_t kPort = 80;
constexpr uint16_t kFlowPort = 9000;

constexpr char kTrial[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: trial}
spec: {podSelector: {matchLabels: {app: server}}, policyTypes: [Ingress]})";

constexpr char kOnlyPort80[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: enforced}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress: [{ports: [{port: 80}, {port: 80, protocol: UDP}]}])";

/// p12 client and p13 server, on node1, with one policy that denies the server everything.
struct AuditedShop : Shop {
  AuditedShop()
      : Shop(ShopSpec(Wiring::kBridged, /*pods_per_node=*/2, /*nodes=*/1),
             {{"p12", "client"}, {"p13", "server"}}) {}

  /// Has the API server hold the trial policy, audited or enforced, beside `others`, and waits
  /// until the controller says so.
  void Try(bool audit, std::vector<k8s::NetworkPolicy> others = {}) {
    const size_t said = cluster.controller(0).Log().size();
    k8s::Objects wanted = objects;
    wanted.policies = std::move(others);
    wanted.policies.push_back(PolicyFromYaml(kTrial));
    wanted.policies.back().audit = audit;
    cluster.Apply(wanted);
    REQUIRE(
        cluster.controller(0).WaitForLog("policy shop/trial applied", milliseconds(5000), said));
  }

  [[nodiscard]] bool ServerAnswers(Transport transport,
                                   uint16_t port,
                                   Family family = Family::kIpv4) {
    return Passes("p12", "p13", transport, port, family);
  }

  [[nodiscard]] FlowSpec FlowOf(Transport transport) {
    const Pod& server = cluster.lab().pod("p13");
    return {&cluster.lab().pod("p12"),
            &server,
            transport,
            server.Address(Family::kIpv4),
            kFlowPort,
            kFlowPort};
  }

  /// What the ends of all audited groups have counted.
  [[nodiscard]] uint64_t CountWouldDeny() {
    const std::string table = RunProgram(
        {"nft", "list", "table", "inet", "portcullis"}, "", &cluster.lab().node(0).netns);
    static const std::regex kEnd(R"(counter packets (\d+) bytes \d+ comment "would be denied)");
    uint64_t sum = 0;
    for (std::sregex_iterator match(table.begin(), table.end(), kEnd), none; match != none;
         ++match) {
      sum += std::stoull((*match)[1]);
    }
    return sum;
  }
};

/// Whether the flow is cut in both directions within a second, or open in both, as `open` says.
bool IsSoon(bool open, Flow& flow) {
  const auto begun = Clock::now();
  while (Clock::now() - begun < milliseconds(1000)) {
    const bool there = flow.Send(Flow::End::kClient, milliseconds(50));
    const bool back = flow.Send(Flow::End::kServer, milliseconds(50));
    if (there == open && back == open) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("An audited policy drops no packet, and counts first packets (12.1, 12.3)", "[lab]") {
  RequireRoot();
  AuditedShop shop;
  shop.Try(/*audit=*/true);
  CHECK(shop.CountWouldDeny() == 0);
  size_t asked = 0;
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
      CHECK(shop.ServerAnswers(transport, kPort, family));
      ++asked;
    }
  }
  CHECK(shop.ServerAnswers(Transport::kIcmp, 0));
  // One for each flow, whatever its length; a late packet of a closed one may be invalid, and
  // count.
  CHECK(shop.CountWouldDeny() >= asked + 1);
  CHECK(shop.CountWouldDeny() <= 2 * (asked + 1));
}

TEST_CASE("To enforce what was audited cuts its flows, to audit it again opens (12.5)", "[lab]") {
  RequireRoot();
  AuditedShop shop;
  const Transport transport = GENERATE(Transport::kTcp, Transport::kUdp);
  Flow flow(shop.FlowOf(transport));
  shop.Try(/*audit=*/true);
  CHECK(IsSoon(/*open=*/true, flow));
  CHECK(shop.CountWouldDeny() > 0);  // It was there before, and is told of all the same.
  shop.Try(/*audit=*/false);
  CHECK(IsSoon(/*open=*/false, flow));
  CHECK_FALSE(shop.ServerAnswers(transport, kPort));
  shop.Try(/*audit=*/true);
  CHECK(shop.ServerAnswers(transport, kPort));
}

TEST_CASE("Beside an enforced policy an audited one changes nothing (12.4)", "[lab]") {
  RequireRoot();
  AuditedShop shop;
  shop.Try(/*audit=*/true, {PolicyFromYaml(kOnlyPort80)});
  CHECK(shop.ServerAnswers(Transport::kUdp, 80));
  CHECK_FALSE(shop.ServerAnswers(Transport::kUdp, 81));
  CHECK(shop.CountWouldDeny() == 0);
}

}  // namespace portcullis::lab
