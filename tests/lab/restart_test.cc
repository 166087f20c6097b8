// SPDX-License-Identifier: Apache-2.0
//
// The table outlives the process, and changes are whole: flows are asked a thousand times a second
// while the controllers end, are killed, start again, and rewrite policies (10.7, 10.9).
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <catch2/catch.hpp>

#include "nft/print.h"
#include "tests/lab/flows.h"
#include "tests/lab/kernel_table.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;

constexpr char kOnlyFromClientToPort80[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: server}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: client}}}]
    ports: [{port: 80}, {port: 80, protocol: UDP}])";

constexpr uint16_t kFlowPort = 9000;

constexpr char kOnlyFromClientAndFlows[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: server}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: client}}}]
    ports: [{port: 80}, {port: 80, protocol: UDP}, {port: 9000}])";

constexpr char kOnlyFromClientMorePorts[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: server}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [client, friend]}]}}]
    ports: [{port: 70, endPort: 90}, {port: 70, endPort: 90, protocol: UDP}])";

/// p12 client, p13 server on node1; p22 server, p23 stranger on node2.
struct QuestionedShop : Shop {
  explicit QuestionedShop(Wiring wiring)
      : Shop(ShopSpec(wiring),
             {{"p12", "client"}, {"p13", "server"}, {"p22", "server"}, {"p23", "stranger"}},
             {kOnlyFromClientToPort80}) {}

  /// Two that must pass and two that must not, in the order of `Expectations`.
  [[nodiscard]] std::vector<Probe> Questions() {
    return {Question("p12", "p13", Transport::kTcp),
            Question("p12", "p22", Transport::kUdp),
            Question("p23", "p13", Transport::kUdp),
            Question("p23", "p22", Transport::kTcp)};
  }
};

void CheckBeats(const std::vector<std::vector<Beat>>& beats) {
  const std::vector<bool> expected = {true, true, false, false};
  size_t wrong = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    INFO((expected[i] ? "lost, of those that must pass" : "let through") << ", flow " << i);
    CHECK(CountWrong(beats.at(i), expected[i]) == 0);
    wrong += CountWrong(beats.at(i), expected[i]);
  }
  std::printf("%zu beats of %zu flows, %zu wrong\n", beats.at(0).size(), beats.size(), wrong);
}

TEST_CASE("No packet is let through or lost while the controllers end and start (10.9)", "[lab]") {
  RequireRoot();
  QuestionedShop shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  Pulse pulse(shop.Questions());
  for (size_t node = 0; node < 2; ++node) {
    CHECK(shop.cluster.controller(node).Stop());
    std::this_thread::sleep_for(milliseconds(200));
    shop.cluster.StartController(node);
    shop.cluster.controller(node).Kill();
    std::this_thread::sleep_for(milliseconds(200));
    shop.cluster.StartController(node);
  }
  CheckBeats(pulse.Stop());
}

/// What the controllers that start while it lives are told by their environment.
class DeniedLogOption {
 public:
  explicit DeniedLogOption(bool on) {
    setenv(kName, on ? "true" : "false", 1);  // NOLINT(concurrency-mt-unsafe): nobody reads any
  }
  ~DeniedLogOption() { unsetenv(kName); }  // NOLINT(concurrency-mt-unsafe)
  DeniedLogOption(const DeniedLogOption&) = delete;
  DeniedLogOption& operator=(const DeniedLogOption&) = delete;
  DeniedLogOption(DeniedLogOption&&) = delete;
  DeniedLogOption& operator=(DeniedLogOption&&) = delete;

 private:
  static constexpr char kName[] = "PORTCULLIS_DENIED_LOG";
};

bool Logs(const nft::Ruleset& table) {
  return nft::Print(table).find(" log prefix ") != std::string::npos;
}

TEST_CASE("A start with or without the log of denied flows lets nothing through, and cuts nothing",
          "[lab]") {
  RequireRoot();
  QuestionedShop shop(Wiring::kRouted);
  k8s::Objects objects = shop.cluster.objects();
  objects.policies = {PolicyFromYaml(kOnlyFromClientAndFlows)};
  shop.cluster.Apply(objects);
  const Pod& server = shop.cluster.lab().pod("p13");
  Flow flow({&shop.cluster.lab().pod("p12"),
             &server,
             Transport::kTcp,
             server.Address(Family::kIpv4),
             kFlowPort,
             kFlowPort});
  REQUIRE(flow.Send(Flow::End::kClient, milliseconds(1000)));
  Pulse pulse(shop.Questions());
  for (const bool on : {false, true, false, true}) {
    const DeniedLogOption option(on);
    CHECK(shop.cluster.controller(0).Stop());
    shop.cluster.StartController(0);
    CHECK(Logs(*DumpTable(shop.cluster.lab().node(0)).table) == on);
    CHECK(flow.Send(Flow::End::kServer, milliseconds(1000)));
    CHECK(flow.Send(Flow::End::kClient, milliseconds(1000)));
  }
  CheckBeats(pulse.Stop());
}

TEST_CASE("A start where all is in force already writes nothing", "[lab]") {
  RequireRoot();
  QuestionedShop shop(Wiring::kBridged);
  Process& controller = shop.cluster.controller(0);
  const int signal = GENERATE(SIGTERM, SIGKILL);
  const nft::Snapshot before = DumpTable(shop.cluster.lab().node(0));
  REQUIRE(before.table);
  controller.Signal(signal);
  REQUIRE(controller.Wait(milliseconds(5000)));
  CHECK(DumpTable(shop.cluster.lab().node(0)).generation == before.generation);
  shop.cluster.StartController(0);
  const nft::Snapshot after = DumpTable(shop.cluster.lab().node(0));
  CHECK(after.generation == before.generation);
  CHECK(after.table == before.table);
}

TEST_CASE("What changed while the controller was away is enforced at its start", "[lab]") {
  RequireRoot();
  QuestionedShop shop(Wiring::kRouted);
  shop.cluster.controller(0).Kill();
  k8s::Objects objects = shop.cluster.objects();
  objects.policies.clear();
  shop.cluster.Apply(objects);
  shop.cluster.StartController(0);
  const Verdict verdict = shop.cluster.JudgeAll();
  INFO((verdict.wrong.empty() ? std::string() : verdict.wrong.front()));
  CHECK(verdict.wrong.empty());
}

TEST_CASE("A policy that is rewritten again and again never lets a wrong packet by (10.7)",
          "[lab]") {
  RequireRoot();
  QuestionedShop shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  Pulse pulse(shop.Questions());
  for (int i = 0; i < 100; ++i) {
    k8s::Objects objects = shop.cluster.objects();
    objects.policies = {
        PolicyFromYaml(i % 2 == 0 ? kOnlyFromClientMorePorts : kOnlyFromClientToPort80)};
    shop.cluster.Apply(objects);
    std::this_thread::sleep_for(milliseconds(10));
  }
  CheckBeats(pulse.Stop());
}

}  // namespace
}  // namespace portcullis::lab
