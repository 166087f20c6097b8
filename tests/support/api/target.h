// SPDX-License-Identifier: Apache-2.0
//
// What the URLs of the test API server stand for. Pure.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_TARGET_H_
#define PORTCULLIS_TESTS_SUPPORT_API_TARGET_H_

#include <optional>
#include <string>

#include "tests/support/api/object_store.h"

namespace portcullis::test {

/// What a URL names: a collection, of one namespace or of all, or one object of it.
struct Target {
  const KindInfo* kind = nullptr;
  std::string ns;
  std::string name;
  std::string field_name;  ///< What a field selector demands of metadata.name; empty: nothing.

  /// Whether a list or a watch of it has the object.
  [[nodiscard]] bool Has(const k8s::ObjectKey& key) const {
    return (ns.empty() || key.ns == ns) && (field_name.empty() || key.name == field_name);
  }
};

/// The name in "metadata.name=NAME", the one field selector that is understood; "" for "", nothing
/// for another.
[[nodiscard]] std::optional<std::string> FindFieldName(const std::string& selector);

/// Nothing where there is no such resource.
[[nodiscard]] std::optional<Target> FindTarget(const std::string& path);

/// What is asked of a pod through the API server: /api/v1/namespaces/NS/pods/NAME:PORT/proxy/PATH.
struct ProxyTarget {
  std::string ns;
  std::string pod;
  std::string port;
  std::string path;  ///< With the "/" before it.
};

/// What a pod answers; status 0: it cannot be reached.
struct ProxiedAnswer {
  int status = 0;
  std::string body;
};

/// Nothing where the URL is none of that kind.
[[nodiscard]] std::optional<ProxyTarget> FindProxyTarget(const std::string& path);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_TARGET_H_
