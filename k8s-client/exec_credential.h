// SPDX-License-Identifier: Apache-2.0
//
// Credentials that a kubeconfig lets a program provide (`users[].user.exec`), as the clouds' login
// helpers do: runs it and reads what it prints. For commands of people alone, who run the same
// programs with kubectl; the agent never starts a program.
#ifndef PORTCULLIS_K8S_CLIENT_EXEC_CREDENTIAL_H_
#define PORTCULLIS_K8S_CLIENT_EXEC_CREDENTIAL_H_

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "k8s-client/client_config.h"

namespace portcullis::k8s {

/// What is to be run.
struct ExecCommand {
  std::string api_version;  ///< Of what it prints.
  std::string command;      ///< Looked up in PATH where it has no "/".
  std::vector<std::string> args;
  std::map<std::string, std::string> environment;  ///< Beside that of this process.
  std::string install_hint;                        ///< What to do where it is not there.
  bool interactive = true;                         ///< It may ask the person at the terminal.
  bool provide_cluster_info = false;
};

/// `folder` is that of the kubeconfig, to which a command with a "/" is relative.
/// ERRORS: kInvalidArgument, naming the field.
[[nodiscard]] Result<ExecCommand> ReadExecCommand(const nlohmann::json& exec,
                                                  const std::filesystem::path& folder);

/// Adds the token or the client certificate that the command prints to `config`, which knows the
/// cluster. Blocks until it ends; what it writes to standard error is the person's to read.
/// ERRORS: kNotFound where it cannot be started; kInvalidArgument where it fails, or prints no
/// credentials.
[[nodiscard]] Result<void> AddExecCredential(const ExecCommand& command, ClientConfig& config);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_EXEC_CREDENTIAL_H_
