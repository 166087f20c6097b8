// SPDX-License-Identifier: Apache-2.0
//
// See refusal.h.
#include "k8s-client/refusal.h"

namespace portcullis::k8s {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

/// As YAML has it: {apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"]}.
std::string Rule(const Right& right) {
  std::string verbs;
  for (const std::string& verb : right.verbs) {
    verbs += (verbs.empty() ? "\"" : ", \"") + verb + "\"";
  }
  return R"({apiGroups: [")" + right.group + R"("], resources: [")" + right.resource +
         R"("], verbs: [)" + verbs + "]}";
}

}  // namespace

std::string RemedyFor(int status, const Right& right) {
  if (status == kUnauthorized) {
    return "; the server does not know these credentials: the token or certificate is expired, "
           "revoked or of another cluster. Files are read anew at each try";
  }
  if (status == kForbidden) {
    const std::string binding = right.ns.empty()
                                    ? "a ClusterRoleBinding to a ClusterRole"
                                    : "a RoleBinding to a Role in namespace " + right.ns + ",";
    return "; that account needs " + binding + " with the rule " + Rule(right);
  }
  return "";
}

}  // namespace portcullis::k8s
