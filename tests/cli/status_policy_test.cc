// SPDX-License-Identifier: Apache-2.0
//
// `portcullis status policy` against the tests' API server, whose pods answer as the test says.
#include "controller/cli/status_policy.h"

#include <map>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/cli/status_policy_report.h"
#include "controller/process/exit_codes.h"
#include "tests/controller/capture.h"
#include "tests/k8s-client/temporary_folder.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

using nlohmann::json;

k8s::Pod WebPod(const std::string& name, const std::string& node, const std::string& address) {
  k8s::Pod pod;
  pod.meta.key = {"shop", name};
  pod.meta.labels = {{"app", "web"}};
  pod.node_name = node;
  pod.phase = k8s::PodPhase::kRunning;
  pod.addresses = {*IpAddress::Parse(address)};
  return pod;
}

k8s::Pod AgentPod(const std::string& node) {
  k8s::Pod pod;
  pod.meta.key = {"portcullis-system", "pc-" + node};
  pod.meta.labels = {{"app.kubernetes.io/name", "portcullis"}};
  pod.node_name = node;
  pod.phase = k8s::PodPhase::kRunning;
  pod.host_network = true;
  return pod;
}

/// A cluster with web pods on two nodes, a policy for them, and what each node's pod answers.
class Cluster {
 public:
  Cluster() {
    ApiServer::Options options;
    options.pod_page = [this](const ProxyTarget& target) {
      asked.push_back(target);
      const auto page = pages.find(target.pod);
      return page == pages.end() ? ProxiedAnswer{} : page->second;
    };
    auto started = ApiServer::Start(options);
    REQUIRE(started.has_value());
    server = std::move(*started);
    k8s::Namespace shop;
    shop.meta.key.name = "shop";
    REQUIRE(server->Apply(shop).has_value());
    for (const k8s::Pod& pod : {WebPod("web-1", "node1", "10.0.0.1"),
                                WebPod("web-2", "node1", "10.0.0.2"),
                                WebPod("web-3", "node2", "10.0.1.1"),
                                AgentPod("node1"),
                                AgentPod("node2")}) {
      REQUIRE(server->Apply(pod).has_value());
    }
    const auto stored = server->ApplyJson(
        R"({"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"namespace":
        "shop","name":"web"},"spec":{"podSelector":{"matchLabels":{"app":"web"}},"ingress":[{}]}})");
    REQUIRE(stored.has_value());
    policy = json::parse((*stored)->json()).at("metadata");
  }

  /// The node says that it enforces the policy for these pods.
  void Answer(const std::string& node,
              const std::vector<std::string>& pods,
              const json& changes = {}) {
    json page = {{"node", node},
                 {"policy", "shop/web"},
                 {"known", true},
                 {"uid", policy.at("uid")},
                 {"resourceVersion", policy.at("resourceVersion")},
                 {"inForce", true},
                 {"resourceVersionInForce", policy.at("resourceVersion")},
                 {"since", "2026-11-26T03:00:00Z"},
                 {"enforcedPods", pods},
                 {"auditedPods", json::array()},
                 {"problems", json::array()},
                 {"failure", nullptr}};
    if (changes.is_object()) {
      page.update(changes);
    }
    pages["pc-" + node] = {200, page.dump()};
  }

  int Run(std::string& text, cli::StatusPolicyOutput output = cli::StatusPolicyOutput::kText) {
    const TemporaryFolder folder;
    cli::StatusPolicyOptions options;
    options.policy = "shop/web";
    options.output = output;
    options.cluster.kubeconfig = folder.Write(
        "config",
        "current-context: c\ncontexts: [{name: c, context: {cluster: k}}]\nclusters: [{name: k, "
        "cluster: {server: '" +
            server->url() + "'}}]\n");
    int code = -1;
    text = Capture([&] { code = cli::StatusPolicy(options); });
    return code;
  }

  std::unique_ptr<ApiServer> server;
  json policy;
  std::map<std::string, ProxiedAnswer> pages;
  std::vector<ProxyTarget> asked;
};

