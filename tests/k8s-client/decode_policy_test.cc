// SPDX-License-Identifier: Apache-2.0
//
// NetworkPolicy, as JSON → structs: what is good is understood, what is bad allows nothing.
#include <catch2/catch.hpp>

#include "k8s-client/decode.h"

namespace portcullis::k8s {
namespace {

using Strings = std::vector<std::string>;
using Op = Requirement::Operator;

NetworkPolicy WithSpec(const std::string& spec) {
  const auto policy =
      DecodeNetworkPolicy(R"({"metadata":{"name":"p","namespace":"n"},"spec":)" + spec + "}");
  INFO(spec);
  REQUIRE(policy.has_value());
  return *policy;
}

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

TEST_CASE("policyTypes: the defaults and the explicit forms (1.3-1.6)") {
  struct Case {
    const char* spec;
    bool ingress;
    bool egress;
  };
  const auto [spec, ingress, egress] =
      GENERATE(Case{R"({})", true, false},
               Case{R"({"policyTypes":null})", true, false},
               Case{R"({"policyTypes":[]})", true, false},
               Case{R"({"egress":[]})", true, false},
               Case{R"({"egress":null})", true, false},
               Case{R"({"egress":[{}]})", true, true},
               Case{R"({"policyTypes":[],"egress":[{}]})", true, true},
               Case{R"({"egress":[{}],"policyTypes":["Ingress"]})", true, false},
               Case{R"({"policyTypes":["Egress"]})", false, true},
               Case{R"({"policyTypes":["Egress"],"ingress":[{}]})", false, true},
               Case{R"({"policyTypes":["Egress","Ingress"]})", true, true},
               Case{R"({"policyTypes":["Ingress","Ingress"]})", true, false});
  const NetworkPolicy policy = WithSpec(spec);
  INFO(spec);
  CHECK(policy.isolates_ingress == ingress);
  CHECK(policy.isolates_egress == egress);
  CHECK(policy.problems.empty());
}

TEST_CASE("A policy type that nobody knows is passed over where another one is known") {
  const NetworkPolicy policy = WithSpec(R"({"policyTypes":["Egress","ingress",7],"egress":[{}]})");
  CHECK_FALSE(policy.isolates_ingress);
  CHECK(policy.isolates_egress);
  CHECK(policy.egress.size() == 1);
  CHECK(policy.problems == Strings{"policyTypes[1]: \"ingress\" is neither Ingress nor Egress",
                                   "policyTypes[2]: is no string"});
}

TEST_CASE("Where no policy type is understood both ways are isolated and nothing is allowed") {
  const std::string types = GENERATE(R"(["egress"])", R"([null])", R"("Egress")", R"({})", "7");
  const NetworkPolicy policy =
      WithSpec(R"({"ingress":[{}],"egress":[{}],"policyTypes":)" + types + "}");
  INFO(types);
  CHECK(policy.isolates_ingress);
  CHECK(policy.isolates_egress);
  CHECK(policy.ingress.empty());
  CHECK(policy.egress.empty());
  CHECK_FALSE(policy.problems.empty());
}

TEST_CASE("An absent selector, null and {} all select every pod of the namespace (1.2)") {
  const std::string spec = GENERATE(R"({})", R"({"podSelector":null})", R"({"podSelector":{}})");
  const NetworkPolicy policy = WithSpec(spec);
  CHECK(policy.pod_selector == LabelSelector{{}, true});
  CHECK(policy.problems.empty());
}

TEST_CASE("A policy without a spec isolates every pod of its namespace, as the API server has it") {
  const std::string json = GENERATE(R"({"metadata":{"name":"p"}})",
                                    R"({"metadata":{"name":"p"},"spec":null})",
                                    R"({"metadata":{"name":"p"},"spec":{}})");
  const auto policy = DecodeNetworkPolicy(json);
  REQUIRE(policy.has_value());
  CHECK(policy->pod_selector == LabelSelector{{}, true});
  CHECK(policy->isolates_ingress);
  CHECK_FALSE(policy->isolates_egress);
  CHECK(policy->problems.empty());
}

TEST_CASE("The annotation portcullis.io/audit puts a policy on trial (12.1, 12.2)") {
  struct Case {
    const char* annotations;
    bool audit;
    size_t problems;
  };
  const auto [annotations, audit, problems] =
      GENERATE(Case{R"({"portcullis.io/audit":"true"})", true, 0},
               Case{R"({"a":"b","portcullis.io/audit":"true","c":7})", true, 0},
               Case{R"({"portcullis.io/audit":"false"})", false, 0},
               Case{R"({"portcullis.io/audit":null})", false, 0},
               Case{R"({"portcullis.io/audited":"true"})", false, 0},
               Case{R"({})", false, 0},
               Case{"null", false, 0},
               Case{R"({"portcullis.io/audit":"True"})", false, 1},
               Case{R"({"portcullis.io/audit":"yes"})", false, 1},
               Case{R"({"portcullis.io/audit":""})", false, 1},
               Case{R"({"portcullis.io/audit":true})", false, 1},
               Case{R"({"portcullis.io/audit":{"true":true}})", false, 1},
               Case{"7", false, 1});
  INFO(annotations);
  const auto policy = DecodeNetworkPolicy(std::string(R"({"metadata":{"annotations":)") +
                                          annotations + R"(,"name":"p","namespace":"n"}})");
  REQUIRE(policy.has_value());
  CHECK(policy->meta.key.name == "p");
  CHECK(policy->audit == audit);
  CHECK(policy->problems.size() == problems);
}

TEST_CASE("An audit that is neither true nor false is said to be enforced (12.2)") {
  const auto policy = DecodeNetworkPolicy(
      R"({"metadata":{"name":"p","annotations":{"portcullis.io/audit":"on"}}})");
  REQUIRE(policy.has_value());
  CHECK(policy->problems ==
        Strings{R"(metadata.annotations.portcullis.io/audit: "on" is neither "true" nor "false": )"
                "the policy is enforced"});
}

TEST_CASE("A spec or a selector that cannot be read selects nothing (4.3)") {
  const std::string spec =
      GENERATE("7", "[]", R"({"podSelector":7})", R"({"podSelector":[]})", R"({"podSelector":""})");
  const NetworkPolicy policy = WithSpec(spec);
  INFO(spec);
  CHECK(policy.pod_selector == LabelSelector{{}, false});
  CHECK(policy.problems.size() == 1);
}

TEST_CASE("Selectors are canonical: sorted, unique, matchLabels as In (4.1, 4.2, 4.4)") {
  const NetworkPolicy policy = WithSpec(R"({"podSelector":{
      "matchExpressions":[
        {"key":"b","operator":"In","values":["y","x","y",""]},
        {"operator":"DoesNotExist","key":"c"},
        {"values":[],"operator":"Exists","key":"d"},
        {"key":"e","operator":"NotIn","values":["1"]},
        {"key":"a","operator":"In","values":["1"]}],
      "matchLabels":{"z":"","a":"1"}}})");
  CHECK(policy.pod_selector.valid);
  CHECK(policy.pod_selector.requirements == std::vector<Requirement>{{"a", Op::kIn, {"1"}},
                                                                     {"b", Op::kIn, {"", "x", "y"}},
                                                                     {"c", Op::kDoesNotExist, {}},
                                                                     {"d", Op::kExists, {}},
                                                                     {"e", Op::kNotIn, {"1"}},
                                                                     {"z", Op::kIn, {""}}});
  CHECK(policy.problems.empty());
}

