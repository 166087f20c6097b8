// SPDX-License-Identifier: Apache-2.0
//
// See find_config.h.
#include "k8s-client/find_config.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "k8s-client/kubeconfig.h"

namespace portcullis::k8s {
namespace {

std::string Find(const std::map<std::string, std::string>& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

std::vector<std::string> SplitPaths(const std::string& text) {
  std::vector<std::string> paths;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(':', begin), text.size());
    if (end > begin) {
      paths.push_back(text.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return paths;
}

}  // namespace

Result<ClientConfig> FindConfig(const ConfigChoice& choice, const std::string& root) {
  if (!choice.kubeconfig.empty()) {
    return LoadKubeconfigs({choice.kubeconfig}, choice.context);
  }
  if (const auto named = SplitPaths(Find(choice.environment, "KUBECONFIG")); !named.empty()) {
    return LoadKubeconfigs(named, choice.context);
  }
  if (!Find(choice.environment, "KUBERNETES_SERVICE_HOST").empty()) {
    return InClusterConfig(choice.environment, root);
  }
  const std::string home = Find(choice.environment, "HOME");
  const std::string file = home + "/.kube/config";
  std::error_code error;
  if (!home.empty() && std::filesystem::exists(file, error)) {
    return LoadKubeconfigs({file}, choice.context);
  }
  return Fail(ErrorCode::kNotFound,
              "no cluster to ask: neither --kubeconfig nor KUBECONFIG is set, this is no pod, and "
              "there is no ~/.kube/config");
}

}  // namespace portcullis::k8s
