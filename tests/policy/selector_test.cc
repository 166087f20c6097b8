// SPDX-License-Identifier: Apache-2.0
//
// Label selectors (section 4) and their canonical texts.
#include "controller/policy/selector.h"

#include <set>

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

const k8s::Labels kNone = {};
const k8s::Labels kEmptyValue = {{"app", ""}};
const k8s::Labels kWeb = {{"app", "web"}};

}  // namespace

TEST_CASE("an empty selector matches every object, with labels or without (4.1)") {
  CHECK(policy::Matches(Select(), kNone));
  CHECK(policy::Matches(Select(), kWeb));
}

TEST_CASE("operators match present and absent keys as the table says (4.2)") {
  struct Row {
    k8s::Requirement requirement;
    bool none;
    bool empty_value;
    bool web;
  };
  const std::vector<Row> table = {
      {Require("app", Operator::kIn, {"web"}), false, false, true},
      {Require("app", Operator::kIn, {""}), false, true, false},
      {Require("app", Operator::kIn, {"", "web"}), false, true, true},
      {Require("app", Operator::kNotIn, {"web"}), true, true, false},
      {Require("app", Operator::kNotIn, {""}), true, false, true},
      {Require("app", Operator::kExists), false, true, true},
      {Require("app", Operator::kDoesNotExist), true, false, false},
  };
  for (const Row& row : table) {
    const auto selector = Select({row.requirement});
    INFO(policy::ToText(selector));
    CHECK(policy::Matches(selector, kNone) == row.none);
    CHECK(policy::Matches(selector, kEmptyValue) == row.empty_value);
    CHECK(policy::Matches(selector, kWeb) == row.web);
  }
}

TEST_CASE("a selector that was not understood matches nothing (4.3)") {
  k8s::LabelSelector selector;
  selector.valid = false;
  CHECK_FALSE(policy::Matches(selector, kNone));
  CHECK_FALSE(policy::Matches(selector, kWeb));
}

TEST_CASE("several requirements on one key must all hold (4.4)") {
  const auto selector =
      Select({Require("app", Operator::kIn, {"a", "b"}), Require("app", Operator::kNotIn, {"b"})});
  CHECK(policy::Matches(selector, {{"app", "a"}}));
  CHECK_FALSE(policy::Matches(selector, {{"app", "b"}}));
  CHECK_FALSE(policy::Matches(selector, kNone));
}

TEST_CASE("texts of selectors read as kubectl's") {
  CHECK(policy::ToText(Select()) == "*");
  CHECK(policy::ToText(Label("k8s.io/app", "web")) == "k8s.io/app=web");
  CHECK(policy::ToText(Select({Require("a", Operator::kExists),
                               Require("b", Operator::kDoesNotExist),
                               Require("c", Operator::kNotIn, {"x", "y"})})) ==
        "a,!b,c notin (x,y)");
}

TEST_CASE("different selectors have different texts, whatever their labels hold (4.5)") {
  const std::vector<k8s::LabelSelector> selectors = {
      Select(),
      Label("*", ""),
      Label("a", "b"),
      Label("a=b", ""),
      Label("a", "b,c=d"),
      Select({Require("a", Operator::kIn, {"b"}), Require("c", Operator::kIn, {"d"})}),
      Select({Require("a", Operator::kIn, {"x", "y"})}),
      Select({Require("a", Operator::kIn, {"x,y", "z"})}),
      Select({Require("a", Operator::kIn, {"", "x"})}),
      Select({Require("a", Operator::kNotIn, {""})}),
      Select({Require("a", Operator::kNotIn, {})}),
      Select({Require("a", Operator::kNotIn, {"none"})}),
      Select({Require("a", Operator::kExists)}),
      Select({Require("!a", Operator::kExists)}),
      Select({Require("a", Operator::kDoesNotExist)}),
      {{}, /*valid=*/false},
  };
  std::set<std::string> texts;
  for (const auto& selector : selectors) {
    INFO(policy::ToText(selector));
    CHECK(texts.insert(policy::ToText(selector)).second);
  }
}

}  // namespace portcullis::test
