// SPDX-License-Identifier: Apache-2.0
//
// See load_objects.h.
#include "controller/cli/load_objects.h"

#include <iostream>
#include <utility>

#include "controller/cli/cluster.h"
#include "k8s-client/manifest.h"

namespace portcullis::cli {
namespace {

constexpr char kDefaultNamespace[] = "default";

k8s::Objects Told(k8s::LoadedObjects loaded) {
  for (const std::string& problem : loaded.problems) {
    std::cerr << "portcullis: " << problem << "\n";
  }
  return std::move(loaded.objects);
}

Result<SourceObjects> Fetch(const ClusterSource& cluster, const std::string& name_space) {
  const auto config = FindCluster(cluster);
  if (!config) {
    return Fail(config.error());
  }
  auto transport = ConnectTo(*config);
  return FetchCluster(*config, transport, cluster).map([&](k8s::LoadedObjects loaded) {
    return SourceObjects{Told(std::move(loaded)), NamespaceOf(*config, name_space)};
  });
}

}  // namespace

std::string NamespaceOf(const k8s::ClientConfig& config, const std::string& said) {
  const std::string& name = said.empty() ? config.name_space : said;
  return name.empty() ? kDefaultNamespace : name;
}

Result<SourceObjects> LoadObjects(const ObjectSource& source, const std::string& name_space) {
  if (source.files.empty()) {
    return Fetch(source.cluster, name_space);
  }
  const std::string name = NamespaceOf({}, name_space);
  return ReadFiles(source.files, name).map([&](k8s::Objects objects) {
    return SourceObjects{std::move(objects), name};
  });
}

Result<k8s::Objects> ReadFiles(const std::vector<std::string>& files,
                               const std::string& name_space) {
  return k8s::ReadManifests(files, name_space).map(Told);
}

}  // namespace portcullis::cli
