// SPDX-License-Identifier: Apache-2.0
//
// What to do about an API server that refuses, in words for people. Pure. Callers put it
// behind the server's own message, which says who was refused what.
#ifndef PORTCULLIS_K8S_CLIENT_REFUSAL_H_
#define PORTCULLIS_K8S_CLIENT_REFUSAL_H_

#include <string>
#include <vector>

namespace portcullis::k8s {

/// What an RBAC rule grants.
struct Right {
  std::string group;     ///< API group; "" is the core group.
  std::string resource;  ///< The plural: "pods", "pods/proxy".
  std::vector<std::string> verbs;
  std::string ns = {};  ///< The namespace in which it suffices; "" where it is needed in all.
};

/// For a status of 401 or 403 where `right` was needed: "; " and what is to be done. "" for any
/// other status.
[[nodiscard]] std::string RemedyFor(int status, const Right& right);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_REFUSAL_H_
