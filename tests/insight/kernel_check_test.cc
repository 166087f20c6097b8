// SPDX-License-Identifier: Apache-2.0
//
// What `explain --check-kernel` says of a table, by example: the one that the policies ask for, and
// damaged ones.
#include "controller/insight/kernel_check.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/insight/kernel_check_text.h"
#include "controller/policy/names.h"
#include "tests/insight/asking.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::CheckKernel;
using insight::KernelCheck;
using policy::Direction;

constexpr char kOther[] = "node2";

/// On kNode web and db, on kOther client.
k8s::Objects Shop() {
  k8s::Objects objects;
  objects.namespaces = {MakeNamespace("shop")};
  objects.pods = {MakePod("shop/web", {"10.0.0.1", "fd00::1"}, {{"app", "web"}}),
                  MakePod("shop/db", {"10.0.0.2", "fd00::2"}, {{"app", "db"}}),
                  MakePod("shop/client", {"10.0.1.1"}, {{"app", "web"}})};
  objects.pods[2].node_name = kOther;
  objects.policies = {
      IngressPolicy("shop/db",
                    {RuleFor({PodsWith(Label("app", "web"))}, {Port(k8s::Protocol::kTcp, 5432)})},
                    Label("app", "db")),
      EgressPolicy("shop/web", {AnyRule()}, Label("app", "web"))};
  return objects;
}

/// As a dump gives it: every rule has a handle.
nft::Ruleset Live(const k8s::Objects& objects) {
  nft::Ruleset ruleset = CompileFor(objects);
  uint64_t handle = 0;
  for (auto& [name, chain] : ruleset.chains) {
    for (nft::Rule& rule : chain.rules) {
      rule.handle = ++handle;
    }
  }
  return ruleset;
}

nft::Chain& GroupChain(nft::Ruleset& ruleset, Direction direction) {
  const auto found = std::find_if(ruleset.chains.begin(), ruleset.chains.end(), [&](auto& entry) {
    return policy::GroupDirection(entry.first) == direction && entry.first.find("untracked") != 0;
  });
  REQUIRE(found != ruleset.chains.end());
  return found->second;
}

KernelCheck CheckOf(const k8s::Objects& objects,
                    const insight::Explanation& explanation,
                    const std::optional<nft::Ruleset>& live) {
  return CheckKernel(explanation, kNode, live, CompileFor(objects));
}

}  // namespace

TEST_CASE("a table that is as the policies ask agrees, and names the rules that decide") {
  const auto objects = Shop();
  const auto check = CheckOf(objects, Ask(objects, "shop/web", "shop/db", "5432"), Live(objects));
  CHECK(check.agrees());
  REQUIRE(check.pairs.size() == 2);
  for (const auto& pair : check.pairs) {
    CHECK(pair.passes);
    REQUIRE(pair.sides.size() == 2);
    CHECK(pair.sides[0].kernel->rule == "shop/web egress[0]");
    CHECK(pair.sides[1].kernel->rule == "shop/db ingress[0]");
    CHECK(pair.sides[1].kernel->handle != 0);
  }
}

TEST_CASE("only the ends that run on the node are judged there") {
  const auto objects = Shop();
  const auto live = Live(objects);
  const auto near = CheckOf(objects, Ask(objects, "shop/client", "shop/db", "80"), live);
  REQUIRE(near.pairs.size() == 1);
  REQUIRE(near.pairs[0].sides.size() == 1);
  CHECK(near.pairs[0].sides[0].direction == Direction::kIngress);
  CHECK_FALSE(near.pairs[0].passes);
  CHECK(near.agrees());
  const auto far = CheckOf(objects, Ask(objects, "external", "shop/client", "80"), live);
  CHECK_FALSE(far.judges());
  CHECK(far.agrees());
  CHECK_THAT(ToText(far, false), Catch::Contains("neither end is a pod that runs here"));
  CHECK_THAT(ToText(far, false), Catch::Contains("ask on node node2 too"));
}

