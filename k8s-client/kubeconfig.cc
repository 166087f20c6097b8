// SPDX-License-Identifier: Apache-2.0
//
// See kubeconfig.h.
#include "k8s-client/kubeconfig.h"

#include <array>
#include <filesystem>
#include <optional>

#include "base/base64.h"
#include "k8s-client/exec_credential.h"
#include "k8s-client/read_file.h"
#include "k8s-client/yaml.h"

namespace portcullis::k8s {
namespace {

using nlohmann::json;

bool IsEmpty(const json& value) {
  return value.is_string() ? value.get_ref<const std::string&>().empty()
                           : value.is_structured() && value.empty();
}

/// One cluster, user or context of a kubeconfig, with the names that messages need.
class Section {
 public:
  Section(json value, std::string what, std::filesystem::path folder)
      : value_(std::move(value)),
        what_(std::move(what)),
        folder_(std::move(folder)) {}

  [[nodiscard]] bool Has(const char* field) const {
    const auto found = value_.find(field);
    return found != value_.end() && !found->is_null() && !IsEmpty(*found);
  }

  /// The string at `field`; "" where there is none.
  [[nodiscard]] Result<std::string> Text(const char* field) const {
    const auto found = value_.find(field);
    if (found == value_.end() || found->is_null()) {
      return std::string();
    }
    if (!found->is_string()) {
      return Bad(std::string(field) + " is no string");
    }
    return found->get<std::string>();
  }

  [[nodiscard]] Result<bool> Flag(const char* field) const {
    const auto found = value_.find(field);
    if (found == value_.end() || found->is_null()) {
      return false;
    }
    if (!found->is_boolean()) {
      return Bad(std::string(field) + " is neither true nor false");
    }
    return found->get<bool>();
  }

  /// The file at `field`, relative to the kubeconfig's folder.
  [[nodiscard]] Result<std::string> File(const char* field) const {
    return Text(field).map([this](const std::string& name) {
      return name.empty() ? name : (folder_ / name).string();
    });
  }

  /// `<field>-data`, decoded, or else the file `<field>`.
  [[nodiscard]] Result<PemSource> Pem(const std::string& field) const {
    const std::string data_field = field + "-data";
    const auto encoded = Text(data_field.c_str());
    const auto file = File(field.c_str());
    if (!encoded || !file) {
      return Fail(encoded ? file.error() : encoded.error());
    }
    if (encoded->empty()) {
      return PemSource{"", *file};
    }
    const auto data = DecodeBase64(*encoded);
    if (!data || data->find("-----BEGIN ") == std::string::npos) {
      return Bad(data_field + " is no PEM in base64");
    }
    return PemSource{*data, ""};
  }

  /// REQUIRES: Has("exec").
  [[nodiscard]] Result<ExecCommand> Exec() const {
    auto command = ReadExecCommand(value_.at("exec"), folder_);
    return command ? std::move(command) : Fail(command.error().WithContext(what_));
  }

  [[nodiscard]] tl::unexpected<Error> Bad(const std::string& message) const {
    return Fail(ErrorCode::kInvalidArgument, what_ + ": " + message);
  }

