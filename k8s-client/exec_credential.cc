// SPDX-License-Identifier: Apache-2.0
//
// See exec_credential.h.
#include "k8s-client/exec_credential.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include <sys/wait.h>

#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "k8s-client/read_file.h"

namespace portcullis::k8s {
namespace {

using nlohmann::json;

constexpr char kGroup[] = "client.authentication.k8s.io/";

tl::unexpected<Error> Bad(const std::string& message) {
  return Fail(ErrorCode::kInvalidArgument, "exec: " + message);
}

std::string TextOf(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string InFolder(const std::string& command, const std::filesystem::path& folder) {
  return command.find('/') == std::string::npos ? command : (folder / command).string();
}

/// A list of texts; nothing where it is none.
std::optional<std::vector<std::string>> TextsOf(const json& object, const char* field) {
  std::vector<std::string> texts;
  const auto found = object.find(field);
  if (found == object.end() || found->is_null()) {
    return texts;
  }
  for (const json& each : *found) {
    if (!each.is_string()) {
      return std::nullopt;
    }
    texts.push_back(each.get<std::string>());
  }
  return texts;
}

std::map<std::string, std::string> VariablesOf(const json& exec) {
  std::map<std::string, std::string> variables;
  const auto found = exec.find("env");
  if (found != exec.end() && found->is_array()) {
    for (const json& each : *found) {
      if (each.is_object() && !TextOf(each, "name").empty()) {
        variables[TextOf(each, "name")] = TextOf(each, "value");
      }
    }
  }
  return variables;
}

bool MayAskPeople(const ExecCommand& command) {
  return command.interactive && isatty(STDIN_FILENO) == 1;
}

/// The cluster's certificates as text, wherever they are; "" where there are none to be read, of
/// which the connection will complain.
std::string CertificatesOf(const PemSource& ca) {
  return ca.data.empty() && !ca.file.empty() ? ReadFile(ca.file).value_or("") : ca.data;
}

/// Named as the Cluster of client.authentication.k8s.io names them.
json ClusterInfo(const ClientConfig& config) {
  json cluster = {{"server", config.server}};
  if (!config.tls_server_name.empty()) {
    cluster["tls-server-name"] = config.tls_server_name;
  }
  if (config.insecure_skip_tls_verify) {
    cluster["insecure-skip-tls-verify"] = true;
  }
  if (const std::string ca = CertificatesOf(config.ca); !ca.empty()) {
    cluster["certificate-authority-data"] = EncodeBase64(ca);
  }
  if (!config.proxy.empty()) {
    cluster["proxy-url"] = config.proxy;
  }
  return cluster;
}

/// What the command is told of its task.
std::string ExecInfo(const ExecCommand& command, const ClientConfig& config) {
  json spec = {{"interactive", MayAskPeople(command)}};
  if (command.provide_cluster_info) {
    spec["cluster"] = ClusterInfo(config);
  }
  return json{{"apiVersion", command.api_version}, {"kind", "ExecCredential"}, {"spec", spec}}
      .dump();
}

/// The environment of the command, as lines.
std::vector<std::string> EnvironmentOf(const ExecCommand& command, const ClientConfig& config) {
  auto variables = command.environment;
  variables["KUBERNETES_EXEC_INFO"] = ExecInfo(command, config);
  std::vector<std::string> lines;
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string text = *line;
    if (variables.count(text.substr(0, text.find('='))) == 0) {
      lines.push_back(text);
    }
  }
  for (const auto& [name, value] : variables) {
    std::string line = name;
    line += "=";
    line += value;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// A program whose standard output is read here.
class Child {
 public:
  Child() = default;
  ~Child() {
    for (const int end : pipe_) {
      if (end >= 0) {
        close(end);
      }
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&&) = delete;
  Child& operator=(Child&&) = delete;

  /// Where it is not `interactive` it finds nothing on its standard input: ours may be the objects
  /// that the command was given. Returns 0, or an errno.
  int Start(std::vector<std::string> words,
            std::vector<std::string> environment,
            bool interactive) {
    if (pipe2(pipe_.data(), O_CLOEXEC) != 0) {
      return errno;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_[1], STDOUT_FILENO);
    if (!interactive) {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    const int failed = posix_spawnp(&pid_,
                                    words.front().c_str(),
                                    &actions,
                                    nullptr,
                                    Pointers(words).data(),
                                    Pointers(environment).data());
    posix_spawn_file_actions_destroy(&actions);
    close(std::exchange(pipe_[1], -1));
    return failed;
  }

  /// All that it prints, until it closes its output.
  std::string Read() {
    std::string text;
    std::array<char, 4096> buffer{};
    while (true) {
      const ssize_t got = read(pipe_[0], buffer.data(), buffer.size());
      if (got > 0) {
        text.append(buffer.data(), static_cast<size_t>(got));
      } else if (got == 0 || errno != EINTR) {
        return text;
      }
    }
  }

  /// Its exit code, or -1 where a signal ended it.
  int Wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  std::array<int, 2> pipe_{-1, -1};
  pid_t pid_ = -1;
};

Result<std::string> Run(const ExecCommand& command, const ClientConfig& config) {
  std::vector<std::string> words = {command.command};
  words.insert(words.end(), command.args.begin(), command.args.end());
  Child child;
  if (const int failed = child.Start(words, EnvironmentOf(command, config), MayAskPeople(command));
      failed != 0) {
    const std::string hint = command.install_hint.empty() ? "" : ". " + command.install_hint;
    return Fail(ErrorCode::kNotFound,
                "exec: " + command.command + ": " + std::generic_category().message(failed) + hint,
                failed);
  }
  std::string text = child.Read();
  if (const int code = child.Wait(); code != 0) {
    return Bad(command.command + " failed, with " +
               (code < 0 ? "a signal" : "exit code " + std::to_string(code)));
  }
  return text;
}

Result<void> TakeStatus(const ExecCommand& command, const json& status, ClientConfig& config) {
  config.token = TextOf(status, "token");
  config.token_file.clear();
  config.client_cert = {TextOf(status, "clientCertificateData"), ""};
  config.client_key = {TextOf(status, "clientKeyData"), ""};
  if (config.client_cert.empty() != config.client_key.empty()) {
    return Bad(command.command + " printed only one of clientCertificateData and clientKeyData");
  }
  if (config.token.empty() && config.client_cert.empty()) {
    return Bad(command.command + " printed neither a token nor a certificate");
  }
  return {};
}

}  // namespace

Result<ExecCommand> ReadExecCommand(const json& exec, const std::filesystem::path& folder) {
  if (!exec.is_object() || TextOf(exec, "command").empty()) {
    return Bad("has no command");
  }
  ExecCommand command;
  command.api_version = TextOf(exec, "apiVersion");
  if (command.api_version != std::string(kGroup) + "v1" &&
      command.api_version != std::string(kGroup) + "v1beta1") {
    return Bad("apiVersion \"" + command.api_version + "\" is neither " + kGroup + "v1 nor " +
               kGroup + "v1beta1");
  }
  const auto args = TextsOf(exec, "args");
  if (!args) {
    return Bad("args is no list of texts");
  }
  command.command = InFolder(TextOf(exec, "command"), folder);
  command.args = *args;
  command.environment = VariablesOf(exec);
  command.install_hint = TextOf(exec, "installHint");
  command.interactive = TextOf(exec, "interactiveMode") != "Never";
  command.provide_cluster_info = exec.value("provideClusterInfo", json()) == true;
  return command;
}

Result<void> AddExecCredential(const ExecCommand& command, ClientConfig& config) {
  const auto text = Run(command, config);
  if (!text) {
    return Fail(text.error());
  }
  const json credential = json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!credential.is_object() || TextOf(credential, "kind") != "ExecCredential" ||
      !credential.contains("status") || !credential["status"].is_object()) {
    return Bad(command.command + " printed no ExecCredential with a status");
  }
  if (TextOf(credential, "apiVersion") != command.api_version) {
    return Bad(command.command + " printed another apiVersion than " + command.api_version);
  }
  return TakeStatus(command, credential["status"], config);
}

}  // namespace portcullis::k8s
