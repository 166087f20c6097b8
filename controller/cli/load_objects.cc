// SPDX-License-Identifier: Apache-2.0
//
// See load_objects.h.
#include "controller/cli/load_objects.h"

#include <cstdlib>
#include <iostream>

#include "controller/cli/progress.h"
#include "k8s-client/curl_transport.h"
#include "k8s-client/fetch.h"
#include "k8s-client/find_config.h"
#include "k8s-client/manifest.h"

namespace portcullis::cli {
namespace {

/// Those variables that say which cluster is meant.
std::map<std::string, std::string> ClusterEnvironment() {
  std::map<std::string, std::string> environment;
  for (const char* name :
       {"KUBECONFIG", "HOME", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets any
    if (value != nullptr) {
      environment.emplace(name, value);
    }
  }
  return environment;
}

Result<k8s::LoadedObjects> Fetch(const ClusterSource& cluster) {
  const auto config = k8s::FindConfig({cluster.kubeconfig, cluster.context, ClusterEnvironment()});
  if (!config) {
    return Fail(config.error());
  }
  k8s::CurlTransport transport(*config);
  Progress progress("reading the cluster");
  const auto show = [&](const std::string& plural, size_t so_far) {
    progress.Update(so_far, std::nullopt, plural);
  };
  return k8s::FetchObjects(transport, show, {});
}

}  // namespace

Result<k8s::LoadedObjects> LoadObjects(const ObjectSource& source) {
  auto loaded = source.files.empty() ? Fetch(source.cluster) : k8s::ReadManifests(source.files);
  if (loaded) {
    for (const std::string& problem : loaded->problems) {
      std::cerr << "portcullis: " << problem << "\n";
    }
  }
  return loaded;
}

}  // namespace portcullis::cli