 private:
  json value_;
  std::string what_;
  std::filesystem::path folder_;
};

/// `target` = the value of `source`; its error, if it has one.
template <typename T>
Result<void> Take(Result<T> source, T& target) {
  return std::move(source).map([&target](T value) { target = std::move(value); });
}

/// The first error, if any.
Result<void> All(std::initializer_list<Result<void>> results) {
  for (const Result<void>& result : results) {
    if (!result) {
      return result;
    }
  }
  return {};
}

Result<std::string> CheckServer(const Section& cluster, std::string server) {
  while (!server.empty() && server.back() == '/') {
    server.pop_back();
  }
  if (server.empty()) {
    return cluster.Bad("has no server");
  }
  if (server.rfind("https://", 0) != 0 && server.rfind("http://", 0) != 0) {
    return cluster.Bad("server \"" + server + "\" begins neither with https:// nor with http://");
  }
  return server;
}

Result<void> ReadCluster(const Section& cluster, ClientConfig& config) {
  auto server = cluster.Text("server");
  if (server) {
    server = CheckServer(cluster, *server);
  }
  auto read = All({Take(std::move(server), config.server),
                   Take(cluster.Text("tls-server-name"), config.tls_server_name),
                   Take(cluster.Flag("insecure-skip-tls-verify"), config.insecure_skip_tls_verify),
                   Take(cluster.Pem("certificate-authority"), config.ca),
                   Take(cluster.Text("proxy-url"), config.proxy)});
  if (read && config.insecure_skip_tls_verify && !config.ca.empty()) {
    return cluster.Bad("has certificate-authority beside insecure-skip-tls-verify");
  }
  return read;
}

/// Whether a program may be run for credentials.
enum class Programs : uint8_t { kRefused, kRun };

/// What would need a right this program must not use, or a program to be run where none may.
Result<void> RefuseUnusable(const Section& user, Programs programs) {
  if (programs == Programs::kRefused && user.Has("exec")) {
    return user.Bad("has exec, which is not supported here; use a token or a client certificate");
  }
  static constexpr std::array kFields = {
      "auth-provider", "username", "password", "as", "as-uid", "as-groups", "as-user-extra"};
  for (const char* field : kFields) {
    if (user.Has(field)) {
      return user.Bad("has " + std::string(field) +
                      ", which is not supported; use a token or a client certificate");
    }
  }
  return {};
}

/// REQUIRES: the cluster is read.
Result<void> ReadUser(const Section& user, Programs programs, ClientConfig& config) {
  auto read = All({RefuseUnusable(user, programs),
                   Take(user.Text("token"), config.token),
                   Take(user.File("tokenFile"), config.token_file),
                   Take(user.Pem("client-certificate"), config.client_cert),
                   Take(user.Pem("client-key"), config.client_key)});
  if (read && config.client_cert.empty() != config.client_key.empty()) {
    return user.Bad("has only one of client-certificate and client-key");
  }
  if (read && user.Has("exec")) {
    return user.Exec().and_then(
        [&](const ExecCommand& command) { return AddExecCredential(command, config); });
  }
  return read;
}

/// One parsed file.
struct ParsedFile {
  json root;
  std::filesystem::path folder;  ///< What relative names in it are relative to.
};

/// The parsed files, of which the first one that has a name counts.
class Kubeconfig {
 public:
  explicit Kubeconfig(std::vector<ParsedFile> files) : files_(std::move(files)) {}

  [[nodiscard]] Result<std::string> CurrentContext() const {
    for (const ParsedFile& file : files_) {
      auto name = Section(file.root, "kubeconfig", file.folder).Text("current-context");
      if (!name || !name->empty()) {
        return name;
      }
    }
    return Fail(ErrorCode::kNotFound, "no current-context, and no context was asked for");
  }

  /// The `kind` named `name` of the list `kind`s.
  [[nodiscard]] Result<Section> Find(const std::string& kind, const std::string& name) const {
    const std::string where = kind + " \"" + name + "\"";
    for (const ParsedFile& file : files_) {
      if (const json* found = FindIn(file.root, kind, name)) {
        return Section(*found, where, file.folder);
      }
    }
    return Fail(ErrorCode::kNotFound, "has no " + where + "; it has " + Names(kind));
  }

 private:
  /// "dev, production"
  [[nodiscard]] std::string Names(const std::string& kind) const {
    std::string names;
    for (const ParsedFile& file : files_) {
      const auto list = file.root.find(kind + "s");
      for (const json& entry : list == file.root.end() ? json::array() : *list) {
        const json name = entry.is_object() ? entry.value("name", json()) : json();
        names += name.is_string() ? (names.empty() ? "" : ", ") + name.get<std::string>() : "";
      }
    }
    return names.empty() ? "none" : names;
  }

