// SPDX-License-Identifier: Apache-2.0
//
// What is about to be applied, put into what is there.
#include "controller/insight/proposal.h"

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::Proposal;
using insight::Put;

k8s::Objects Present() {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web", {"10.0.0.1"}, {{"app", "web"}})};
  objects.namespaces = {MakeNamespace("shop")};
  objects.policies = {IngressPolicy("shop/deny")};
  objects.policies.front().meta.uid = "1";
  objects.policies.front().meta.generation = 3;
  return objects;
}

Proposal Applied(const std::vector<k8s::NetworkPolicy>& policies) {
  Proposal proposal;
  proposal.applied.policies = policies;
  return proposal;
}

}  // namespace

TEST_CASE("policies are created, changed or left as they are") {
  const auto put = Put(Applied({IngressPolicy("shop/deny"), EgressPolicy("shop/new")}), Present());
  REQUIRE(put);
  CHECK(put->before == Present());
  REQUIRE(put->after.policies.size() == 2);
  CHECK(put->after.policies.front() == Present().policies.front());  // What the server knows stays.
  CHECK(put->changes.at(0).what == "unchanged");
  CHECK(put->changes.at(1).what == "created");
  CHECK(Put(Applied({EgressPolicy("shop/deny")}), Present())->changes.at(0).what == "changed");
}

TEST_CASE("a policy that is to be deleted must be there") {
  Proposal proposal;
  proposal.deleted = {{"shop", "deny"}};
  const auto put = Put(proposal, Present());
  REQUIRE(put);
  CHECK(put->after.policies.empty());
  CHECK(put->changes.at(0).what == "deleted");

  proposal.deleted = {{"shop", "denny"}};
  const auto failed = Put(proposal, Present());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == ErrorCode::kNotFound);
  CHECK_THAT(failed.error().message, Catch::Contains("did you mean shop/deny?"));
}

TEST_CASE("a pod of a manifest changes its labels and keeps its addresses (8.8)") {
  Proposal proposal;
  proposal.applied.pods = {MakePod("shop/web", {}, {{"app", "api"}})};
  const auto put = Put(proposal, Present());
  REQUIRE(put);
  const k8s::Pod& pod = put->after.pods.front();
  CHECK(pod.meta.labels == k8s::Labels{{"app", "api"}});
  CHECK(pod.addresses == Present().pods.front().addresses);
  CHECK(put->before.pods.front().meta.labels == k8s::Labels{{"app", "web"}});
}

TEST_CASE("pods and namespaces that are not there are taken to be there before as well") {
  Proposal proposal;
  proposal.applied.pods = {MakePod("new/web", {"10.0.0.9"})};
  proposal.applied.namespaces = {MakeNamespace("new")};
  const auto put = Put(proposal, Present());
  REQUIRE(put);
  CHECK(put->before == put->after);
  CHECK(put->before.pods.size() == 2);
  CHECK(put->changes.at(0).what == "assumed");
}

}  // namespace portcullis::test
