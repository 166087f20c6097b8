// SPDX-License-Identifier: Apache-2.0
//
// Whom to ask whether a policy is enforced, and what the answers mean.
#include "controller/insight/rollout.h"

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::NodeAnswer;
using insight::NodePlan;
using State = insight::NodeVerdict::State;

k8s::Pod On(const std::string& node, k8s::Pod pod) {
  pod.node_name = node;
  return pod;
}

k8s::Pod Agent(const std::string& node, const std::string& name) {
  k8s::Pod pod = On(
      node,
      MakePod(
          "portcullis-system/" + name, {"192.0.2.1"}, {{"app.kubernetes.io/name", "portcullis"}}));
  pod.host_network = true;
  return pod;
}

k8s::NetworkPolicy WebPolicy() {
  auto policy = IngressPolicy("shop/web", {}, Label("app", "web"));
  policy.meta.uid = "u1";
  policy.meta.resource_version = "7";
  return policy;
}

k8s::Objects Cluster() {
  k8s::Objects objects;
  objects.namespaces = {MakeNamespace("shop")};
  objects.pods = {On("node1", MakePod("shop/web-1", {"10.0.0.1"}, {{"app", "web"}})),
                  On("node1", MakePod("shop/web-2", {"10.0.0.2"}, {{"app", "web"}})),
                  On("node2", MakePod("shop/web-3", {"10.0.1.1"}, {{"app", "web"}})),
                  On("node3", MakePod("shop/db", {"10.0.2.1"}, {{"app", "db"}})),
                  On("node4", MakePod("other/web", {"10.0.3.1"}, {{"app", "web"}})),
                  Agent("node1", "pc-1"),
                  Agent("node3", "pc-3")};
  return objects;
}

std::vector<NodePlan> Plan(const k8s::Objects& objects, const std::string& ns = "") {
  return insight::PlanRollout(policy::World(objects), WebPolicy(), ns);
}

NodeAnswer GoodAnswer() {
  NodeAnswer answer;
  answer.known = true;
  answer.in_force = true;
  answer.uid = "u1";
  answer.resource_version_in_force = "7";
  answer.since = "2026-11-26T03:00:00Z";
  answer.pods = {"shop/web-2", "shop/web-1"};
  return answer;
}

TEST_CASE("Asked are the nodes that have the policy's pods, and there Portcullis' pod") {
  const auto plan = Plan(Cluster());
  REQUIRE(plan.size() == 2);
  CHECK(plan[0].node == "node1");
  CHECK(plan[0].pods == std::vector<k8s::ObjectKey>{{"shop", "web-1"}, {"shop", "web-2"}});
  REQUIRE(plan[0].agent.has_value());
  CHECK(plan[0].agent->pod.name == "pc-1");
  CHECK(plan[0].agent->port == insight::kDefaultStatusPort);
  CHECK_FALSE(plan[1].agent.has_value());
  CHECK(plan[1].no_agent == "no Portcullis pod is there");
}

TEST_CASE("A pod that takes another's place is asked, on the port that it names") {
  k8s::Objects objects = Cluster();
  k8s::Pod going = Agent("node2", "a-going");
  going.deleting = true;
  k8s::Pod coming = Agent("node2", "b-coming");
  coming.ports = {{"metrics", k8s::Protocol::kTcp, 9000}};
  objects.pods.push_back(going);
  CHECK(Plan(objects)[1].no_agent ==
        "its Portcullis pod portcullis-system/a-going is being deleted");
  objects.pods.push_back(coming);
  REQUIRE(Plan(objects)[1].agent.has_value());
  CHECK(Plan(objects)[1].agent->pod.name == "b-coming");
  CHECK(Plan(objects)[1].agent->port == 9000);
  CHECK_FALSE(Plan(objects, "elsewhere")[0].agent.has_value());
}

TEST_CASE("Enforced is what is in force as the API server has it, for all of the node's pods") {
  const NodePlan plan = Plan(Cluster())[0];
  const auto judge = [&](const NodeAnswer& answer) {
    return insight::Judge(WebPolicy(), plan, Result<NodeAnswer>(answer));
  };
  const auto good = judge(GoodAnswer());
  CHECK(good.state == State::kEnforced);
  CHECK(good.pods == 2);
  CHECK(good.since == "2026-11-26T03:00:00Z");
  CHECK(good.trouble.empty());
  NodeAnswer answer = GoodAnswer();
  answer.resource_version_in_force = "6";
  answer.failure = "the kernel says no";
  CHECK(judge(answer).state == State::kNot);
  CHECK(judge(answer).trouble ==
        "in force is resourceVersion 6, the API server has 7: the kernel says no");
  answer = GoodAnswer();
  answer.pods = {"shop/web-1"};
  CHECK(judge(answer).trouble == "pod shop/web-2 is not known there as one of its pods");
  answer = GoodAnswer();
  answer.uid = "u0";
  CHECK(judge(answer).trouble == "the node knows an older policy of that name");
  answer = GoodAnswer();
  answer.resource_version_in_force.clear();
  CHECK(judge(answer).trouble == "the kernel holds nothing of the policy");
  CHECK(judge(NodeAnswer()).trouble == "the node has not been told of the policy");
}

TEST_CASE("Where nobody answers it is not known") {
  const auto plan = Plan(Cluster());
  const auto failed = insight::Judge(
      WebPolicy(), plan[0], Result<NodeAnswer>(Fail(ErrorCode::kUnavailable, "no route")));
  CHECK(failed.state == State::kUnknown);
  CHECK(failed.trouble == "no route");
  const auto unasked = insight::Judge(WebPolicy(), plan[1], std::nullopt);
  CHECK(unasked.state == State::kUnknown);
  CHECK(unasked.trouble == "no Portcullis pod is there");
}

}  // namespace
}  // namespace portcullis::test
