// SPDX-License-Identifier: Apache-2.0
//
// See target.h.
#include "tests/support/api/target.h"

#include <algorithm>
#include <vector>

namespace portcullis::test {
namespace {

std::vector<std::string> SplitPath(const std::string& path) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    if (end > begin) {
      parts.push_back(path.substr(begin, end - begin));
    }
    begin = end + 1;
  }
  return parts;
}

/// Reads what is below a kind's prefix: [namespaces/<ns>/]<plural>[/<name>].
std::optional<Target> ReadTarget(const KindInfo& kind, std::vector<std::string> parts) {
  Target target{&kind, "", "", ""};
  if (kind.namespaced && parts.size() >= 3 && parts[0] == "namespaces") {
    target.ns = parts[1];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  if (parts.empty() || parts.size() > 2 || parts[0] != kind.plural) {
    return std::nullopt;
  }
  if (parts.size() == 2) {
    target.name = parts[1];
  }
  if (!target.name.empty() && kind.namespaced && target.ns.empty()) {
    return std::nullopt;
  }
  return target;
}

}  // namespace

std::optional<ProxyTarget> FindProxyTarget(const std::string& path) {
  const auto parts = SplitPath(path);
  // api v1 namespaces NS pods NAME:PORT proxy ...
  if (parts.size() < 7 || parts[2] != "namespaces" || parts[4] != "pods" || parts[6] != "proxy") {
    return std::nullopt;
  }
  const size_t colon = std::min(parts[5].find(':'), parts[5].size());
  ProxyTarget target{parts[3],
                     parts[5].substr(0, colon),
                     parts[5].substr(std::min(colon + 1, parts[5].size())),
                     ""};
  for (size_t i = 7; i < parts.size(); ++i) {
    target.path += "/" + parts[i];
  }
  return target;
}

std::optional<std::string> FindFieldName(const std::string& selector) {
  const std::string field = "metadata.name=";
  if (selector.empty()) {
    return selector;
  }
  return selector.rfind(field, 0) == 0 ? std::optional(selector.substr(field.size()))
                                       : std::nullopt;
}

std::optional<Target> FindTarget(const std::string& path) {
  for (const KindInfo& kind : Kinds()) {
    if (path.rfind(kind.prefix + "/", 0) == 0) {
      if (auto target = ReadTarget(kind, SplitPath(path.substr(kind.prefix.size())))) {
        return target;
      }
    }
  }
  return std::nullopt;
}

}  // namespace portcullis::test
