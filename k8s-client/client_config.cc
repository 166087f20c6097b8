// SPDX-License-Identifier: Apache-2.0
//
// See client_config.h.
#include "k8s-client/client_config.h"

#include "k8s-client/read_file.h"

namespace portcullis::k8s {
namespace {

constexpr char kServiceAccount[] = "/var/run/secrets/kubernetes.io/serviceaccount/";

Result<std::string> Required(const std::map<std::string, std::string>& environment,
                             const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) {
    return Fail(ErrorCode::kNotFound,
                "the environment has no " + name +
                    ", which Kubernetes gives to every pod: run in a pod, or give --kubeconfig");
  }
  return found->second;
}

Result<std::string> RequiredFile(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) {
    return Fail(ErrorCode::kNotFound,
                text.error().message +
                    ": the pod's service account is mounted there, unless "
                    "automountServiceAccountToken is false and no projected volume replaces it; or "
                    "give --kubeconfig",
                text.error().errno_value);
  }
  return path;
}

}  // namespace

Result<ClientConfig> InClusterConfig(const std::map<std::string, std::string>& environment,
                                     const std::string& root) {
  const std::string folder = root + kServiceAccount;
  const auto host = Required(environment, "KUBERNETES_SERVICE_HOST");
  const auto port = Required(environment, "KUBERNETES_SERVICE_PORT");
  const auto token = RequiredFile(folder + "token");
  const auto ca = RequiredFile(folder + "ca.crt");
  for (const auto* needed : {&host, &port, &token, &ca}) {
    if (!*needed) {
      return Fail(needed->error());
    }
  }
  ClientConfig config;
  const bool ipv6 = host->find(':') != std::string::npos;
  config.server = "https://" + (ipv6 ? "[" + *host + "]" : *host) + ":" + *port;
  config.token_file = *token;
  config.ca.file = *ca;
  config.origin = "service account of this pod";
  return config;
}

}  // namespace portcullis::k8s
