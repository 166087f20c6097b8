// SPDX-License-Identifier: Apache-2.0
//
// What a refusal says: the server's words, which name the account, and what is to be done.
#include "k8s-client/refusal.h"

#include <catch2/catch.hpp>

#include "k8s-client/wire.h"

namespace portcullis::k8s {
namespace {

const Right kPods{"", "pods", {"list", "watch"}};

TEST_CASE("A missing right names the rule that grants it") {
  CHECK(RemedyFor(403, kPods)
            .find(R"({apiGroups: [""], resources: ["pods"], verbs: ["list", "watch"]})") !=
        std::string::npos);
  CHECK(
      RemedyFor(403, {"networking.k8s.io", "networkpolicies", {"list"}})
          .find(
              R"({apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list"]})") !=
      std::string::npos);
}

TEST_CASE("A right that is needed in one namespace is not asked for in all") {
  const std::string remedy = RemedyFor(403, {"", "pods/proxy", {"get"}, "portcullis-system"});
  CHECK(remedy.find("a RoleBinding to a Role in namespace portcullis-system") != std::string::npos);
  CHECK(remedy.find("Cluster") == std::string::npos);
}

TEST_CASE("Unknown credentials are said to be that, and other failures to be nothing") {
  CHECK(RemedyFor(401, kPods).find("expired") != std::string::npos);
  CHECK(RemedyFor(500, kPods).empty());
  CHECK(RemedyFor(404, kPods).empty());
}

TEST_CASE("What kube-apiserver says of a forbidden list is kept whole") {
  const std::string said =
      R"(networkpolicies.networking.k8s.io is forbidden: User \"system:serviceaccount:)"
      R"(portcullis-system:portcullis\" cannot list resource \"networkpolicies\" in API group )"
      R"(\"networking.k8s.io\" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io )"
      R"(\"portcullis\" not found)";
  const ApiStatus status =
      DecodeStatus(R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
                   R"("message":")" +
                   said +
                   R"(","reason":"Forbidden","details":{"group":"networking.k8s.io",)"
                   R"("kind":"networkpolicies"},"code":403})");
  CHECK(status.message.find("\"system:serviceaccount:portcullis-system:portcullis\"") !=
        std::string::npos);
  CHECK(status.message.rfind("\"portcullis\" not found") + 22 == status.message.size());
}

}  // namespace
}  // namespace portcullis::k8s
