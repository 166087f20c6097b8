// SPDX-License-Identifier: Apache-2.0
//
// Kubeconfig files → where the API server is and how to prove who we are. Reads files; opens no
// connection.
#ifndef PORTCULLIS_K8S_CLIENT_KUBECONFIG_H_
#define PORTCULLIS_K8S_CLIENT_KUBECONFIG_H_

#include <string>
#include <vector>

#include "k8s-client/client_config.h"

namespace portcullis::k8s {

/// The context `context` of the file at `path`, or its current-context where `context` is empty.
/// Relative file names in it are relative to its folder.
/// ERRORS: kNotFound (file, context, cluster, user), kInvalidArgument: what the file has that
/// cannot be used (exec, auth-provider, username...), by name.
[[nodiscard]] Result<ClientConfig> LoadKubeconfig(const std::string& path,
                                                  const std::string& context);

/// The same of several files, as KUBECONFIG names them, and for commands of people: what the first
/// one with a name says counts, files that do not exist are passed over, unless none does, and
/// credentials may come from a program (exec_credential.h).
/// ERRORS: as above, and those of AddExecCredential().
[[nodiscard]] Result<ClientConfig> LoadKubeconfigs(const std::vector<std::string>& paths,
                                                   const std::string& context);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_KUBECONFIG_H_
