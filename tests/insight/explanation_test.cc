// SPDX-License-Identifier: Apache-2.0
//
// Explanations of small worlds: that each cause is told in a person's terms, and which ends are
// judged by no policy at all.
#include "controller/insight/explanation.h"

#include <catch2/catch.hpp>

#include "tests/insight/asking.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using Judged = insight::Entry;
using insight::Explanation;
using insight::RuleReasons;
using insight::Side;
using k8s::Protocol;

/// shop/web and shop/db on both families, other/web, and a policy for db.
k8s::Objects Shop(k8s::PolicyRule rule) {
  k8s::Objects objects;
  objects.namespaces = {MakeNamespace("shop", {{"team", "a"}})};
  objects.pods = {MakePod("shop/web", {"10.0.0.1", "fd00::1"}, {{"role", "backend"}}),
                  MakePod("shop/db", {"10.0.0.2", "fd00::2"}, {{"app", "db"}}),
                  MakePod("other/web", {"10.0.0.3"}, {{"role", "frontend"}})};
  objects.pods[1].ports = {{"sql", Protocol::kTcp, 5432}};
  objects.policies = {IngressPolicy("shop/db-access", {std::move(rule)}, Label("app", "db"))};
  return objects;
}

/// The only peer of the rule for the question.
Judged PeerFor(k8s::Peer peer, const std::string& from) {
  const auto explanation = Ask(Shop(RuleFor({std::move(peer)})), from, "shop/db", "5432");
  return explanation.pairs.front().ingress.policies.front().rules.front().peers->front();
}

/// The only port of the rule for the question.
Judged PortFor(k8s::PolicyPort port, const std::string& asked) {
  const auto explanation = Ask(Shop(PortRule({std::move(port)})), "shop/web", "shop/db", asked);
  return explanation.pairs.front().ingress.policies.front().rules.front().ports->front();
}

std::string Why(const Judged& entry) {
  return entry.text + (entry.matches ? " + " : " - ") + entry.reason;
}

}  // namespace

TEST_CASE("of a selector that does not match the labels are told (4.2)") {
  CHECK(Why(PeerFor(PodsWith(Label("role", "frontend")), "shop/web")) ==
        "podSelector role=frontend - needs role=frontend, pod shop/web has role=backend");
  CHECK(Why(PeerFor(PodsWith(Label("tier", "a")), "shop/web")) ==
        "podSelector tier=a - needs tier=a, pod shop/web has no label tier");
  CHECK(Why(PeerFor(PodsWith(Select({Require("role", Operator::kNotIn, {"backend"})})),
                    "shop/web")) ==
        "podSelector role notin (backend) - needs role notin (backend), pod shop/web has "
        "role=backend");
  CHECK(Why(PeerFor(PodsWith(Label("role", "backend")), "shop/web")) ==
        "podSelector role=backend + matches pod shop/web");
  k8s::LabelSelector broken;
  broken.valid = false;
  CHECK(Why(PeerFor(PodsWith(broken), "shop/web")) ==
        "podSelector (invalid) - the selector could not be understood, so it matches nothing");
}

TEST_CASE("of namespaces the wrong, the unmatched and the unknown are told apart (3.2, 3.9)") {
  CHECK(Why(PeerFor(PodsWith(Select()), "other/web")) ==
        "podSelector * - means pods of namespace shop alone, pod other/web is in other");
  CHECK(Why(PeerFor(NamespacesWith(Select()), "other/web")) ==
        "namespaceSelector * - namespace other is not known, so no namespaceSelector matches it");
  CHECK(Why(PeerFor(NamespacesWith(Label("team", "b")), "shop/web")) ==
        "namespaceSelector team=b - needs team=b, namespace shop has team=a");
  CHECK(Why(PeerFor(PodsOfNamespaces(Label("role", "x"), Label("team", "b")), "shop/web")) ==
        "podSelector role=x and namespaceSelector team=b - needs team=b, namespace shop has "
        "team=a; needs role=x, pod shop/web has role=backend");
  CHECK(Why(PeerFor(NamespacesWith(Select()), "192.0.2.1")) ==
        "namespaceSelector * - selects pods alone, and 192.0.2.1 is none");
}

TEST_CASE("of a block it is told whether it contains the address or cuts it out (5.2)") {
  CHECK(Why(PeerFor(Addresses("10.0.0.0/24"), "shop/web")) ==
        "ipBlock 10.0.0.0/24 + contains 10.0.0.1");
  CHECK(Why(PeerFor(Addresses("10.1.0.0/24"), "shop/web")) ==
        "ipBlock 10.1.0.0/24 - does not contain 10.0.0.1");
  CHECK(Why(PeerFor(Addresses("10.0.0.0/24", {"10.0.0.0/31"}), "shop/web")) ==
        "ipBlock 10.0.0.0/24 except 10.0.0.0/31 - except 10.0.0.0/31 cuts out 10.0.0.1");
}

