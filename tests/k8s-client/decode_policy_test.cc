// SPDX-License-Identifier: Apache-2.0
//
// NetworkPolicy, as JSON → structs: what is good is understood, what is bad allows nothing. Its
// rules: decode_rule_test.
#include <catch2/catch.hpp>

#include "k8s-client/decode.h"
#include "tests/k8s-client/policy_with_spec.h"

namespace portcullis::k8s {
namespace {

using Strings = std::vector<std::string>;
using Op = Requirement::Operator;

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

TEST_CASE("An unknown field of the spec is reported and the rest holds; status is ignored (1.10)") {
  const auto policy = DecodeNetworkPolicy(
      R"({"metadata":{"name":"p"},"status":{"conditions":[]},
          "spec":{"podSelector":{},"ingress":[{}],"ingres":[]}})");
  REQUIRE(policy.has_value());
  CHECK(policy->ingress.size() == 1);
  CHECK(policy->problems == Strings{"spec: has the unknown field \"ingres\""});
}

}  // namespace
}  // namespace portcullis::k8s
