// SPDX-License-Identifier: Apache-2.0
//
// The shape of the compiled table: what is shared, what is left out, names and comments.
#include <set>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "nft/print.h"
#include "tests/policy/builders.h"
#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

const std::string kLongName(253, 'n');

size_t CountNames(const nft::Ruleset& ruleset, const std::string& prefix) {
  size_t count = 0;
  for (const auto& [name, set] : ruleset.sets) {
    count += name.rfind(prefix, 0) == 0 ? 1U : 0U;
  }
  for (const auto& [name, chain] : ruleset.chains) {
    count += name.rfind(prefix, 0) == 0 ? 1U : 0U;
  }
  return count;
}

/// What a statement refers to, in sets.
std::set<std::string> SetsUsed(const nft::Ruleset& ruleset) {
  std::set<std::string> used;
  for (const auto& [name, chain] : ruleset.chains) {
    for (const nft::Rule& rule : chain.rules) {
      for (const nft::Statement& statement : rule.statements) {
        if (const auto* lookup = std::get_if<nft::Lookup>(&statement)) {
          used.insert(lookup->set);
        } else if (const auto* map = std::get_if<nft::VerdictMap>(&statement)) {
          used.insert(map->map);
        }
      }
    }
  }
  return used;
}

/// The chains that rules lead to.
std::set<std::string> ChainsReached(const nft::Ruleset& ruleset) {
  std::set<std::string> reached;
  for (const auto& [name, chain] : ruleset.chains) {
    for (const nft::Rule& rule : chain.rules) {
      const auto* verdict = std::get_if<nft::Verdict>(&rule.statements.back());
      if (verdict != nullptr && !verdict->chain.empty()) {
        reached.insert(verdict->chain);
      }
    }
  }
  return reached;
}

void CheckName(const std::string& name) {
  INFO(name);
  CHECK(name.size() <= 255);
  CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789_.-") == std::string::npos);
}

void CheckComment(const std::string& comment) {
  CHECK(comment.size() <= nft::kCommentMax);
  CHECK(comment.find('"') == std::string::npos);
}

}  // namespace

TEST_CASE("pods with the same policies share one chain, whatever else they are") {
  k8s::Objects objects;
  for (int i = 1; i <= 20; ++i) {
    const std::string number = std::to_string(i);
    objects.pods.push_back(MakePod("x/p" + number, {"10.0.0." + number}, {{"n", number}}));
  }
  objects.policies = {IngressPolicy("x/deny")};
  const auto ruleset = CompileFor(objects);
  CHECK(ruleset.sets.at("ingress4").elements.size() == 20);
  CHECK(CountNames(ruleset, "ingress-") == 1);
  CHECK(CountNames(ruleset, "untracked-ingress-") == 1);
}

TEST_CASE("policies that mean the same peers and blocks share their sets") {
  const auto peers = std::vector<k8s::Peer>{PodsWith(Label("app", "a")), Addresses("10.0.0.0/8")};
  const k8s::Objects objects{
      {MakePod("x/s", {"10.0.0.1"})},
      {},
      {IngressPolicy("x/a", {RuleFor(peers)}), EgressPolicy("x/b", {RuleFor(peers)})}};
  const auto ruleset = CompileFor(objects);
  CHECK(CountNames(ruleset, "pods4-") == 1);
  CHECK(CountNames(ruleset, "cidr4-") == 1);
}

TEST_CASE("the same selector means other pods in another namespace") {
  const std::vector<k8s::PolicyRule> rules = {RuleFor({PodsWith(Label("app", "a"))})};
  const k8s::Objects objects{{MakePod("x/s", {"10.0.0.1"}), MakePod("y/s", {"10.0.0.2"})},
                             {},
                             {IngressPolicy("x/p", rules), IngressPolicy("y/p", rules)}};
  CHECK(CountNames(CompileFor(objects), "pods4-") == 2);
}