TEST_CASE("of ports protocol, number and name are told (6)") {
  CHECK(Why(PortFor(Port(Protocol::kTcp, 80), "5432")) == "80/TCP - is not 5432/TCP");
  CHECK(Why(PortFor(Port(Protocol::kTcp, 5000, 6000), "5432")) ==
        "5000-6000/TCP + contains 5432/TCP");
  CHECK(Why(PortFor(Port(Protocol::kUdp), "5432")) == "all UDP - is not TCP");
  CHECK(Why(PortFor(Port(Protocol::kTcp), "5432")) == "all TCP + contains 5432/TCP");
  CHECK(Why(PortFor(Port(Protocol::kTcp), "icmp")) ==
        "all TCP - is not ICMP, which only a rule without ports allows");
  CHECK(Why(PortFor(Port(Protocol::kTcp, "sql"), "5432")) == "sql/TCP + is 5432 at pod shop/db");
  CHECK(Why(PortFor(Port(Protocol::kTcp, "sql"), "80")) == "sql/TCP - is 5432 at pod shop/db");
  CHECK(Why(PortFor(Port(Protocol::kTcp, "http"), "80")) ==
        "http/TCP - names no port of pod shop/db");
}

TEST_CASE("a list of which nothing was understood matches nothing, and is there (1.11)") {
  auto objects = Shop(RuleFor({}));
  objects.policies[0].problems = {"ingress[0].from[0] is no object"};
  const auto explanation = Ask(objects, "shop/web", "shop/db", "80");
  const auto& policy = explanation.pairs.front().ingress.policies.front();
  CHECK(policy.rules.front().peers == std::vector<Judged>());
  CHECK_FALSE(PeersMatch(policy.rules.front()));
  CHECK(policy.problems == std::vector<std::string>{"ingress[0].from[0] is no object"});
  CHECK_FALSE(explanation.allowed());
}

TEST_CASE("every family is answered, or the one asked for") {
  const auto objects = Shop(RuleFor({Addresses("10.0.0.0/8")}));
  const Explanation both = Ask(objects, "shop/web", "shop/db", "80");
  REQUIRE(both.pairs.size() == 2);
  CHECK(both.pairs[0].family() == Family::kIpv4);
  CHECK(both.pairs[0].allowed());
  CHECK_FALSE(both.pairs[1].allowed());
  CHECK_FALSE(both.allowed());
  CHECK(Ask(objects, "shop/web", "shop/db", "80", Family::kIpv4).allowed());
  CHECK_FALSE(Ask(objects, "shop/web", "shop/db", "80", Family::kIpv6).allowed());
  CHECK(FailureOf(objects, "other/web", "shop/db", "80", Family::kIpv6) ==
        "the ends do not have IPv6 in common: other/web has only IPv4, shop/db has both");
}

TEST_CASE("ends that no policy judges say why") {
  auto objects = Shop(RuleFor({PodsWith(Label("role", "frontend"))}));
  auto agent = MakePod("shop/agent", {"192.168.0.1"});
  agent.host_network = true;
  objects.pods.push_back(agent);
  auto away = MakePod("shop/away", {"192.168.0.2"});
  away.host_network = true;
  away.node_name = "node2";
  objects.pods.push_back(away);
  const auto basis = [&](const std::string& from, const std::string& to) {
    const auto pair = Ask(objects, from, to, "80", Family::kIpv4).pairs.front();
    return std::pair(pair.egress.basis, pair.ingress.basis);
  };
  using Basis = Side::Basis;
  CHECK(basis("shop/agent", "shop/db") == std::pair(Basis::kHostNetwork, Basis::kOwnNode));
  CHECK(basis("node/node1", "shop/db") == std::pair(Basis::kNoPod, Basis::kOwnNode));
  CHECK(basis("192.168.0.1", "shop/db") == std::pair(Basis::kNoPod, Basis::kOwnNode));
  CHECK(basis("shop/away", "shop/db") == std::pair(Basis::kHostNetwork, Basis::kPolicies));
  CHECK(basis("shop/web", "node/node1") == std::pair(Basis::kNotIsolated, Basis::kNoPod));
  CHECK(basis("shop/db", "shop/db") == std::pair(Basis::kItself, Basis::kItself));
  CHECK(basis("external", "shop/db") == std::pair(Basis::kNoPod, Basis::kPolicies));
  CHECK_FALSE(Ask(objects, "node/node2", "shop/db", "80").allowed());  // 9.3
}

TEST_CASE("policies of the direction that do not select the pod are told, and why") {
  auto objects = Shop(AnyRule());
  objects.policies.push_back(IngressPolicy("shop/other", {}, Label("app", "cache")));
  objects.policies.push_back(EgressPolicy("shop/out", {}, Label("app", "cache")));
  objects.policies.push_back(IngressPolicy("other/other", {}, Label("app", "cache")));
  const auto side = Ask(objects, "shop/web", "shop/db", "80").pairs.front().ingress;
  REQUIRE(side.bystanders.size() == 1);
  CHECK(side.bystanders.front().policy == k8s::ObjectKey{"shop", "other"});
  CHECK(side.bystanders.front().reason == "needs app=cache, pod shop/db has app=db");
}

TEST_CASE("a side tells all that may pass to this peer") {
  const auto side = Ask(Shop(PortRule({Port(Protocol::kTcp, 80), Port(Protocol::kTcp, "sql")})),
                        "shop/web",
                        "shop/db",
                        "80")
                        .pairs.front();
  CHECK(ToText(side.ports()) == "80/TCP, 5432/TCP");
}

}  // namespace portcullis::test
