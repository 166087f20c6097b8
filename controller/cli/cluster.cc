// SPDX-License-Identifier: Apache-2.0
//
// See cluster.h.
#include "controller/cli/cluster.h"

#include <cstdlib>
#include <map>
#include <string>

#include "controller/cli/progress.h"
#include "controller/version.h"
#include "k8s-client/fetch.h"
#include "k8s-client/find_config.h"

namespace portcullis::cli {
namespace {

/// What can be done without this cluster; nothing for commands that take no files.
std::string FromFiles(const ClusterSource& cluster) {
  return cluster.files_instead.empty()
             ? ""
             : ". Without a cluster: kubectl get pods,namespaces,networkpolicies -A -o yaml > "
               "objects.yaml, where kubectl works, then " +
                   cluster.files_instead + " objects.yaml here";
}

/// Those variables that say which cluster is meant, and the way to it.
std::map<std::string, std::string> ClusterEnvironment() {
  std::map<std::string, std::string> environment;
  for (const char* name : {"KUBECONFIG",
                           "HOME",
                           "KUBERNETES_SERVICE_HOST",
                           "KUBERNETES_SERVICE_PORT",
                           "HTTPS_PROXY",
                           "https_proxy",
                           "HTTP_PROXY",
                           "http_proxy",
                           "NO_PROXY",
                           "no_proxy"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
    if (value != nullptr) {
      environment.emplace(name, value);
    }
  }
  return environment;
}

Error Advised(Error error, const k8s::ClientConfig& config, const ClusterSource& cluster) {
  if (error.code == ErrorCode::kUnavailable) {
    error.message += " (" + config.origin +
                     "). Is this the cluster you mean, and can it be reached from here? kubectl "
                     "cluster-info tells" +
                     FromFiles(cluster);
  }
  return error;
}

}  // namespace

Result<k8s::ClientConfig> FindCluster(const ClusterSource& cluster) {
  auto config = k8s::FindConfig({cluster.kubeconfig, cluster.context, ClusterEnvironment()});
  if (!config) {
    Error error = std::move(config).error();
    error.message += FromFiles(cluster);
    return Fail(std::move(error));
  }
  return config;
}

k8s::CurlTransport ConnectTo(const k8s::ClientConfig& config) {
  return k8s::CurlTransport(config, {.user_agent = std::string("portcullis/") + kVersion});
}

Result<k8s::LoadedObjects> FetchCluster(const k8s::ClientConfig& config,
                                        k8s::CurlTransport& transport,
                                        const ClusterSource& cluster) {
  Progress progress("reading the cluster");
  const auto show = [&](const std::string& plural, size_t so_far) {
    progress.Update(so_far, std::nullopt, plural);
  };
  auto fetched = k8s::FetchObjects(transport, show, {});
  return fetched ? std::move(fetched) : Fail(Advised(std::move(fetched).error(), config, cluster));
}

}  // namespace portcullis::cli
