// SPDX-License-Identifier: Apache-2.0
//
// A difference as people and programs read it.
#include "controller/cli/difference_text.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/cli/shop.h"

namespace portcullis::cli {
namespace {

using insight::Difference;
using Json = nlohmann::json;

/// Of the shop, when these are its policies instead.
Difference After(const std::vector<k8s::NetworkPolicy>& policies) {
  k8s::Objects after = test::Shop();
  after.policies = policies;
  return insight::Compare(policy::World(test::Shop()), policy::World(after));
}

TEST_CASE("what opens has a plus, what closes a minus, and a sum follows", "[diff]") {
  const Difference difference =
      After({test::IngressPolicy("shop/db",
                                 {test::PortRule({test::Port(k8s::Protocol::kTcp, 80)})},
                                 test::Label("app", "db"))});
  CHECK(ToText(difference, {{{"NetworkPolicy", {"shop", "db"}, "changed"}}, {}}, false) ==
        "NetworkPolicy shop/db: changed\n"
        "\n"
        "+ everybody -> shop/db: 80/TCP\n"
        "- shop/web-* (2 pods) and outside 192.0.2.0/24 -> shop/db: 5432/TCP\n"
        "\n"
        "5 pairs would be opened, 3 closed, on the ports above (pairs of pods, nodes and parts of "
        "the outside).\n");
}

TEST_CASE("no difference is said", "[diff]") {
  CHECK(ToText(After(test::Shop().policies), {}, false) ==
        "No difference: who reaches whom stays as it is.\n");
}

TEST_CASE("an audited policy opens what it closed, and says what it would deny (12.1)", "[diff]") {
  auto audited = test::Shop().policies;
  audited.front().audit = true;
  const std::string text = ToText(After(audited), {}, false);
  CHECK_THAT(
      text,
      Catch::Contains("+ other/client and outside, everything else -> shop/db: everything\n"));
  const size_t told = text.find("Audited policies would log as would-deny, and let pass:\n");
  REQUIRE(told != std::string::npos);
  CHECK_THAT(
      text.substr(told),
      Catch::Contains("! other/client and outside, everything else -> shop/db: everything\n"));
}

/// A policy's finding that it selects no pod.
insight::PolicyFinding SelectsNone(const std::string& name) {
  return {{"shop", name}, {insight::Finding::Kind::kSelectsNoPod, name + " selects no pod"}};
}

TEST_CASE("what is found in a policy stands below it, whether it changes or not", "[diff]") {
  const std::vector<insight::ObjectChange> objects = {{"NetworkPolicy", {"shop", "new"}, "created"},
                                                      {"Pod", {"shop", "old"}, "changed"}};
  CHECK(ToText(After(test::Shop().policies),
               {objects, {SelectsNone("new"), SelectsNone("old")}},
               false) ==
        "NetworkPolicy shop/new: created, but\n"
        "    new selects no pod\n"
        "Pod shop/old: changed\n"
        "NetworkPolicy shop/old: stays as it is, but\n"
        "    old selects no pod\n"
        "\n"
        "No difference: who reaches whom stays as it is.\n");
}

TEST_CASE("JSON has what is found", "[diff]") {
  const Json json = Json::parse(ToJson(After({}), {{}, {SelectsNone("new")}}));
  CHECK(json["findings"] == Json({{{"namespace", "shop"},
                                   {"name", "new"},
                                   {"reason", "SelectsNoPod"},
                                   {"note", "new selects no pod"}}}));
}

TEST_CASE("JSON refers to ends by their numbers", "[diff]") {
  const Json json =
      Json::parse(ToJson(After({}), {{{"NetworkPolicy", {"shop", "db"}, "deleted"}}, {}}));
  CHECK(json["objects"][0] == Json({{"kind", "NetworkPolicy"},
                                    {"namespace", "shop"},
                                    {"name", "db"},
                                    {"change", "deleted"}}));
  CHECK(json["closed"].empty());
  CHECK(json["opened"].size() == 2);
  CHECK(json["opened"][0]["families"] == Json({"ipv4"}));
  CHECK(json["ends"][json["opened"][0]["to"][0].get<size_t>()]["name"] == "shop/db");
  CHECK(json["openedPairs"] == 5);
}

}  // namespace
}  // namespace portcullis::cli