TEST_CASE("Enforced on every node is said so, and what was asked of whom") {
  Cluster cluster;
  cluster.Answer("node1", {"shop/web-1", "shop/web-2"});
  cluster.Answer("node2", {"shop/web-3"});
  std::string text;
  CHECK(cluster.Run(text) == kExitOk);
  INFO(text);
  CHECK(text.find("isolates ingress of 3 pods on 2 nodes") != std::string::npos);
  CHECK(text.find("NODE    PODS   ENFORCED   VERSION") != std::string::npos);
  CHECK(text.find("Enforced everywhere it has pods.") != std::string::npos);
  REQUIRE(cluster.asked.size() == 2);
  CHECK(cluster.asked[0].ns == "portcullis-system");
  CHECK(cluster.asked[0].pod == "pc-node1");
  CHECK(cluster.asked[0].port == "10310");
  CHECK(cluster.asked[0].path == "/status/policies/shop/web");
}

TEST_CASE("A node that lags behind, and one that cannot be reached, are named") {
  Cluster cluster;
  cluster.Answer("node1", {"shop/web-1", "shop/web-2"}, {{"resourceVersionInForce", "1"}});
  std::string text;
  CHECK(cluster.Run(text) == kExitNo);
  INFO(text);
  CHECK(text.find("on 0 of 2 nodes") != std::string::npos);
  CHECK(text.find("node1: in force is resourceVersion 1, the API server has") != std::string::npos);
  CHECK(text.find("node2: its Portcullis pod portcullis-system/pc-node2: the server answers 503") !=
        std::string::npos);
}

TEST_CASE("A node whose Portcullis has no such page, or none at all, is named") {
  Cluster cluster;
  cluster.Answer("node1", {"shop/web-1", "shop/web-2"});
  cluster.pages["pc-node2"] = {404, "not found"};
  std::string text;
  CHECK(cluster.Run(text) == kExitNo);
  CHECK(text.find("has no such page: it is an older version") != std::string::npos);
  REQUIRE(cluster.server->Delete("Pod", {"portcullis-system", "pc-node2"}));
  CHECK(cluster.Run(text) == kExitNo);
  CHECK(text.find("node2: no Portcullis pod is there") != std::string::npos);
}

TEST_CASE("As JSON it has the same, and an audited policy is enforced nowhere") {
  Cluster cluster;
  cluster.Answer("node1", {"shop/web-1", "shop/web-2"});
  cluster.Answer("node2", {}, {{"auditedPods", {"shop/web-3"}}});
  std::string text;
  CHECK(cluster.Run(text, cli::StatusPolicyOutput::kJson) == kExitOk);
  const json report = json::parse(text);
  CHECK(report["policy"] == "shop/web");
  CHECK(report["enforced"] == true);
  CHECK(report["nodes"].size() == 2);
  CHECK(report["nodes"][0]["pods"] == 2);
  CHECK(report["nodes"][0]["inForce"] == true);
  CHECK(report["nodes"][0]["trouble"].is_null());
  cli::PolicyReport audited;
  audited.policy.audit = true;
  CHECK_FALSE(audited.enforced());
  audited.nodes.emplace_back();
  audited.findings = {{insight::Finding::Kind::kAudited, "audited: it denies nothing"}};
  const std::string lines = cli::ToText(audited);
  CHECK(lines.find("it logs what it would deny, and denies nothing") != std::string::npos);
  CHECK(lines.find("Note:") == std::string::npos);  // Said already.
}

TEST_CASE("Without the right to ask pods the command fails, and so it does without the policy") {
  Cluster cluster;
  std::string text;
  cluster.server->Forbid("/proxy");
  CHECK(cluster.Run(text) == kExitPermission);
  cluster.server->Forbid("");
  REQUIRE(cluster.server->Delete("NetworkPolicy", {"shop", "web"}));
  CHECK(cluster.Run(text) == kExitUsage);
}

TEST_CASE("A page that is none is no answer") {
  CHECK_FALSE(cli::ParseAnswer("<html>").has_value());
  CHECK_FALSE(cli::ParseAnswer("[]").has_value());
  CHECK_FALSE(cli::ParseAnswer("{}").has_value());
  const auto unknown = cli::ParseAnswer(R"({"known":false,"since":null,"enforcedPods":[]})");
  REQUIRE(unknown.has_value());
  CHECK_FALSE(unknown->known);
}

}  // namespace
}  // namespace portcullis::test
