// SPDX-License-Identifier: Apache-2.0
//
// See refusal.h.
#include "k8s-client/refusal.h"

namespace portcullis::k8s {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;

}  // namespace

std::string RemedyFor(int status, const std::string& group, const std::string& plural) {
  if (status == kUnauthorized) {
    return "; the server does not know these credentials: the token or certificate is expired, "
           "revoked or of another cluster. Files are read anew at each try";
  }
  if (status == kForbidden) {
    return R"(; that account needs a ClusterRoleBinding to a ClusterRole with the rule {apiGroups: [")" +
           group + R"("], resources: [")" + plural + R"("], verbs: ["list", "watch"]})";
  }
  return "";
}

}  // namespace portcullis::k8s