TEST_CASE("A selector of which any part cannot be understood matches nothing (4.3)") {
  struct Case {
    const char* selector;
    const char* problem;
  };
  const auto [selector, problem] = GENERATE(
      Case{R"({"matchExpressions":[{"key":"a","operator":"in","values":["1"]}]})",
           "podSelector.matchExpressions[0].operator: \"in\" is no operator"},
      Case{R"({"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]})",
           "podSelector.matchExpressions[0].operator: \"Gt\" is no operator"},
      Case{R"({"matchExpressions":[{"key":"a","values":["1"]}]})",
           "podSelector.matchExpressions[0].operator: is missing"},
      Case{R"({"matchExpressions":[{"operator":"Exists"}]})",
           "podSelector.matchExpressions[0].key: is missing"},
      Case{R"({"matchExpressions":[{"key":"a","operator":"In"}]})",
           "podSelector.matchExpressions[0].values: must not be empty for In and NotIn"},
      Case{R"({"matchExpressions":[{"key":"a","operator":"NotIn","values":[]}]})",
           "podSelector.matchExpressions[0].values: must not be empty for In and NotIn"},
      Case{R"({"matchExpressions":[{"key":"a","operator":"Exists","values":["1"]}]})",
           "podSelector.matchExpressions[0].values: must be empty for Exists and DoesNotExist"},
      Case{R"({"matchExpressions":[{"key":"a","operator":"In","values":[1]}]})",
           "podSelector.matchExpressions[0].values[0]: is no string"},
      Case{R"({"matchExpressions":[{"key":"a","operator":"In","values":"1"}]})",
           "podSelector.matchExpressions[0].values: is no list"},
      Case{R"({"matchExpressions":[{"key":"a","operator":"Exists","ns":"x"}]})",
           "podSelector.matchExpressions[0]: has the unknown field \"ns\""},
      Case{R"({"matchExpressions":[null]})", "podSelector.matchExpressions[0]: is no object"},
      Case{R"({"matchExpressions":{}})", "podSelector.matchExpressions: is no list"},
      Case{R"({"matchLabels":{"a":"1","b":2}})", "podSelector.matchLabels.b: is no string"},
      Case{R"({"matchLabels":{"a":null}})", "podSelector.matchLabels.a: is no string"},
      Case{R"({"matchLabels":[]})", "podSelector.matchLabels: is no object"},
      Case{R"({"matchFields":[],"matchLabels":{"a":"1"}})",
           "podSelector: has the unknown field \"matchFields\""});
  const NetworkPolicy policy = WithSpec(R"({"podSelector":)" + std::string(selector) + "}");
  INFO(selector);
  CHECK(policy.pod_selector == LabelSelector{{}, false});
  CHECK(policy.problems == Strings{problem});
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

TEST_CASE("An unknown field of the spec is reported and the rest holds; status is ignored (1.10)") {
  const auto policy = DecodeNetworkPolicy(
      R"({"metadata":{"name":"p"},"status":{"conditions":[]},
          "spec":{"podSelector":{},"ingress":[{}],"ingres":[]}})");
  REQUIRE(policy.has_value());
  CHECK(policy->ingress.size() == 1);
  CHECK(policy->problems == Strings{"spec: has the unknown field \"ingres\""});
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
