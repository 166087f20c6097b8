// SPDX-License-Identifier: Apache-2.0
//
// The rules of a NetworkPolicy, with peers and ports, as JSON → structs: what is bad allows
// nothing, and never turns a list into an absent one.
#include <catch2/catch.hpp>

#include "tests/k8s-client/policy_with_spec.h"

namespace portcullis::k8s {
namespace {

using Strings = std::vector<std::string>;
using Op = Requirement::Operator;

/// A policy with one ingress rule.
NetworkPolicy WithRule(const std::string& rule) {
  return WithSpec(R"({"podSelector":{},"ingress":[)" + rule + "]}");
}

/// The peers of a rule with this one peer.
NetworkPolicy WithPeer(const std::string& peer) {
  return WithRule(R"({"from":[)" + peer + "]}");
}

NetworkPolicy WithPort(const std::string& port) {
  return WithRule(R"({"ports":[)" + port + "]}");
}

const std::vector<Peer>& PeersOf(const NetworkPolicy& policy) {
  REQUIRE(policy.ingress.size() == 1);
  REQUIRE(policy.ingress[0].peers.has_value());
  return *policy.ingress[0].peers;
}

const std::vector<PolicyPort>& PortsOf(const NetworkPolicy& policy) {
  REQUIRE(policy.ingress.size() == 1);
  REQUIRE(policy.ingress[0].ports.has_value());
  return *policy.ingress[0].ports;
}

TEST_CASE("Peers: absent and {} differ, null is absent (3.2, 3.3)") {
  const LabelSelector all;
  const LabelSelector web{{{"app", Op::kIn, {"web"}}}, true};
  const std::string web_json = R"({"matchLabels":{"app":"web"}})";
  CHECK(PeersOf(WithPeer(R"({"podSelector":{}})")) ==
        std::vector<Peer>{PodPeer{all, std::nullopt}});
  CHECK(PeersOf(WithPeer(R"({"namespaceSelector":{},"podSelector":null})")) ==
        std::vector<Peer>{PodPeer{std::nullopt, all}});
  CHECK(PeersOf(WithPeer(R"({"namespaceSelector":{},"podSelector":)" + web_json + "}")) ==
        std::vector<Peer>{PodPeer{web, all}});
  CHECK(PeersOf(WithPeer(R"({"podSelector":{}},{"namespaceSelector":{}})")).size() == 2);
}

TEST_CASE("An absent list of peers or ports, null and [] mean everything (3.1, 6.1)") {
  const std::string rule =
      GENERATE("{}", R"({"from":null,"ports":null})", R"({"from":[],"ports":[]})");
  const NetworkPolicy policy = WithRule(rule);
  REQUIRE(policy.ingress.size() == 1);
  CHECK_FALSE(policy.ingress[0].peers.has_value());
  CHECK_FALSE(policy.ingress[0].ports.has_value());
  CHECK(policy.problems.empty());
}

TEST_CASE("ipBlock keeps its excepts, in every spelling the API accepts (5.1, 5.6)") {
  CHECK(PeersOf(WithPeer(R"({"ipBlock":{"cidr":"010.1.2.3/8","except":["10.1.0.0/016"]}})")) ==
        std::vector<Peer>{IpBlock{*Cidr::Parse("10.0.0.0/8"), {*Cidr::Parse("10.1.0.0/16")}}});
  CHECK(PeersOf(WithPeer(R"({"ipBlock":{"except":null,"cidr":"::ffff:10.0.0.0/104"}})")) ==
        std::vector<Peer>{IpBlock{*Cidr::Parse("10.0.0.0/8"), {}}});
  CHECK(PeersOf(WithPeer(R"({"ipBlock":{"cidr":"::/0","except":["::1/128"]}})")).size() == 1);
}

TEST_CASE("A peer that cannot be understood matches nothing; the list stays a list (1.11, 5.7)") {
  struct Case {
    const char* peer;
    const char* problem;
  };
  const auto [peer, problem] = GENERATE(
      Case{"{}", ": has neither podSelector nor namespaceSelector nor ipBlock"},
      Case{R"({"podSelector":null})",
           ": has neither podSelector nor namespaceSelector nor ipBlock"},
      Case{"null", ": is no object"},
      Case{"7", ": is no object"},
      Case{"[]", ": is no object"},
      Case{R"({"serviceAccountSelector":{}})",
           ": has the unknown field \"serviceAccountSelector\""},
      Case{R"({"podSelector":{},"nodes":{}})", ": has the unknown field \"nodes\""},
      Case{R"({"podSelector":{},"ipBlock":{"cidr":"10.0.0.0/8"}})",
           ": has an ipBlock beside a selector"},
      Case{R"({"podSelector":"web"})", ".podSelector: is no object"},
      Case{R"({"ipBlock":"10.0.0.0/8"})", ".ipBlock: is no object"},
      Case{R"({"ipBlock":{}})", ".ipBlock.cidr: is missing"},
      Case{R"({"ipBlock":{"cidr":"10.0.0/8"}})", ".ipBlock.cidr: \"10.0.0/8\" is not a CIDR"},
      Case{R"({"ipBlock":{"cidr":"10.0.0.1"}})", ".ipBlock.cidr: \"10.0.0.1\" is not a CIDR"},
      Case{R"({"ipBlock":{"cidr":7}})", ".ipBlock.cidr: is no string"},
      Case{R"({"ipBlock":{"cidr":"10.0.0.0/8","except":["x"]}})",
           ".ipBlock.except[0]: \"x\" is not a CIDR"},
      Case{R"({"ipBlock":{"cidr":"10.0.0.0/8","except":"10.1.0.0/16"}})",
           ".ipBlock.except: is no list"},
      Case{R"({"ipBlock":{"cidr":"10.0.0.0/8","except":["10.0.0.0/8"]}})",
           ".ipBlock.except[0]: 10.0.0.0/8 is not a part of 10.0.0.0/8"},
      Case{R"({"ipBlock":{"cidr":"10.0.0.0/8","except":["11.0.0.0/9"]}})",
           ".ipBlock.except[0]: 11.0.0.0/9 is not a part of 10.0.0.0/8"},
      Case{R"({"ipBlock":{"cidr":"0.0.0.0/0","except":["::/1"]}})",
           ".ipBlock.except[0]: ::/1 is not a part of 0.0.0.0/0"},
      Case{R"({"ipBlock":{"cidr":"10.0.0.0/8","asn":1}})",
           ".ipBlock: has the unknown field \"asn\""});
  const NetworkPolicy policy = WithPeer(peer);
  INFO(peer);
  CHECK(PeersOf(policy).empty());
  CHECK(policy.problems == Strings{"ingress[0].from[0]" + std::string(problem)});
  CHECK(PeersOf(WithPeer(std::string(peer) + R"(,{"podSelector":{}})")).size() == 1);
}

TEST_CASE("Ports: protocol and port, each with and without (6.2-6.7)") {
  struct Case {
    const char* json;
    PolicyPort want;
  };
  const auto [json, want] = GENERATE(
      Case{"{}", {Protocol::kTcp, std::nullopt}},
      Case{R"({"protocol":null,"port":null,"endPort":null})", {Protocol::kTcp, std::nullopt}},
      Case{R"({"protocol":"UDP"})", {Protocol::kUdp, std::nullopt}},
      Case{R"({"port":80})", {Protocol::kTcp, PortRange{80, 80}}},
      Case{R"({"port":1,"endPort":65535,"protocol":"SCTP"})",
           {Protocol::kSctp, PortRange{1, 65535}}},
      Case{R"({"endPort":80,"port":80})", {Protocol::kTcp, PortRange{80, 80}}},
      Case{R"({"port":"http"})", {Protocol::kTcp, PortName{"http"}}},
      Case{R"({"port":"a-1","protocol":"UDP"})", {Protocol::kUdp, PortName{"a-1"}}});
  const NetworkPolicy policy = WithPort(json);
  INFO(json);
  CHECK(PortsOf(policy) == std::vector{want});
  CHECK(policy.problems.empty());
}

TEST_CASE("A port that cannot be understood matches nothing; the list stays a list (6.5, 7.1)") {
  struct Case {
    const char* json;
    const char* problem;
  };
  const auto [json, problem] = GENERATE(
      Case{"null", ": is no object"},
      Case{"80", ": is no object"},
      Case{R"({"protocol":"tcp","port":80})", ".protocol: \"tcp\" is no protocol"},
      Case{R"({"protocol":"ICMP"})", ".protocol: \"ICMP\" is no protocol"},
      Case{R"({"protocol":6})", ".protocol: is no string"},
      Case{R"({"port":0})", ".port: 0 is not within 1-65535"},
      Case{R"({"port":65536})", ".port: 65536 is not within 1-65535"},
      Case{R"({"port":-1})", ".port: -1 is not within 1-65535"},
      Case{R"({"port":80.0})", ".port: is no whole number"},
      Case{R"({"port":true})", ".port: is no whole number"},
      Case{R"({"port":"80"})", ".port: \"80\" is no port name"},
      Case{R"({"port":""})", ".port: \"\" is no port name"},
      Case{R"({"port":"HTTP"})", ".port: \"HTTP\" is no port name"},
      Case{R"({"port":"a--b"})", ".port: \"a--b\" is no port name"},
      Case{R"({"port":"sixteen-letters-"})", ".port: \"sixteen-letters-\" is no port name"},
      Case{R"({"endPort":80})", ".endPort: needs a numeric port"},
      Case{R"({"port":"http","endPort":80})", ".endPort: needs a numeric port"},
      Case{R"({"port":80,"endPort":79})", ".endPort: 79 is less than port"},
      Case{R"({"port":80,"endPort":"90"})", ".endPort: is no whole number"},
      Case{R"({"port":80,"endPort":65536})", ".endPort: 65536 is not within 1-65535"},
      Case{R"({"port":80,"endPort":0})", ".endPort: 0 is not within 1-65535"},
      Case{R"({"port":80,"icmpType":8})", ": has the unknown field \"icmpType\""});
  const NetworkPolicy policy = WithPort(json);
  INFO(json);
  CHECK(PortsOf(policy).empty());
  CHECK(policy.problems == Strings{"ingress[0].ports[0]" + std::string(problem)});
  CHECK(PortsOf(WithPort(std::string(json) + R"(,{"port":1})")).size() == 1);
}

TEST_CASE("A rule that cannot be understood allows nothing, and keeps its place (1.11)") {
  struct Case {
    const char* rule;
    const char* problem;
  };
  const auto [rule, problem] =
      GENERATE(Case{"null", "ingress[0]: is no object"},
               Case{"7", "ingress[0]: is no object"},
               Case{R"({"to":[{"podSelector":{}}]})", "ingress[0]: has the unknown field \"to\""},
               Case{R"({"from":[{"podSelector":{}}],"icmps":[]})",
                    "ingress[0]: has the unknown field \"icmps\""},
               Case{R"({"from":{"podSelector":{}}})", "ingress[0].from: is no list"},
               Case{R"({"from":""})", "ingress[0].from: is no list"});
  const NetworkPolicy policy = WithRule(std::string(rule) + ",{}");
  INFO(rule);
  REQUIRE(policy.ingress.size() == 2);
  CHECK(policy.ingress[0].peers == std::vector<Peer>{});
  CHECK(policy.ingress[1] == PolicyRule{1, std::nullopt, std::nullopt});
  CHECK(policy.problems == Strings{problem});
}

TEST_CASE("Ports of the wrong type allow nothing") {
  const NetworkPolicy policy = WithRule(R"({"ports":{"port":80}})");
  CHECK(PortsOf(policy).empty());
  CHECK(policy.problems == Strings{"ingress[0].ports: is no list"});
}

TEST_CASE("A list of rules of the wrong type still isolates its direction") {
  const NetworkPolicy policy = WithSpec(R"({"podSelector":{},"egress":{"to":[]}})");
  CHECK(policy.isolates_egress);
  REQUIRE(policy.egress.size() == 1);
  CHECK(policy.egress[0].peers == std::vector<Peer>{});
  CHECK(policy.problems == Strings{"egress: is no list"});
}

TEST_CASE("Egress rules have to, not from") {
  const NetworkPolicy policy =
      WithSpec(R"({"egress":[{"to":[{"podSelector":{}}]},{"from":[{"podSelector":{}}]}]})");
  REQUIRE(policy.egress.size() == 2);
  CHECK(policy.egress[0].peers == std::vector<Peer>{PodPeer{LabelSelector{}, std::nullopt}});
  CHECK(policy.egress[1].peers == std::vector<Peer>{});
  CHECK(policy.problems == Strings{"egress[1]: has the unknown field \"from\""});
}

TEST_CASE("Values in messages are shortened and stay on one line") {
  const NetworkPolicy policy =
      WithPeer(R"({"ipBlock":{"cidr":"a\n)" + std::string(500, 'x') + "\"}}");
  REQUIRE(policy.problems.size() == 1);
  CHECK(policy.problems[0].size() < 200);
  CHECK(policy.problems[0].find('\n') == std::string::npos);
}

}  // namespace
}  // namespace portcullis::k8s
