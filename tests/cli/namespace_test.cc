// SPDX-License-Identifier: Apache-2.0
//
// Which namespace is meant where nobody names one: -n, else the context's, else "default". A policy
// without a namespace must be judged where kubectl would put it.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/cli/commands.h"
#include "controller/process/exit_codes.h"
#include "k8s-client/manifest.h"
#include "tests/cli/captured.h"
#include "tests/k8s-client/temporary_folder.h"
#include "tests/support/api/api_server.h"

namespace portcullis::cli {
namespace {

constexpr char kDenyAll[] = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny}
spec: {podSelector: {}, policyTypes: [Ingress]})";

constexpr char kShop[] = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: web}
spec: {nodeName: n}
status: {phase: Running, podIPs: [{ip: 10.0.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {namespace: shop, name: db}
spec: {nodeName: n}
status: {phase: Running, podIPs: [{ip: 10.0.0.2}]})";

struct Answer {
  int code = -1;
  std::string text;  ///< Of both streams.
};

Answer Ask(std::vector<std::string> words) {
  words.insert(words.begin(), "portcullis");
  std::vector<const char*> arguments;
  arguments.reserve(words.size());
  for (const std::string& word : words) {
    arguments.push_back(word.c_str());
  }
  const Captured out(std::cout);
  const Captured complaint(std::cerr);
  const int code = Main(static_cast<int>(arguments.size()), arguments.data());
  return {code, out.text() + complaint.text()};
}

/// A cluster with the shop, whose kubeconfig's context is of a namespace.
struct LiveShop {
  explicit LiveShop(const std::string& name_space) {
    auto started = test::ApiServer::Start({});
    REQUIRE(started);
    server = std::move(*started);
    const auto objects = k8s::ParseManifest(kShop);
    REQUIRE(objects);
    for (const k8s::RawObject& object : *objects) {
      REQUIRE(server->ApplyJson(object.json));
    }
    kubeconfig = folder.Write("config",
                              "current-context: c\ncontexts: [{name: c, context: {cluster: k, "
                              "namespace: '" +
                                  name_space + "'}}]\nclusters: [{name: k, cluster: {server: '" +
                                  server->url() + "'}}]\n");
  }

  [[nodiscard]] Answer Ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--kubeconfig", kubeconfig});
    return cli::Ask(words);
  }

  test::TemporaryFolder folder;
  std::unique_ptr<test::ApiServer> server;
  std::string kubeconfig;
  std::string policy = folder.Write("deny.yaml", kDenyAll);
};

TEST_CASE("diff puts a policy without a namespace where -n says", "[namespace]") {
  const test::TemporaryFolder folder;
  const std::string change = folder.Write("deny.yaml", kDenyAll);
  const std::string present = folder.Write("shop.yaml", kShop);
  const Answer shop = Ask({"diff", "-n", "shop", "-f", change, "--against", present});
  CHECK(shop.code == kExitNo);
  CHECK_THAT(shop.text, Catch::Contains("NetworkPolicy shop/deny: created"));
  const Answer none = Ask({"diff", "-f", change, "--against", present});
  CHECK(none.code == kExitOk);
  CHECK_THAT(none.text, Catch::Contains("NetworkPolicy default/deny: created"));
}

TEST_CASE("explain puts a policy without a namespace where -n says", "[namespace]") {
  const test::TemporaryFolder folder;
  const std::string policy = folder.Write("deny.yaml", kDenyAll);
  const std::string pods = folder.Write("shop.yaml", kShop);
  const Answer shop = Ask({"explain",
                           "-n",
                           "shop",
                           "-f",
                           pods,
                           "-f",
                           policy,
                           "--from",
                           "web",
                           "--to",
                           "db",
                           "--port",
                           "80"});
  CHECK(shop.code == kExitNo);
  CHECK_THAT(shop.text, Catch::Contains("isolated by shop/deny"));
}

TEST_CASE("The context's namespace is taken where -n says none, as by kubectl", "[namespace]") {
  const LiveShop shop("shop");
  const std::vector<std::string> question = {
      "explain", "--from", "web", "--to", "db", "--port", "80"};
  const Answer explained = shop.Ask(question);
  CHECK(explained.code == kExitOk);
  CHECK_THAT(explained.text, Catch::Contains("shop/web to shop/db"));
  const Answer compared = shop.Ask({"diff", "-f", shop.policy});
  CHECK(compared.code == kExitNo);
  CHECK_THAT(compared.text, Catch::Contains("NetworkPolicy shop/deny: created"));
  CHECK_THAT(shop.Ask({"diff", "--delete", "x"}).text, Catch::Contains("shop/x"));
  CHECK_THAT(shop.Ask({"status", "policy", "x"}).text, Catch::Contains("shop/x"));
  CHECK_THAT(shop.Ask({"status", "policy", "x", "-n", "other"}).text, Catch::Contains("other/x"));
  CHECK_THAT(LiveShop("").Ask(question).text, Catch::Contains("default/web"));
}

}  // namespace
}  // namespace portcullis::cli
