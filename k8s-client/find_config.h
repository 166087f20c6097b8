// SPDX-License-Identifier: Apache-2.0
//
// Which cluster a command of a person asks, and as whom, as kubectl chooses it. For commands alone:
// the agent is told.
#ifndef PORTCULLIS_K8S_CLIENT_FIND_CONFIG_H_
#define PORTCULLIS_K8S_CLIENT_FIND_CONFIG_H_

#include <map>
#include <string>

#include "k8s-client/client_config.h"

namespace portcullis::k8s {

struct ConfigChoice {
  std::string kubeconfig;                          ///< A file; empty: not said.
  std::string context;                             ///< Empty: the current one.
  std::map<std::string, std::string> environment;  ///< KUBECONFIG, HOME, KUBERNETES_SERVICE_*,
                                                   ///< HTTPS_PROXY, HTTP_PROXY, NO_PROXY.
};

/// The file that was said; else those of KUBECONFIG, with ':' between them; else ~/.kube/config;
/// else, in a pod, its service account, which is no context.
/// ERRORS: as LoadKubeconfigs; kNotFound, saying where was looked, where there is none of them.
[[nodiscard]] Result<ClientConfig> FindConfig(const ConfigChoice& choice,
                                              const std::string& root = "");

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_FIND_CONFIG_H_