  static const json* FindIn(const json& root, const std::string& kind, const std::string& name) {
    const auto list = root.find(kind + "s");
    if (list == root.end() || !list->is_array()) {
      return nullptr;
    }
    for (const json& entry : *list) {
      if (entry.is_object() && entry.value("name", json()) == name &&
          entry.value(kind, json()).is_object()) {
        return &entry.at(kind);
      }
    }
    return nullptr;
  }

  std::vector<ParsedFile> files_;
};

Result<void> ReadContext(const Kubeconfig& file,
                         const std::string& name,
                         Programs programs,
                         ClientConfig& config) {
  const auto context = file.Find("context", name);
  if (!context) {
    return Fail(context.error());
  }
  const auto cluster_name = context->Text("cluster");
  const auto user_name = context->Text("user");
  if (!cluster_name || !user_name) {
    return Fail(cluster_name ? user_name.error() : cluster_name.error());
  }
  if (auto taken = Take(context->Text("namespace"), config.name_space); !taken) {
    return taken;
  }
  const auto cluster = file.Find("cluster", *cluster_name);
  if (!cluster) {
    return Fail(cluster.error());
  }
  auto read = ReadCluster(*cluster, config);
  if (!read || user_name->empty()) {
    return read;  // Without a user the server is asked anonymously.
  }
  const auto user = file.Find("user", *user_name);
  return user ? ReadUser(*user, programs, config) : Fail(user.error());
}

Result<ParsedFile> ParseKubeconfig(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) {
    return Fail(text.error());
  }
  auto documents = ParseYaml(*text);
  if (!documents) {
    return Fail(documents.error().WithContext(path));
  }
  // An empty file says nothing, and is no fault: `touch` begins a kubeconfig.
  json root = documents->empty() ? json::object() : std::move(documents->front().value);
  if (documents->size() > 1 || !root.is_object()) {
    return Fail(ErrorCode::kInvalidArgument, path + ": is no kubeconfig");
  }
  std::error_code error;
  const auto absolute = std::filesystem::absolute(path, error);
  return ParsedFile{std::move(root), absolute.parent_path()};
}

/// The files of `paths` that exist, of which there must be one.
Result<std::vector<ParsedFile>> ParseAll(const std::vector<std::string>& paths) {
  std::vector<ParsedFile> files;
  Result<void> missing = Fail(ErrorCode::kNotFound, "no kubeconfig is named");
  for (const std::string& path : paths) {
    auto file = ParseKubeconfig(path);
    if (file) {
      files.push_back(std::move(*file));
    } else if (file.error().code == ErrorCode::kNotFound) {
      missing = Fail(file.error());
    } else {
      return Fail(file.error());
    }
  }
  return files.empty() ? Result<std::vector<ParsedFile>>(Fail(missing.error())) : std::move(files);
}

std::string Join(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) {
    text += (text.empty() ? "" : ":") + path;
  }
  return text;
}

Result<ClientConfig> Load(const std::vector<std::string>& paths,
                          const std::string& context,
                          Programs programs) {
  auto files = ParseAll(paths);
  if (!files) {
    return Fail(files.error());
  }
  const Kubeconfig kubeconfig(std::move(*files));
  const std::string where = Join(paths);
  const auto name = context.empty() ? kubeconfig.CurrentContext() : Result<std::string>(context);
  if (!name) {
    return Fail(name.error().WithContext(where));
  }
  ClientConfig config;
  config.origin = "kubeconfig " + where + ", context " + *name;
  const auto read = ReadContext(kubeconfig, *name, programs, config);
  if (!read) {
    return Fail(read.error().WithContext(where));
  }
  return config;
}

}  // namespace

Result<ClientConfig> LoadKubeconfig(const std::string& path, const std::string& context) {
  return Load({path}, context, Programs::kRefused);
}

Result<ClientConfig> LoadKubeconfigs(const std::vector<std::string>& paths,
                                     const std::string& context) {
  return Load(paths, context, Programs::kRun);
}

}  // namespace portcullis::k8s
