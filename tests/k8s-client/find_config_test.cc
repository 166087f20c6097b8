// SPDX-License-Identifier: Apache-2.0
//
// Which cluster a command asks when nobody says so, or several places do.
#include "k8s-client/find_config.h"

#include <catch2/catch.hpp>

#include "k8s-client/kubeconfig.h"
#include "tests/k8s-client/temporary_folder.h"

namespace portcullis::k8s {
namespace {

using test::TemporaryFolder;

/// A kubeconfig whose context `name` leads to https://`name`.
std::string Config(const std::string& name, const std::string& current) {
  return "current-context: " + current + "\ncontexts: [{name: " + name +
         ", context: {cluster: " + name + "}}]\nclusters: [{name: " + name +
         ", cluster: {server: 'https://" + name + "'}}]\n";
}

std::string ServerOf(const Result<ClientConfig>& config) {
  return config ? config->server : config.error().message;
}

/// What there may be to choose from.
struct Places {
  TemporaryFolder folder;
  std::string flag = folder.Write("flag", Config("flag", "flag"));
  std::string variable = folder.Write("variable", Config("variable", "variable"));
  std::string home = folder.path();

  Places() {
    folder.Write(".kube/config", Config("home", "home"));
    folder.Write("var/run/secrets/kubernetes.io/serviceaccount/token", "t");
    folder.Write("var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "c");
  }

  [[nodiscard]] std::string Choose(const ConfigChoice& choice) const {
    return ServerOf(FindConfig(choice, folder.path()));
  }
};

TEST_CASE("The flag goes before KUBECONFIG, that before home, that before the pod's account") {
  const Places places;
  ConfigChoice choice{places.flag,
                      "",
                      {{"KUBECONFIG", places.variable},
                       {"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
                       {"KUBERNETES_SERVICE_PORT", "443"},
                       {"HOME", places.home}}};
  CHECK(places.Choose(choice) == "https://flag");
  choice.kubeconfig.clear();
  CHECK(places.Choose(choice) == "https://variable");
  choice.environment.erase("KUBECONFIG");
  CHECK(places.Choose(choice) == "https://home");
  choice.environment["HOME"] = places.home + "/nowhere";
  CHECK(places.Choose(choice) == "https://10.96.0.1:443");
  choice.context = "staging";  // The pod's account must not be asked in its place.
  CHECK(places.Choose(choice).find("no kubeconfig has context \"staging\"") == 0);
  choice.context.clear();
  choice.environment.erase("KUBERNETES_SERVICE_HOST");
  CHECK(places.Choose(choice).find("no cluster to ask") == 0);
}

TEST_CASE("KUBECONFIG may name several files, some of which do not exist") {
  const Places places;
  const std::string joined = places.home + "/none:" + places.flag + ":" + places.variable;
  CHECK(places.Choose({"", "", {{"KUBECONFIG", joined}}}) == "https://flag");
  CHECK(places.Choose({"", "", {{"KUBECONFIG", "::" + places.flag}}}) == "https://flag");
  CHECK(places.Choose({"", "variable", {{"KUBECONFIG", joined}}}) == "https://variable");
  CHECK(places.Choose({"", "x", {{"KUBECONFIG", joined}}}) ==
        joined + ": has no context \"x\"; it has flag, variable");
  const std::string empty = places.folder.Write("empty", "");
  CHECK(places.Choose({"", "", {{"KUBECONFIG", empty + ":" + places.flag}}}) == "https://flag");
  CHECK(places.Choose({"", "", {{"KUBECONFIG", places.home + "/none"}}}) ==
        places.home + "/none: No such file or directory");
}

TEST_CASE("The environment's proxy is used as by kubectl, but for the own machine") {
  const Places places;
  ConfigChoice choice{
      places.flag, "", {{"HTTPS_PROXY", "http://p:1"}, {"NO_PROXY", ".corp,10.0.0.0/8"}}};
  auto config = FindConfig(choice, places.folder.path());
  REQUIRE(config);
  CHECK(config->proxy == "http://p:1");
  CHECK(config->no_proxy == "localhost,127.0.0.0/8,::1,.corp,10.0.0.0/8");
  choice.environment = {{"https_proxy", "http://q:1"}, {"HTTP_PROXY", "http://other:1"}};
  config = FindConfig(choice, places.folder.path());
  CHECK(config->proxy == "http://q:1");
  CHECK(config->no_proxy == "localhost,127.0.0.0/8,::1");
  choice.environment.clear();
  CHECK(FindConfig(choice, places.folder.path())->proxy.empty());
}

TEST_CASE("The namespace of the context is known") {
  const Places places;
  const std::string file = places.folder.Write(
      "ns",
      "current-context: c\ncontexts: [{name: c, context: {cluster: k, namespace: shop}}]\n"
      "clusters: [{name: k, cluster: {server: 'https://k', proxy-url: 'http://own'}}]\n");
  const auto config = FindConfig({file, "", {{"HTTPS_PROXY", "http://p:1"}}}, places.folder.path());
  REQUIRE(config);
  CHECK(config->name_space == "shop");
  CHECK(config->proxy == "http://own");
  CHECK(config->no_proxy.empty());
}

TEST_CASE("Relative names are relative to the file that has them") {
  const Places places;
  const std::string other = places.folder.Write(
      "sub/other",
      "contexts: [{name: o, context: {cluster: flag, user: u}}]\nusers: [{name: u, "
      "user: {tokenFile: token}}]\n");
  const auto config = LoadKubeconfigs({places.flag, other}, "o");
  REQUIRE(config.has_value());
  CHECK(config->server == "https://flag");
  CHECK(config->token_file == places.home + "/sub/token");
}

}  // namespace
}  // namespace portcullis::k8s
