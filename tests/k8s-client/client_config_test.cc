// SPDX-License-Identifier: Apache-2.0
//
// Kubeconfig files and the service account: what is read, and what is refused by name.
#include "k8s-client/client_config.h"

#include <catch2/catch.hpp>

#include "k8s-client/kubeconfig.h"
#include "tests/k8s-client/temporary_folder.h"

namespace portcullis::k8s {
namespace {

using test::TemporaryFolder;

/// A kubeconfig with one context of this cluster and this user (in YAML flow style).
std::string Kubeconfig(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
         "contexts: [{name: other, context: {cluster: none, user: none}},"
         " {name: c, context: {cluster: k, user: u}}]\n"
         "clusters: [{name: k, cluster: " +
         cluster + "}]\nusers: [{name: u, user: " + user + "}]\n";
}

Result<ClientConfig> Load(const std::string& cluster, const std::string& user) {
  const TemporaryFolder folder;
  return LoadKubeconfig(folder.Write("config", Kubeconfig(cluster, user)), "");
}

ClientConfig MustLoad(const std::string& cluster, const std::string& user) {
  auto config = Load(cluster, user);
  if (!config) {
    FAIL(config.error().message);
  }
  return *config;
}

// base64 of "-----BEGIN X-----\n"
constexpr char kPem[] = "LS0tLS1CRUdJTiBYLS0tLS0K";
constexpr char kServer[] = "{server: 'https://[fd00::1]:6443/'}";

TEST_CASE("A cluster's fields are read") {
  const ClientConfig config = MustLoad(
      "{server: 'https://example.org:6443/k8s/c1/', tls-server-name: kubernetes, proxy-url: "
      "'http://proxy:3128', certificate-authority-data: " +
          std::string(kPem) + "}",
      "{}");
  CHECK(config.server == "https://example.org:6443/k8s/c1");
  CHECK(config.tls_server_name == "kubernetes");
  CHECK(config.proxy == "http://proxy:3128");
  CHECK(config.ca.data == "-----BEGIN X-----\n");
  CHECK(config.ca.file.empty());
  CHECK_FALSE(config.insecure_skip_tls_verify);
  CHECK(MustLoad("{server: 'https://a', insecure-skip-tls-verify: true}", "{}")
            .insecure_skip_tls_verify);
  CHECK(MustLoad(kServer, "{}").server == "https://[fd00::1]:6443");
}

TEST_CASE("A user's fields are read; file names are relative to the kubeconfig") {
  const TemporaryFolder folder;
  const std::string path = folder.Write(
      "sub/config",
      Kubeconfig("{server: 'https://a', certificate-authority: ca.pem}",
                 "{tokenFile: /run/token, client-certificate: ../c.pem, client-key-data: " +
                     std::string(kPem) + "}"));
  const auto config = LoadKubeconfig(path, "c");
  REQUIRE(config.has_value());
  CHECK(config->ca.file == folder.path() + "/sub/ca.pem");
  CHECK(config->token_file == "/run/token");
  CHECK(config->client_cert.file == folder.path() + "/sub/../c.pem");
  CHECK(config->client_key.data == "-----BEGIN X-----\n");
  CHECK(config->origin == "kubeconfig " + path + ", context c");
  CHECK(MustLoad(kServer, "{token: abc}").token == "abc");
}

TEST_CASE("Inline data wins over a file of the same name") {
  const ClientConfig config =
      MustLoad("{server: 'https://a', certificate-authority: ca.pem, certificate-authority-data: " +
                   std::string(kPem) + "}",
               "{}");
  CHECK(config.ca.file.empty());
  CHECK_FALSE(config.ca.data.empty());
}

TEST_CASE("What cannot be used is refused by name") {
  struct Case {
    const char* user;
    const char* field;
  };
  const auto [user, field] = GENERATE(Case{"{exec: {command: aws}}", "exec"},
                                      Case{"{auth-provider: {name: gcp}}", "auth-provider"},
                                      Case{"{username: admin, password: x}", "username"},
                                      Case{"{password: x}", "password"},
                                      Case{"{token: a, as: someone}", "as"},
                                      Case{"{token: a, as-groups: [g]}", "as-groups"},
                                      Case{"{token: a, as-uid: '7'}", "as-uid"},
                                      Case{"{token: a, as-user-extra: {k: [v]}}", "as-user-extra"});
  const auto config = Load(kServer, user);
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().code == ErrorCode::kInvalidArgument);
  CHECK(config.error().message.find("user \"u\": has " + std::string(field) + ",") !=
        std::string::npos);
}

TEST_CASE("Mistakes in a kubeconfig are named") {
  struct Case {
    const char* cluster;
    const char* user;
    const char* message;
  };
  const auto [cluster, user, message] = GENERATE(
      Case{"{}", "{}", "cluster \"k\": has no server"},
      Case{"{server: 7}", "{}", "cluster \"k\": server is no string"},
      Case{"{server: 'example.org:6443'}", "{}", "begins neither with https:// nor with http://"},
      Case{"{server: 'https://a', insecure-skip-tls-verify: 'yes'}",
           "{}",
           "insecure-skip-tls-verify is neither true nor false"},
      Case{"{server: 'https://a', insecure-skip-tls-verify: true, certificate-authority: f}",
           "{}",
           "has certificate-authority beside insecure-skip-tls-verify"},
      Case{"{server: 'https://a', certificate-authority-data: '***'}",
           "{}",
           "certificate-authority-data is no PEM in base64"},
      Case{"{server: 'https://a', certificate-authority-data: aGVsbG8=}",
           "{}",
           "certificate-authority-data is no PEM in base64"},
      Case{"{server: 'https://a'}",
           "{client-certificate: c.pem}",
           "user \"u\": has only one of client-certificate and client-key"},
      Case{"{server: 'https://a'}", "{token: [a]}", "user \"u\": token is no string"});
  const auto config = Load(cluster, user);
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().code == ErrorCode::kInvalidArgument);
  INFO(config.error().message);
  CHECK(config.error().message.find(message) != std::string::npos);
}

