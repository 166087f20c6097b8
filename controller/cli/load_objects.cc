// SPDX-License-Identifier: Apache-2.0
//
// See load_objects.h.
#include "controller/cli/load_objects.h"

#include <iostream>

#include "controller/cli/cluster.h"
#include "k8s-client/manifest.h"

namespace portcullis::cli {
namespace {

Result<k8s::LoadedObjects> Fetch(const ClusterSource& cluster) {
  const auto config = FindCluster(cluster);
  if (!config) {
    return Fail(config.error());
  }
  auto transport = ConnectTo(*config);
  return FetchCluster(*config, transport, cluster);
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
