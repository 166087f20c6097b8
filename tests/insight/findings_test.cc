// SPDX-License-Identifier: Apache-2.0
//
// What the writer of a policy is told about it.
#include "controller/insight/findings.h"

#include <catch2/catch.hpp>

#include "k8s-client/decode.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::Finding;
using k8s::Protocol;
using Kind = Finding::Kind;
using Catch::EndsWith;

k8s::Pod WithPort(k8s::Pod pod, const std::string& name, Protocol protocol, uint16_t number) {
  pod.ports.push_back({name, protocol, number});
  return pod;
}

/// A shop: a web pod with the ports http (TCP) and dns (UDP), a db pod without any, and another
/// namespace.
k8s::Objects Shop() {
  k8s::Objects objects;
  objects.namespaces = {MakeNamespace("shop"), MakeNamespace("tools", {{"team", "tools"}})};
  k8s::Pod web = MakePod("shop/web", {"10.0.0.1"}, {{"app", "web"}});
  web = WithPort(WithPort(web, "http", Protocol::kTcp, 8080), "dns", Protocol::kUdp, 53);
  objects.pods = {web,
                  MakePod("shop/db", {"10.0.0.2"}, {{"app", "db"}}),
                  MakePod("tools/scan", {"10.0.0.3"}, {{"app", "scan"}})};
  return objects;
}

std::vector<Finding> FindingsIn(const k8s::Objects& objects, const k8s::NetworkPolicy& policy) {
  policy::Engine engine(kNode);
  engine.Apply(policy::EverythingOf(objects));
  return insight::FindingsOf(policy, engine);
}

std::vector<Finding> FindingsIn(const k8s::NetworkPolicy& policy) {
  return FindingsIn(Shop(), policy);
}

TEST_CASE("A policy that says what it means has no findings") {
  CHECK(FindingsIn(IngressPolicy("shop/web",
                                 {RuleFor({PodsWith(Label("app", "db")),
                                           NamespacesWith(Label("team", "tools")),
                                           Addresses("192.0.2.0/24")},
                                          {Port(Protocol::kTcp, "http"), Port(Protocol::kUdp)})},
                                 Label("app", "web")))
            .empty());
  CHECK(FindingsIn(
            EgressPolicy("shop/web",
                         {RuleFor({PodsWith(Label("app", "web"))}, {Port(Protocol::kTcp, "http")}),
                          AnyRule()}))
            .empty());
}

TEST_CASE("A policy that selects no pod is said to have no effect, and that alone") {
  const auto findings = FindingsIn(
      IngressPolicy("shop/old", {RuleFor({PodsWith(Label("app", "gone"))})}, Label("app", "old")));
  CHECK(findings == std::vector<Finding>{
                        {Kind::kSelectsNoPod,
                         "podSelector app=old of namespace shop selects no pod, so the policy has "
                         "no effect"}});
}

TEST_CASE("Finished pods and those of the host network are selected by nobody (8.1, 8.3)") {
  k8s::Objects objects = Shop();
  objects.pods = {MakePod("shop/web", {"10.0.0.1"}), MakePod("shop/node", {"10.0.0.9"})};
  objects.pods[0].phase = k8s::PodPhase::kSucceeded;
  objects.pods[1].host_network = true;
  const auto findings = FindingsIn(objects, IngressPolicy("shop/all"));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].kind == Kind::kSelectsNoPod);
}

TEST_CASE("A peer that selects nothing is told, and whether it is for want of a namespace") {
  const auto findings = FindingsIn(
      IngressPolicy("shop/web",
                    {RuleFor({PodsWith(Label("app", "api")),
                              NamespacesWith(Label("team", "nobody")),
                              PodsOfNamespaces(Label("app", "web"), Label("team", "tools"))})},
                    Label("app", "web")));
  CHECK(findings ==
        std::vector<Finding>{
            {Kind::kPeerSelectsNoPod,
             "ingress[0]: podSelector app=api of namespace shop selects no pod, so this peer "
             "allows nothing"},
            {Kind::kPeerSelectsNoPod,
             "ingress[0]: namespaceSelector team=nobody selects no namespace, so this peer allows "
             "nothing"},
            {Kind::kPeerSelectsNoPod,
             "ingress[0]: podSelector app=web of the namespaces team=tools selects no pod, so "
             "this peer allows nothing"}});
}

TEST_CASE("A port name that no destination has is told, with a hint at the protocol (6.7)") {
  const auto ingress = FindingsIn(IngressPolicy(
      "shop/web", {PortRule({Port(Protocol::kTcp, "https"), Port(Protocol::kTcp, "dns")})}));
  CHECK(ingress ==
        std::vector<Finding>{
            {Kind::kUnknownPortName,
             "ingress[0]: no pod that the policy selects has a port named \"https\" of TCP, so it "
             "allows nothing"},
            {Kind::kUnknownPortName,
             "ingress[0]: no pod that the policy selects has a port named \"dns\" of TCP (but of "
             "UDP), so it allows nothing"}});
  const auto egress = FindingsIn(EgressPolicy(
      "shop/web", {RuleFor({PodsWith(Label("app", "db"))}, {Port(Protocol::kTcp, "http")})}));
  CHECK(egress == std::vector<Finding>{
                      {Kind::kUnknownPortName,
                       "egress[0]: no pod that this rule is about has a port named \"http\" of "
                       "TCP, so it allows nothing"}});
}

