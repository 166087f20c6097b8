// SPDX-License-Identifier: Apache-2.0
//
// One story, whoever tells it: of a denied packet the log's line, the metrics, `explain` and
// `status` say the same, and of one that a policy on trial would deny too.
#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/controller/http_client.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using namespace std::chrono_literals;

constexpr uint16_t kPort = 10310;

/// p12 client, p13 server and p14 stranger, all on node1; its controller serves its pages.
struct ServingShop : Shop {
  ServingShop()
      : Shop(Serving(ShopSpec(Wiring::kRouted, 3)),
             {{"p12", "client"}, {"p13", "server"}, {"p14", "stranger"}},
             {kOnlyFromClient}) {}

  static ClusterSpec Serving(ClusterSpec spec) {
    setenv("PORTCULLIS_LISTEN", ":10310", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    return spec;
  }

  [[nodiscard]] bool StrangerReachesServer() { return Passes("p14", "p13", Transport::kTcp); }
  [[nodiscard]] std::string AddressOf(const std::string& pod) {
    return cluster.lab().pod(pod).Address(Family::kIpv4).ToString();
  }

  [[nodiscard]] std::string Page(const std::string& path) {
    const EnterNetns inside(cluster.lab().node(0).netns);
    return test::Get(kPort, path);
  }
  [[nodiscard]] bool PageSays(const std::string& path, const std::string& text) {
    for (int i = 0; i < 500; ++i) {
      if (Page(path).find(text) != std::string::npos) {
        return true;
      }
      std::this_thread::sleep_for(20ms);
    }
    UNSCOPED_INFO(Page(path));
    return false;
  }

  /// What the program prints on node1, and how it ends.
  [[nodiscard]] std::string Run(const std::string& arguments) {
    return RunProgram(
        {"/bin/sh",
         "-c",
         ProgramBesideThis("portcullis").string() + " " + arguments + "; echo \"exit $?\""},
        "",
        &cluster.lab().node(0).netns);
  }
};

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("Log, metrics, explain and status tell one story of a denied packet", "[lab]") {
  RequireRoot();
  ServingShop shop;
  REQUIRE_FALSE(shop.StrangerReachesServer());

  CHECK(shop.cluster.controller(0).WaitForLog(
      "TCP shop/p14 (" + shop.AddressOf("p14") + ") -> shop/p13:80 (" + shop.AddressOf("p13") +
          ") denied: ingress of shop/p13, isolated by shop/server since 20",
      5s));
  INFO(shop.cluster.controller(0).Log());

  CHECK(shop.PageSays("/metrics",
                      R"(portcullis_policy_packets_total{namespace="shop",policy="server",)"
                      R"(direction="ingress",verdict="denied"} )"));
  const size_t lines = Count(shop.cluster.controller(0).Log(), " denied: ingress of shop/p13");
  CHECK(shop.PageSays(
      "/metrics",
      R"(portcullis_denied_log_lines_total{verdict="denied"} )" + std::to_string(lines) + "\n"));

  const std::string explained =
      shop.Run("explain --kubeconfig " + shop.cluster.kubeconfig().string() +
               " --from shop/p14 --to shop/p13 --port 80/TCP --family ipv4");
  INFO(explained);
  CHECK(explained.find("shop/server") != std::string::npos);
  CHECK(explained.find("exit 1") != std::string::npos);

  const std::string status = shop.Run("status");
  INFO(status);
  CHECK(status.find("in order") != std::string::npos);
  CHECK(status.find("exit 0") != std::string::npos);
  CHECK(status.find("shop/p13") != std::string::npos);
  CHECK(status.find("shop/server") != std::string::npos);
  CHECK(status.find(std::to_string(lines) + (lines == 1 ? " line" : " lines")) !=
        std::string::npos);
  CHECK(shop.PageSays("/status/policies/shop/server", R"("inForce": true)"));
  CHECK(shop.PageSays("/status/policies/shop/server", "\"shop/p13\""));
  CHECK(shop.PageSays("/status/policies/shop/nobody", R"("known": false)"));
}

TEST_CASE("The same of one that a policy on trial would deny, and that passes (12.1)", "[lab]") {
  RequireRoot();
  ServingShop shop;
  k8s::Objects trial = shop.objects;
  trial.policies.front().audit = true;
  shop.cluster.Apply(trial);
  REQUIRE(shop.PageSays("/status", R"("mode": "audit")"));
  REQUIRE(shop.StrangerReachesServer());
  CHECK(shop.cluster.controller(0).WaitForLog(
      "would-deny: ingress of shop/p13, audited by shop/server since 20", 5s));
  CHECK(shop.PageSays("/metrics",
                      R"(portcullis_packets_total{direction="ingress",verdict="denied"} 0)"));
  CHECK(shop.PageSays("/metrics",
                      R"(portcullis_policy_packets_total{namespace="shop",policy="server",)"
                      R"(direction="ingress",verdict="would_deny"} )"));
  CHECK(shop.Run("status").find("audit: shop/server") != std::string::npos);
}

TEST_CASE("What a policy has denied stays counted when it goes before anybody has asked", "[lab]") {
  RequireRoot();
  ServingShop shop;
  const std::vector<std::string> names = {"one", "two", "three", "four"};
  for (const std::string& name : names) {
    shop.objects.policies.front().meta.key.name = name;
    shop.cluster.Apply(shop.objects);
    REQUIRE(shop.PageSays("/status/policies/shop/" + name, R"("inForce": true)"));
    REQUIRE_FALSE(shop.StrangerReachesServer());
  }
  shop.objects.policies.clear();
  shop.cluster.Apply(shop.objects);
  REQUIRE(shop.PageSays("/status/policies/shop/four", R"("known": false)"));
  const std::string metrics = shop.Page("/metrics");
  INFO(metrics);
  for (const std::string& name : names) {
    CHECK(metrics.find(R"(portcullis_policy_packets_total{namespace="shop",policy=")" + name +
                       R"(",direction="ingress",verdict="denied"} )") != std::string::npos);
  }
}

}  // namespace portcullis::lab
