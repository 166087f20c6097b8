// SPDX-License-Identifier: Apache-2.0
//
// `portcullis explain` from files: its exit codes, and its JSON, whose keys docs/explain.md
// describes.
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/cli/commands.h"
#include "controller/cli/explanation_json.h"
#include "controller/process/exit_codes.h"
#include "k8s-client/manifest.h"
#include "tests/k8s-client/temporary_folder.h"

namespace portcullis::cli {
namespace {

constexpr char kShop[] = R"(
{kind: Namespace, apiVersion: v1, metadata: {name: shop}}
---
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: web, labels: {app: web}}
spec: {nodeName: node1}
status: {phase: Running, podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}]}
---
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: db, labels: {app: db}}
spec: {nodeName: node1, containers: [{ports: [{name: sql, containerPort: 5432}]}]}
status: {phase: Running, podIPs: [{ip: 10.0.0.2}, {ip: 'fd00::2'}]}
---
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: db}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: api}}}]
    ports: [{port: sql}]
  - ports: [{port: 9187}]
)";

struct Shop {
  Shop() : file(folder.Write("shop.yaml", kShop)) {}

  [[nodiscard]] int Explain(const char* to, const char* port) const {
    const std::vector<const char*> arguments = {"portcullis",
                                                "explain",
                                                "-f",
                                                file.c_str(),
                                                "-n",
                                                "shop",
                                                "--from",
                                                "web",
                                                "--to",
                                                to,
                                                "--port",
                                                port};
    return Main(static_cast<int>(arguments.size()), arguments.data());
  }

  test::TemporaryFolder folder;
  std::string file;
};

}  // namespace

TEST_CASE("explain ends with 0 for yes, 1 for no, 2 where the question is wrong", "[explain]") {
  const Shop shop;
  CHECK(shop.Explain("db", "9187") == kExitOk);
  CHECK(shop.Explain("db", "sql") == kExitNo);
  CHECK(shop.Explain("dp", "sql") == kExitUsage);
  CHECK(shop.Explain("db", "http") == kExitUsage);
  CHECK(shop.Explain("db", "80/QUIC") == kExitUsage);
}

TEST_CASE("an explanation's JSON has the keys that are documented", "[explain]") {
  const Shop shop;
  const auto loaded = k8s::ReadManifests({shop.file});
  REQUIRE(loaded);
  const auto explanation = insight::Explain(
      policy::World(loaded->objects), {"shop/web", "shop/db", "sql", "default", Family::kIpv4});
  REQUIRE(explanation);
  const auto json = nlohmann::json::parse(ToJson(*explanation, nullptr));
  CHECK(json["allowed"] == false);
  CHECK(json["from"]["kind"] == "pod");
  CHECK(json["from"]["namespace"] == "shop");
  CHECK(json["from"]["name"] == "web");
  CHECK(json["from"]["node"] == "node1");
  CHECK(json["from"]["addresses"] == nlohmann::json({"10.0.0.1", "fd00::1"}));
  CHECK(json["port"] == nlohmann::json({{"protocol", "TCP"}, {"port", 5432}, {"name", "sql"}}));
  REQUIRE(json["pairs"].size() == 1);
  const auto& pair = json["pairs"][0];
  CHECK(pair["family"] == "ipv4");
  CHECK(pair["source"] == "10.0.0.1");
  CHECK(pair["destination"] == "10.0.0.2");
  CHECK(pair["allPorts"] == "9187/TCP");
  CHECK(pair["egress"]["basis"] == "notIsolated");
  const auto& ingress = pair["ingress"];
  CHECK(ingress["allowed"] == false);
  CHECK(ingress["basis"] == "policies");
  CHECK(ingress["policies"][0]["name"] == "db");
  const auto& rules = ingress["policies"][0]["rules"];
  CHECK(rules[0]["allows"] == false);
  CHECK(rules[0]["peersMatch"] == false);
  CHECK(rules[0]["portsMatch"] == true);
  CHECK(rules[0]["peers"][0] ==
        nlohmann::json({{"entry", "podSelector app=api"},
                        {"matches", false},
                        {"reason", "needs app=api, pod shop/web has app=web"}}));
  CHECK(rules[1]["peers"].is_null());
  CHECK(json["findings"] ==
        nlohmann::json({{{"namespace", "shop"},
                         {"name", "db"},
                         {"reason", "PeerSelectsNoPod"},
                         {"note",
                          "ingress[0]: podSelector app=api of namespace shop selects no pod, so "
                          "this peer allows nothing"}}}));
}

}  // namespace portcullis::cli
