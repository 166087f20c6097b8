// SPDX-License-Identifier: Apache-2.0
//
// Diff and Apply: what a change does, that it does no more than it must, and that it never refers
// to what is not there.
#include "nft/diff.h"

#include <algorithm>
#include <string>

#include <catch2/catch.hpp>

#include "nft/print.h"
#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

using namespace std::string_literals;
using test::RandomRuleset;
using test::Seed;
using test::WithHandles;

Rule MakeRule(const std::string& comment, uint64_t handle = 0) {
  return Rule{{Counter{}, Verdict{VerdictKind::kDrop, ""}}, comment, handle};
}

Element MakeElement(char last) {
  const std::string key{10, 0, 0, last};
  return Element{key, "", {}, ""};
}

Ruleset Example() {
  Ruleset ruleset;
  ruleset.table = "portcullis";
  Set set;
  set.name = "pods4";
  set.key = {KeyType::kIpv4Addr};
  for (char i = 1; i < 6; ++i) {
    set.elements.emplace(MakeElement(i).key, MakeElement(i));
  }
  ruleset.sets.emplace("pods4", set);
  Set map = set;
  map.name = "egress4";
  map.verdict_map = true;
  for (auto& [key, element] : map.elements) {
    element.verdict = Verdict{VerdictKind::kJump, "egress"};
  }
  ruleset.sets.emplace("egress4", map);
  ruleset.chains["egress"] = Chain{
      "egress", {}, "", {MakeRule("a", 1), MakeRule("b", 2), MakeRule("c", 3), MakeRule("d", 4)}};
  ruleset.chains["post"] =
      Chain{"post",
            BaseHook{Hook::kPostrouting, 95},
            "",
            {Rule{{VerdictMap{{Field::kIpSaddr}, "egress4"}}, "", 5},
             Rule{{Lookup{{Field::kIpSaddr}, "pods4"}, Verdict{VerdictKind::kDrop, ""}}, "", 6}}};
  return ruleset;
}

std::vector<std::string> Described(const ChangeSet& change) {
  std::vector<std::string> lines;
  for (const Operation& operation : change.operations) {
    lines.push_back(Describe(operation));
  }
  return lines;
}

using Lines = std::vector<std::string>;

Lines Changes(const Ruleset& have, const Ruleset& want) {
  return Described(Diff(have, want));
}

size_t CountRules(const Ruleset& ruleset) {
  size_t count = 0;
  for (const auto& [name, chain] : ruleset.chains) {
    count += chain.rules.size();
  }
  return count;
}

template <typename T>
size_t Count(const ChangeSet& change) {
  return static_cast<size_t>(
      std::count_if(change.operations.begin(), change.operations.end(), [](const auto& operation) {
        return std::holds_alternative<T>(operation);
      }));
}

/// The usual table for the longest common subsequence: slow, and plainly right.
size_t CommonRules(const std::vector<Rule>& a, const std::vector<Rule>& b) {
  std::vector<std::vector<size_t>> best(a.size() + 1, std::vector<size_t>(b.size() + 1, 0));
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      best[i][j] =
          a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : std::max(best[i - 1][j], best[i][j - 1]);
    }
  }
  return best[a.size()][b.size()];
}

}  // namespace

TEST_CASE("a table that is not there is created with all that is in it") {
  const Ruleset want = Example();
  const ChangeSet change = Diff(std::nullopt, want);
  CHECK(std::holds_alternative<AddTable>(change.operations.front()));
  const auto applied = Apply(change, Ruleset{});
  REQUIRE(applied);
  CHECK(*applied == want);
}

TEST_CASE("equal rulesets need no change, whatever their rules' handles") {
  CHECK(Diff(Example(), Example()).empty());
  Ruleset want = Example();
  want.chains.at("egress").rules.at(0).handle = 0;
  CHECK(Diff(Example(), want).empty());
}

TEST_CASE("an element that comes or goes touches only itself") {
  Ruleset want = Example();
  want.sets.at("pods4").elements.erase(MakeElement(2).key);
  want.sets.at("pods4").elements.emplace(MakeElement(9).key, MakeElement(9));
  CHECK(Changes(Example(), want) ==
        Lines{"delete element 10.0.0.2 from set pods4", "add element 10.0.0.9 to set pods4"});
}

TEST_CASE("an element that changes is deleted and added") {
  Ruleset want = Example();
  want.sets.at("egress4").elements.at(MakeElement(3).key).verdict = Verdict{VerdictKind::kDrop, ""};
  CHECK(Changes(Example(), want) == Lines{"delete element 10.0.0.3 : jump egress from map egress4",
                                          "add element 10.0.0.3 : drop to map egress4"});
  want = Example();
  want.sets.at("pods4").elements.at(MakeElement(3).key).comment = "x";
  CHECK(Changes(Example(), want) == Lines{"delete element 10.0.0.3 from set pods4",
                                          "add element 10.0.0.3 comment \"x\" to set pods4"});
}

