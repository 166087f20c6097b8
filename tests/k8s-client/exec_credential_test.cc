// SPDX-License-Identifier: Apache-2.0
//
// Credentials from a program that the kubeconfig names: what it is told, and what it may answer.
#include "k8s-client/exec_credential.h"

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "k8s-client/kubeconfig.h"
#include "tests/k8s-client/temporary_folder.h"

namespace portcullis::k8s {
namespace {

using nlohmann::json;
using test::TemporaryFolder;

constexpr char kApiVersion[] = "client.authentication.k8s.io/v1";

/// A kubeconfig whose user runs `command`; more fields of `exec` and of the cluster in YAML.
std::string Kubeconfig(const std::string& command,
                       const std::string& more = "",
                       const std::string& cluster = "") {
  return "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
         "clusters: [{name: k, cluster: {server: 'https://cluster:6443'" +
         cluster +
         "}}]\n"
         "users: [{name: u, user: {exec: {apiVersion: " +
         std::string(kApiVersion) + ", command: '" + command + "'" + more + "}}}]\n";
}

/// The kubeconfig of a user whose login program is this shell script.
Result<ClientConfig> Load(const std::string& script,
                          const std::string& more = "",
                          const std::string& cluster = "") {
  const TemporaryFolder folder;
  const std::string program = folder.Write("bin/login", "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  return LoadKubeconfigs({folder.Write("config", Kubeconfig("bin/login", more, cluster))}, "");
}

std::string Printing(const json& status) {
  const json credential = {
      {"apiVersion", kApiVersion}, {"kind", "ExecCredential"}, {"status", status}};
  return "echo '" + credential.dump() + "'";
}

std::string ErrorOf(const Result<ClientConfig>& config) {
  REQUIRE_FALSE(config.has_value());
  return config.error().message;
}

TEST_CASE("A program's token is used, or its certificate") {
  const auto token = Load(Printing({{"token", "t-1"}}));
  REQUIRE(token.has_value());
  CHECK(token->token == "t-1");
  const auto certificate =
      Load(Printing({{"clientCertificateData", "CERT"}, {"clientKeyData", "KEY"}}));
  REQUIRE(certificate.has_value());
  CHECK(certificate->client_cert.data == "CERT");
  CHECK(certificate->client_key.data == "KEY");
}

TEST_CASE("It gets its arguments, its variables, and what it is run for") {
  const std::string script =
      R"sh(known=$(echo "$KUBERNETES_EXEC_INFO" | grep -c '"server":"https://cluster:6443"')
      printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
      printf '"status":{"token":"%s %s %s"}}' "$1" "$REGION" "$known")sh";
  const auto config = Load(script,
                           ", args: [get-token], env: [{name: REGION, value: north}], "
                           "provideClusterInfo: true");
  REQUIRE(config.has_value());
  CHECK(config->token == "get-token north 1");
}

TEST_CASE("The cluster's certificates are among what it is told, as kubectl tells them") {
  // base64 of "-----BEGIN X-----\n"
  const std::string pem = "LS0tLS1CRUdJTiBYLS0tLS0K";
  const TemporaryFolder folder;
  const std::string file = folder.Write("ca.pem", "-----BEGIN X-----\n");
  const bool inlined = GENERATE(true, false);
  const std::string authority =
      inlined ? "certificate-authority-data: " + pem : "certificate-authority: " + file;
  const std::string script =
      R"sh(known=$(echo "$KUBERNETES_EXEC_INFO" | grep -c '"certificate-authority-data":")sh" +
      pem + R"sh("'.*'"proxy-url":"http://proxy:3128"')
      printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
      printf '"status":{"token":"%s"}}' "$known")sh";
  const auto config =
      Load(script, ", provideClusterInfo: true", ", proxy-url: 'http://proxy:3128', " + authority);
  REQUIRE(config.has_value());
  CHECK(config->token == "1");
}

TEST_CASE("It does not read what is on our standard input for us, as by -f -") {
  std::array<int, 2> pipe{};
  REQUIRE(pipe2(pipe.data(), O_CLOEXEC) == 0);
  REQUIRE(write(pipe[1], "ours", 4) == 4);
  close(pipe[1]);
  const int saved = dup(STDIN_FILENO);
  dup2(pipe[0], STDIN_FILENO);
  close(pipe[0]);
  const auto config = Load("cat > /dev/null\n" + Printing({{"token", "t"}}));
  std::array<char, 8> left{};
  const ssize_t got = read(STDIN_FILENO, left.data(), left.size());
  dup2(saved, STDIN_FILENO);
  close(saved);
  REQUIRE(config.has_value());
  CHECK(got == 4);
}

TEST_CASE("A program that is not there, fails, or prints something else is named") {
  const TemporaryFolder folder;
  const auto missing = LoadKubeconfigs(
      {folder.Write("config",
                    Kubeconfig("portcullis-no-such-program", ", installHint: 'Install it.'"))},
      "");
  CHECK(
      ErrorOf(missing).find("portcullis-no-such-program: No such file or directory. Install it.") !=
      std::string::npos);
  CHECK(ErrorOf(Load("exit 3")).find("login failed, with exit code 3") != std::string::npos);
  CHECK(ErrorOf(Load("echo hello")).find("printed no ExecCredential") != std::string::npos);
  CHECK(ErrorOf(Load(Printing(json::object()))).find("neither a token nor a certificate") !=
        std::string::npos);
  CHECK(ErrorOf(Load(Printing({{"clientKeyData", "KEY"}}))).find("only one of") !=
        std::string::npos);
}

TEST_CASE("Versions that are not known are refused before anything is run") {
  const auto command = ReadExecCommand(
      {{"apiVersion", "client.authentication.k8s.io/v1alpha1"}, {"command", "x"}}, "/");
  REQUIRE_FALSE(command.has_value());
  CHECK(command.error().message.find("v1alpha1") != std::string::npos);
  CHECK_FALSE(ReadExecCommand({{"apiVersion", kApiVersion}}, "/").has_value());
  CHECK_FALSE(ReadExecCommand({{"apiVersion", kApiVersion}, {"command", "x"}, {"args", {1}}}, "/")
                  .has_value());
  CHECK(ReadExecCommand({{"apiVersion", kApiVersion}, {"command", "x"}}, "/")->command == "x");
}

TEST_CASE("The agent's way of reading a kubeconfig starts no program") {
  const TemporaryFolder folder;
  const auto config = LoadKubeconfig(folder.Write("config", Kubeconfig("true")), "");
  CHECK(ErrorOf(config).find("has exec, which is not supported here") != std::string::npos);
}

}  // namespace
}  // namespace portcullis::k8s