TEST_CASE("What is not there is said to be missing") {
  const TemporaryFolder folder;
  const std::string path = folder.Write("config", Kubeconfig(kServer, "{}"));
  const auto error_of = [](const Result<ClientConfig>& config) {
    REQUIRE_FALSE(config.has_value());
    CHECK(config.error().code == ErrorCode::kNotFound);
    return config.error().message;
  };
  CHECK(error_of(LoadKubeconfig(path, "x")) == path + ": has no context \"x\"; it has other, c");
  CHECK(error_of(LoadKubeconfig(path, "other")) == path + ": has no cluster \"none\"; it has k");
  CHECK(error_of(LoadKubeconfig(path + "-", "")) == path + "-: No such file or directory");
  CHECK(error_of(LoadKubeconfig(folder.path(), "")) == folder.path() + ": Is a directory");
  const std::string empty = folder.Write("empty", "kind: Config\n");
  CHECK(error_of(LoadKubeconfig(empty, "")) ==
        empty + ": no current-context, and no context was asked for");
}

TEST_CASE("A file that is no kubeconfig is refused") {
  const TemporaryFolder folder;
  const std::string text = GENERATE("just text", "- a", "a: [", "a: 1\n---\nb: 2\n");
  const auto config = LoadKubeconfig(folder.Write("config", text), "");
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("A pod finds its API server and its service account") {
  const TemporaryFolder root;
  const std::string folder = "var/run/secrets/kubernetes.io/serviceaccount/";
  root.Write(folder + "token", "t");
  root.Write(folder + "ca.crt", "c");
  const std::map<std::string, std::string> ipv4 = {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"},
                                                   {"KUBERNETES_SERVICE_PORT", "443"}};
  const auto config = InClusterConfig(ipv4, root.path());
  REQUIRE(config.has_value());
  CHECK(config->server == "https://10.96.0.1:443");
  CHECK(config->token_file == root.path() + "/" + folder + "token");
  CHECK(config->ca.file == root.path() + "/" + folder + "ca.crt");
  const std::map<std::string, std::string> ipv6 = {{"KUBERNETES_SERVICE_HOST", "fd00::1"},
                                                   {"KUBERNETES_SERVICE_PORT", "6443"}};
  CHECK(InClusterConfig(ipv6, root.path())->server == "https://[fd00::1]:6443");
}

TEST_CASE("Outside of a cluster it is said what is missing") {
  const TemporaryFolder root;
  const auto without_host = InClusterConfig({}, root.path());
  REQUIRE_FALSE(without_host.has_value());
  CHECK(without_host.error().code == ErrorCode::kNotFound);
  CHECK(without_host.error().message.find("KUBERNETES_SERVICE_HOST") != std::string::npos);
  const auto without_token = InClusterConfig(
      {{"KUBERNETES_SERVICE_HOST", "10.96.0.1"}, {"KUBERNETES_SERVICE_PORT", "443"}}, root.path());
  REQUIRE_FALSE(without_token.has_value());
  CHECK(without_token.error().message.find("serviceaccount/token") != std::string::npos);
}

}  // namespace
}  // namespace portcullis::k8s