TEST_CASE("a rule that changes touches only itself and comes at its place") {
  Ruleset want = Example();
  want.chains.at("egress").rules.at(1).comment = "B";
  const ChangeSet change = Diff(Example(), want);
  CHECK(Described(change) == Lines{"add rule egress (B)", "delete rule egress (b)"});
  const auto& add = std::get<AddRule>(change.operations.at(0));
  CHECK(add.after == 1);
  CHECK_FALSE(add.append);
  CHECK(std::get<DeleteRule>(change.operations.at(1)).rule.handle == 2);
}

TEST_CASE("several rules behind the same place are listed last first") {
  Ruleset want = Example();
  auto& rules = want.chains.at("egress").rules;
  rules.insert(rules.begin() + 1, {MakeRule("x"), MakeRule("y")});
  rules.insert(rules.begin(), {MakeRule("v"), MakeRule("w")});
  const ChangeSet change = Diff(Example(), want);
  CHECK(Described(change) == Lines{"add rule egress (w)",
                                   "add rule egress (v)",
                                   "add rule egress (y)",
                                   "add rule egress (x)"});
  CHECK(std::get<AddRule>(change.operations.at(0)).after == 0);
  CHECK(std::get<AddRule>(change.operations.at(2)).after == 1);
}

TEST_CASE("an empty chain gets its rules in order, at its end") {
  Ruleset have = Example();
  have.chains.at("egress").rules.clear();
  const ChangeSet change = Diff(have, Example());
  CHECK(Described(change) == Lines{"add rule egress (a)",
                                   "add rule egress (b)",
                                   "add rule egress (c)",
                                   "add rule egress (d)"});
  for (const Operation& operation : change.operations) {
    CHECK(std::get<AddRule>(operation).append);
    CHECK(std::get<AddRule>(operation).rule.handle == 0);
  }
}

TEST_CASE("a foreign rule is removed, and only that") {
  Ruleset have = Example();
  auto& rules = have.chains.at("egress").rules;
  rules.insert(rules.begin() + 2, Rule{{Foreign{}}, "somebody's", 77});
  CHECK(Changes(have, Example()) == Lines{"delete rule egress (somebody's)"});
}

TEST_CASE("additions stand in the order of their dependencies, removals in reverse") {
  Ruleset have;
  have.table = "portcullis";
  const Lines added = Changes(have, Example());
  CHECK(added == Lines{"add set pods4",
                       "add map egress4",
                       "add 5 elements to set pods4",
                       "add chain egress",
                       "add chain post",
                       "add rule egress (a)",
                       "add rule egress (b)",
                       "add rule egress (c)",
                       "add rule egress (d)",
                       "add rule post (ip saddr vmap @egress4)",
                       "add rule post (ip saddr @pods4 drop)",
                       "add 5 elements to map egress4"});
  const Lines removed = Changes(Example(), have);
  CHECK(removed == Lines{"delete rule egress (a)",
                         "delete rule egress (b)",
                         "delete rule egress (c)",
                         "delete rule egress (d)",
                         "delete rule post (ip saddr vmap @egress4)",
                         "delete rule post (ip saddr @pods4 drop)",
                         "delete set egress4",
                         "delete set pods4",
                         "delete chain egress",
                         "delete chain post"});
}

TEST_CASE("an object of another shape replaces the whole table in one change") {
  const auto replaces = [](const Ruleset& have) {
    const ChangeSet change = Diff(have, Example());
    const auto applied = Apply(change, have);
    return change.operations.size() > 2 &&
           std::holds_alternative<DeleteTable>(change.operations.at(0)) &&
           std::holds_alternative<AddTable>(change.operations.at(1)) && applied &&
           *applied == Example();
  };
  Ruleset have = Example();
  have.sets.at("pods4").interval = true;
  CHECK(replaces(have));
  have = Example();
  have.sets.at("pods4").comment = "else";
  CHECK(replaces(have));
  have = Example();
  have.chains.at("post").base->priority = 3;
  CHECK(replaces(have));
  have = Example();
  have.comment = "else";
  CHECK(replaces(have));
  have = Example();
  have.foreign = true;
  CHECK(replaces(have));
}

TEST_CASE("Apply(Diff(a, b), a) is b, and the change is the least") {
  for (uint32_t i = 0; i < 1000; ++i) {
    INFO("seed " << Seed() << " + " << i);
    RandomRuleset random(Seed() + i);
    const Ruleset have = WithHandles(random.Make());
    const Ruleset want = i % 2 == 0 ? random.Change(have) : random.Make();
    CHECK(Diff(have, have).empty());

    const ChangeSet change = Diff(have, want);
    const auto applied = Apply(change, have);
    INFO((applied ? "" : applied.error().message));
    REQUIRE(applied);
    CHECK(Print(*applied) == Print(want));
    CHECK(*applied == want);

    REQUIRE(Count<DeleteTable>(change) == 0);
    size_t common = 0;
    for (const auto& [name, chain] : want.chains) {
      const auto before = have.chains.find(name);
      common += before == have.chains.end() ? 0 : CommonRules(before->second.rules, chain.rules);
    }
    CHECK(Count<AddRule>(change) == CountRules(want) - common);
    CHECK(Count<DeleteRule>(change) == CountRules(have) - common);
  }
}

