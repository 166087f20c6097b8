// SPDX-License-Identifier: Apache-2.0
//
// See find_config.h.
#include "k8s-client/find_config.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
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

/// What the shell calls a variable, in either case.
std::string FindEither(const std::map<std::string, std::string>& environment,
                       const std::string& upper,
                       const std::string& lower) {
  const std::string value = Find(environment, upper);
  return value.empty() ? Find(environment, lower) : value;
}

/// As Go's programs do it, kubectl among them: a `proxy-url` wins, and the own machine is never
/// asked through a proxy.
ClientConfig WithProxy(ClientConfig config, const std::map<std::string, std::string>& environment) {
  if (!config.proxy.empty()) {
    return config;
  }
  config.proxy = config.server.rfind("https://", 0) == 0
                     ? FindEither(environment, "HTTPS_PROXY", "https_proxy")
                     : FindEither(environment, "HTTP_PROXY", "http_proxy");
  const std::string no_proxy = FindEither(environment, "NO_PROXY", "no_proxy");
  config.no_proxy = "localhost,127.0.0.0/8,::1" + (no_proxy.empty() ? "" : "," + no_proxy);
  return config;
}

Result<ClientConfig> Choose(const ConfigChoice& choice, const std::string& root) {
  if (!choice.kubeconfig.empty()) {
    return LoadKubeconfigs({choice.kubeconfig}, choice.context);
  }
  if (const auto named = SplitPaths(Find(choice.environment, "KUBECONFIG")); !named.empty()) {
    return LoadKubeconfigs(named, choice.context);
  }
  const std::string home = Find(choice.environment, "HOME");
  const std::string file = home + "/.kube/config";
  std::error_code error;
  if (!home.empty() && std::filesystem::exists(file, error)) {
    return LoadKubeconfigs({file}, choice.context);
  }
  if (!choice.context.empty()) {
    return Fail(ErrorCode::kNotFound,
                "no kubeconfig has context \"" + choice.context +
                    "\": neither --kubeconfig nor KUBECONFIG is set, and there is no "
                    "~/.kube/config");
  }
  if (!Find(choice.environment, "KUBERNETES_SERVICE_HOST").empty()) {
    return InClusterConfig(choice.environment, root);
  }
  return Fail(ErrorCode::kNotFound,
              "no cluster to ask: neither --kubeconfig nor KUBECONFIG is set, this is no pod, and "
              "there is no ~/.kube/config");
}

}  // namespace

Result<ClientConfig> FindConfig(const ConfigChoice& choice, const std::string& root) {
  return Choose(choice, root).map([&choice](ClientConfig config) {
    return WithProxy(std::move(config), choice.environment);
  });
}

}  // namespace portcullis::k8s