TEST_CASE("a rule that somebody took away shows, with what should have decided") {
  const auto objects = Shop();
  auto live = Live(objects);
  nft::Chain& chain = GroupChain(live, Direction::kIngress);
  const auto rule = std::find_if(chain.rules.begin(), chain.rules.end(), [](const auto& each) {
    return each.comment == "shop/db ingress[0]";
  });
  REQUIRE(rule != chain.rules.end());
  chain.rules.erase(rule);
  const auto explanation = Ask(objects, "shop/web", "shop/db", "5432", Family::kIpv4);
  const auto check = CheckOf(objects, explanation, live);
  CHECK_FALSE(check.agrees());
  REQUIRE(check.pairs.size() == 1);
  const auto& sides = check.pairs[0].sides;
  CHECK(sides[0].agrees());
  CHECK_FALSE(sides[1].agrees());
  CHECK(sides[1].computed);
  CHECK(sides[1].wanted->rule == "shop/db ingress[0]");
  CHECK(sides[1].kernel->rule == "not allowed by any policy of this group");
  const std::string text = ToText(check, false);
  CHECK_THAT(text, Catch::Contains("drops it, which is NOT what the policies say"));
  CHECK_THAT(text, Catch::Contains("the policies ask for: allowed, by a rule of chain ingress-"));
  CHECK_THAT(text, Catch::Contains("THE KERNEL DIFFERS"));
}

TEST_CASE("a pod that no map leads to its chain shows as open") {
  const auto objects = Shop();
  auto live = Live(objects);
  live.sets.at("ingress4").elements.clear();
  const auto check =
      CheckOf(objects, Ask(objects, "shop/web", "shop/db", "80", Family::kIpv4), live);
  CHECK_FALSE(check.agrees());
  CHECK(check.pairs.at(0).passes);
  CHECK(check.pairs.at(0).sides.at(1).kernel->chain.empty());
  CHECK_THAT(ToText(check, false), Catch::Contains("no map leads this pod's address to a chain"));
}

TEST_CASE("a foreign drop outside the groups shows, and where it is") {
  const auto objects = Shop();
  auto live = Live(objects);
  const nft::Verdict drop{nft::VerdictKind::kDrop, ""};
  auto& rules = live.chains.at(policy::kForwardChain).rules;
  rules.insert(rules.begin(), nft::Rule{{drop}, "mine", 99});
  const auto check = CheckOf(objects, Ask(objects, "shop/web", "shop/db", "5432"), live);
  CHECK_FALSE(check.agrees());
  CHECK_THAT(ToText(check, false),
             Catch::Contains("dropped by rule 99 of chain forward: \"mine\""));
}

TEST_CASE("a rule that this program cannot read, and a table that is not there, do not agree") {
  const auto objects = Shop();
  auto live = Live(objects);
  auto& rules = live.chains.at(policy::kForwardChain).rules;
  rules.insert(rules.begin(), nft::Rule{{nft::Foreign{}}, "", 7});
  const auto explanation = Ask(objects, "shop/web", "shop/db", "5432");
  const auto foreign = CheckOf(objects, explanation, live);
  CHECK_FALSE(foreign.agrees());
  CHECK_THAT(ToText(foreign, false), Catch::Contains("chain forward, rule 7"));
  const auto none = CheckOf(objects, explanation, std::nullopt);
  CHECK_FALSE(none.agrees());
  CHECK_THAT(ToText(none, false), Catch::Contains("there is no table inet portcullis"));
}

TEST_CASE(
    "the node itself reaches its pods in the kernel's table too (9.1), and is reached (9.2)") {
  auto objects = Shop();
  objects.pods.push_back(MakePod("shop/agent", {"192.168.0.1"}));
  objects.pods.back().host_network = true;
  const auto live = Live(objects);
  const auto from = CheckOf(objects, Ask(objects, "shop/agent", "shop/db", "80"), live);
  CHECK(from.agrees());
  CHECK(from.pairs.at(0).passes);
  CHECK(from.pairs.at(0).sides.at(0).kernel->chain == policy::kOutputChain);
  const auto to = CheckOf(objects, Ask(objects, "shop/db", "shop/agent", "10250"), live);
  CHECK(to.agrees());
}

TEST_CASE("what audited policies would deny passes in the kernel's table, and is told (12.3)") {
  auto objects = Shop();
  objects.policies[0].audit = true;
  const auto check =
      CheckOf(objects, Ask(objects, "shop/web", "shop/db", "80", Family::kIpv4), Live(objects));
  CHECK(check.agrees());
  CHECK(check.pairs.at(0).passes);
  CHECK(check.pairs.at(0).sides.at(1).kernel->would_deny);
  CHECK_THAT(check.pairs.at(0).sides.at(1).kernel->rule, Catch::Contains("would be denied"));
}

}  // namespace portcullis::test