TEST_CASE("every beginning of a change refers only to what is there") {
  for (uint32_t i = 0; i < 100; ++i) {
    INFO("seed " << Seed() << " + " << i);
    RandomRuleset random(Seed() + i);
    const Ruleset have = WithHandles(random.Make());
    const ChangeSet change = Diff(have, random.Change(have));
    for (size_t size = 0; size <= change.operations.size(); ++size) {
      ChangeSet beginning = change;
      beginning.operations.resize(size);
      CHECK(Apply(beginning, have));
    }
  }
}

TEST_CASE("a long chain that was shuffled is compared in reasonable time") {
  Ruleset have = Example();
  auto& rules = have.chains.at("egress").rules;
  rules.clear();
  for (uint64_t i = 1; i <= 20000; ++i) {
    rules.push_back(MakeRule(std::to_string(i), i));
  }
  Ruleset want = have;
  auto& wanted = want.chains.at("egress").rules;
  std::reverse(wanted.begin(), wanted.end());
  const ChangeSet change = Diff(have, want);
  CHECK(Count<AddRule>(change) == 19999);
}

TEST_CASE("Apply gives the added rules their handles, in order") {
  Ruleset want = Example();
  auto& rules = want.chains.at("egress").rules;
  rules.push_back(MakeRule("x"));
  rules.push_back(MakeRule("y"));
  const auto applied = Apply(Diff(Example(), want), Example(), {50, 51});
  REQUIRE(applied);
  const auto& now = applied->chains.at("egress").rules;
  CHECK(now.at(4).comment == "x");
  CHECK(now.at(4).handle == 51);
  CHECK(now.at(5).handle == 50);
}

TEST_CASE("Apply refuses what the kernel refuses") {
  const auto refused = [](Operation operation) {
    const auto applied = Apply(ChangeSet{"portcullis", {std::move(operation)}}, Example());
    return applied ? "" : applied.error().message;
  };
  const Set pods = Example().sets.at("pods4");
  CHECK(refused(DeleteSet{"pods4"}) == "delete set pods4: a rule uses it");
  CHECK(refused(DeleteSet{"none"}) == "delete set none: there is no such set");
  CHECK(refused(AddSet{pods}) == "add set pods4: it exists already");
  CHECK(refused(DeleteChain{"egress"}) == "delete chain egress: it has rules");
  CHECK(refused(AddChain{Chain{"post", {}, "", {}}}) == "add chain post: it exists already");
  CHECK(refused(AddElements{pods, {MakeElement(1)}}) ==
        "add element 10.0.0.1 to set pods4: an element is there already, or overlaps one");
  CHECK(refused(DeleteElements{pods, {MakeElement(99)}}) ==
        "delete element 10.0.0.99 from set pods4: an element is not there");
  CHECK(refused(AddRule{"none", MakeRule("x"), 0, true}) ==
        "add rule none (x): there is no such chain");
  CHECK(refused(AddRule{"post", MakeRule("x"), 99, false}) ==
        "add rule post (x): the rule before it is not there");
  CHECK(refused(AddRule{"post", Rule{{Verdict{VerdictKind::kJump, "none"}}, "", 0}, 0, true}) ==
        "add rule post (jump none): it refers to a set or chain that does not exist");
  CHECK(refused(DeleteRule{"post", MakeRule("x", 0)}) == "delete rule post (x): it is not there");
  Ruleset empty_chain = Example();
  empty_chain.chains.at("egress").rules.clear();
  const auto applied = Apply(ChangeSet{"portcullis", {DeleteChain{"egress"}}}, empty_chain);
  REQUIRE_FALSE(applied);
  CHECK(applied.error().message == "delete chain egress: a verdict leads to it");
  CHECK_FALSE(Apply(ChangeSet{"other", {AddSet{pods}}}, Example()));
}

TEST_CASE("operations describe themselves in one line") {
  CHECK(Describe(AddTable{""}) == "add table");
  CHECK(Describe(DeleteTable{}) == "delete table");
  CHECK(Describe(AddSet{Example().sets.at("egress4")}) == "add map egress4");
  CHECK(Describe(AddRule{"ingress-abc", MakeRule("default/web ingress[0]")}) ==
        "add rule ingress-abc (default/web ingress[0])");
  CHECK(Describe(AddRule{"ingress-abc", MakeRule("")}) == "add rule ingress-abc (counter drop)");
}

}  // namespace portcullis::nft
