// SPDX-License-Identifier: Apache-2.0
//
// Where the API server is and how to prove who we are, as from the service account of a pod;
// kubeconfig.h has the other way, find_config.h the choice between them. Reads files; opens no
// connection (curl_transport does).
#ifndef PORTCULLIS_K8S_CLIENT_CLIENT_CONFIG_H_
#define PORTCULLIS_K8S_CLIENT_CLIENT_CONFIG_H_

#include <map>
#include <string>

#include "base/result.h"

namespace portcullis::k8s {

/// PEM text given inline, or a file that is read anew for each connection, as it may rotate; both
/// empty: none.
struct PemSource {
  std::string data;
  std::string file;

  [[nodiscard]] bool empty() const { return data.empty() && file.empty(); }
};

struct ClientConfig {
  std::string server;  ///< "https://host:port" or "http://host:port", without a trailing slash;
                       ///< IPv6 hosts in brackets.
  std::string tls_server_name;  ///< Name to verify instead of the host; empty: the host.
  bool insecure_skip_tls_verify = false;
  PemSource ca;           ///< Empty: the system's CAs.
  PemSource client_cert;  ///< With client_key, or both empty.
  PemSource client_key;
  std::string token;       ///< Bearer token; token_file wins where both are set.
  std::string token_file;  ///< Read anew for each request, as service-account tokens rotate.
  std::string proxy;       ///< Proxy URL: `proxy-url` of the kubeconfig; the environment's
                           ///< HTTPS_PROXY for commands alone (find_config.h).
  std::string no_proxy;    ///< Hosts, domains and blocks, with commas, that need no proxy.
  std::string name_space;  ///< Of the context: where names without one belong; empty: not said.
  std::string origin;      ///< For people: "kubeconfig /path, context admin".
};

/// The service account of the pod this process runs in: KUBERNETES_SERVICE_HOST and _PORT in
/// `environment`, token and CA under `root` + /var/run/secrets/kubernetes.io/serviceaccount.
/// ERRORS: kNotFound, naming what is missing.
[[nodiscard]] Result<ClientConfig> InClusterConfig(
    const std::map<std::string, std::string>& environment, const std::string& root = "");

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_CLIENT_CONFIG_H_