TEST_CASE("An egress port name is looked for among all pods, or those inside a block (6.8, 6.9)") {
  const auto policy = [](std::vector<k8s::Peer> peers) {
    return EgressPolicy("shop/db", {RuleFor(std::move(peers), {Port(Protocol::kTcp, "http")})});
  };
  CHECK(FindingsIn(EgressPolicy("shop/db", {PortRule({Port(Protocol::kTcp, "http")})})).empty());
  CHECK(FindingsIn(policy({Addresses("10.0.0.0/24")})).empty());
  CHECK(FindingsIn(policy({Addresses("10.0.0.0/24", {"10.0.0.1/32"})})).size() == 1);
}

TEST_CASE("Rules of a direction that is not isolated are not looked at (1.5)") {
  auto policy = IngressPolicy("shop/web", {AnyRule()});
  policy.egress = {RuleFor({PodsWith(Label("app", "api"))})};
  CHECK(FindingsIn(policy).empty());
}

TEST_CASE("What was not understood is told as the decoder words it, excepts outside too (5.1)") {
  const auto policy = k8s::DecodeNetworkPolicy(R"({"metadata":{"namespace":"shop","name":"odd"},
      "spec":{"podSelector":{},"ingress":[{"from":[
        {"ipBlock":{"cidr":"10.0.0.0/24","except":["10.1.0.0/24"]}}],
        "ports":[{"port":80,"endPort":70}]}]}})");
  REQUIRE(policy.has_value());
  const auto findings = FindingsIn(*policy);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0] ==
        Finding{Kind::kNotUnderstood,
                "ingress[0].from[0].ipBlock.except[0]: 10.1.0.0/24 is not a part of 10.0.0.0/24; "
                "that part allows nothing"});
  CHECK(findings[1].note.find("ingress[0].ports[0].endPort: 70 is less than port") == 0);
}

TEST_CASE(
    "An annotation that was not understood shuts nothing, and nothing of that is said (12.2)") {
  const auto policy = k8s::DecodeNetworkPolicy(
      R"({"metadata":{"namespace":"shop","name":"odd","annotations":{"portcullis.io/audit":"yes"}},
          "spec":{"podSelector":{},"ingress":[{}]}})");
  REQUIRE(policy.has_value());
  CHECK(FindingsIn(*policy) ==
        std::vector<Finding>{{Kind::kNotUnderstood,
                              "metadata.annotations.portcullis.io/audit: \"yes\" is neither "
                              "\"true\" nor \"false\": the policy is enforced"}});
}

TEST_CASE("What follows from a part that was not understood is told as it is (1.10, 1.11, 4.3)") {
  const auto note = [](const std::string& spec) {
    const auto policy = k8s::DecodeNetworkPolicy(
        R"({"metadata":{"namespace":"shop","name":"odd"},"spec":{)" + spec + "}}");
    REQUIRE(policy.has_value());
    const auto findings = FindingsIn(*policy);
    REQUIRE(findings.size() == 1);
    return findings[0].note;
  };
  CHECK_THAT(note(R"("podSelector":{"matchlabels":{"app":"db"}})"),
             EndsWith("; so the policy selects no pod and has no effect"));
  CHECK_THAT(note(R"("policyTypes":["ingress"])"),
             EndsWith("; so the policy isolates both ways and allows nothing"));
  CHECK_THAT(note(R"("tier":1)"), EndsWith("\"tier\""));
}

TEST_CASE("An audited policy is said to deny nothing (12.1)") {
  auto policy = IngressPolicy("shop/web");
  policy.audit = true;
  const auto findings = FindingsIn(policy);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].kind == Kind::kAudited);
  CHECK_FALSE(insight::DependsOnPods(findings[0].kind));
}

TEST_CASE("Of a change, what is new in policies that stay is told, and all of those that change") {
  k8s::Objects before = Shop();
  before.policies = {IngressPolicy("shop/db", {AnyRule()}, Label("app", "db")),
                     IngressPolicy("shop/old", {AnyRule()}, Label("app", "old")),
                     IngressPolicy("shop/older", {AnyRule()}, Label("app", "old"))};
  k8s::Objects after = before;
  after.pods[1].meta.labels = {{"app", "postgres"}};
  after.policies[2].ingress.clear();
  after.policies.push_back(IngressPolicy("shop/new", {AnyRule()}, Label("app", "new")));
  std::vector<std::string> found;
  for (const auto& [policy, finding] :
       insight::FindingsOfChange(policy::World(before), policy::World(after))) {
    CHECK(finding.kind == Kind::kSelectsNoPod);
    found.push_back(policy.ToString());
  }
  CHECK(found == std::vector<std::string>{"shop/db", "shop/new", "shop/older"});
  CHECK(insight::FindingsOfChange(policy::World(before), policy::World(before)).empty());
}

TEST_CASE("Many findings of a kind are counted, and long ones are cut") {
  std::vector<k8s::Peer> peers;
  peers.reserve(20);
  for (int i = 0; i < 20; ++i) {
    peers.push_back(PodsWith(Label("app", "none" + std::to_string(i))));
  }
  const auto many = FindingsIn(IngressPolicy("shop/web", {RuleFor(peers)}));
  REQUIRE(many.size() == insight::kMaxFindingsOfKind + 1);
  CHECK(many.back() == Finding{Kind::kPeerSelectsNoPod, "12 more parts of that kind"});
  auto long_policy = IngressPolicy("shop/web");
  for (int i = 0; i < 2'000; ++i) {
    long_policy.problems = {long_policy.problems.empty() ? "ä" : long_policy.problems[0] + "ä"};
  }
  const auto cut = FindingsIn(long_policy);
  REQUIRE(cut.size() == 1);
  CHECK(cut[0].note.size() <= insight::kMaxNote);
  CHECK(cut[0].note.substr(cut[0].note.size() - 6) == "ä ...");
}

}  // namespace
}  // namespace portcullis::test