TEST_CASE("rules that match the same become one, which names them all") {
  const auto rule = RuleFor({PodsWith(Label("app", "a"))});
  const k8s::Objects objects{{MakePod("x/s", {"10.0.0.1"})},
                             {},
                             {IngressPolicy("x/a", {rule, rule}), IngressPolicy("x/b", {rule})}};
  for (const auto& [name, chain] : CompileFor(objects).chains) {
    if (policy::IsGroupChain(name)) {
      REQUIRE(chain.rules.size() >= 2);
      CHECK(chain.rules[0].comment == "x/a ingress[0], x/a ingress[1], x/b ingress[0]");
      CHECK(chain.comment == "ingress of pods isolated by x/a, x/b");
    }
  }
}

TEST_CASE("a selector's set stays in place while it has no members, so rules need not change") {
  k8s::Objects objects{{MakePod("x/s", {"10.0.0.1"}, {{"app", "s"}})},
                       {},
                       {IngressPolicy("x/p", {RuleFor({PodsWith(Label("app", "a"))})})}};
  const auto before = CompileFor(objects);
  objects.pods.push_back(MakePod("y/other", {"10.0.0.9"}, {{"app", "a"}}));
  CHECK(CompileFor(objects) == before);
  objects.pods.push_back(MakePod("x/peer", {"10.0.0.2"}, {{"app", "a"}}));
  objects.pods.back().node_name = "node2";
  const auto after = CompileFor(objects);
  CHECK(after.chains == before.chains);
  CHECK(after.sets != before.sets);
}

TEST_CASE("a policy that selects no pod of the node leaves no trace (8.10)") {
  k8s::Objects objects{{MakePod("x/s", {"10.0.0.1"})}, {}, {}};
  const auto before = CompileFor(objects);
  objects.policies = {IngressPolicy("x/p", {AnyRule()}, Label("app", "none"))};
  CHECK(CompileFor(objects) == before);
}

TEST_CASE("names and comments fit, whatever Kubernetes' names and labels are (11.1)") {
  k8s::Objects objects{{MakePod("x/" + kLongName, {"10.0.0.1"}, {{"a\"b\n", "\xff ;{}"}})},
                       {MakeNamespace("x")},
                       {}};
  const auto odd = Label("a\"b\n", "\xff ;{}");
  for (int i = 0; i < 3; ++i) {
    objects.policies.push_back(
        IngressPolicy("x/" + kLongName + std::to_string(i), {RuleFor({PodsWith(odd)})}, odd));
  }
  const auto ruleset = CompileFor(objects);
  REQUIRE(ruleset.sets.at("ingress4").elements.size() == 1);
  CheckComment(ruleset.comment);
  for (const auto& [name, set] : ruleset.sets) {
    CheckName(name);
    CheckComment(set.comment);
    for (const auto& [key, element] : set.elements) {
      CheckComment(element.comment);
    }
  }
  for (const auto& [name, chain] : ruleset.chains) {
    CheckName(name);
    CheckComment(chain.comment);
    for (const nft::Rule& rule : chain.rules) {
      CheckComment(rule.comment);
      CHECK_FALSE(rule.comment.empty());
    }
  }
}

TEST_CASE("every set of a random world is used, and every set and chain used is there") {
  const GeneratorOptions options;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    Random random(seed);
    const auto ruleset = CompileFor(RandomObjects(random, options));
    std::set<std::string> names;
    std::set<std::string> targets;
    for (const auto& [name, set] : ruleset.sets) {
      names.insert(name);
      for (const auto& [bytes, element] : set.elements) {
        CHECK(bytes == element.key);
        CHECK(bytes.size() == nft::KeySize(set.key));
        if (element.verdict) {
          targets.insert(element.verdict->chain);
        }
      }
    }
    const auto reached = ChainsReached(ruleset);
    targets.insert(reached.begin(), reached.end());
    INFO("seed " << seed << "\n" << nft::Print(ruleset));
    auto used = SetsUsed(ruleset);
    used.insert({"self4", "self6"});  // Always there, though only chains of their family ask them.
    CHECK(used == names);
    for (const auto& [name, chain] : ruleset.chains) {
      CHECK((!policy::IsGroupChain(name) || targets.count(name) == 1));
    }
    for (const std::string& target : targets) {
      CHECK(ruleset.chains.count(target) == 1);
    }
  }
}

}  // namespace portcullis::test
