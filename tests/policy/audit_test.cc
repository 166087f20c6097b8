// SPDX-License-Identifier: Apache-2.0
//
// Audited policies, by example: they say what they would deny, and deny nothing (section 12 of
// docs/semantics.md). Random worlds with audited policies are random_worlds_test.cc's and
// engine_random_test.cc's.
#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "controller/policy/revocation.h"
#include "nft/diff.h"
#include "nft/print.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

const char* const kServer = "10.0.0.1";
const char* const kClient = "10.0.0.2";

k8s::NetworkPolicy Audited(k8s::NetworkPolicy policy) {
  policy.audit = true;
  return policy;
}

k8s::Objects WithPolicies(std::vector<k8s::NetworkPolicy> policies) {
  k8s::Objects objects;
  objects.pods = {MakePod("x/server", {kServer, "fd00::1"}, {{"app", "server"}}),
                  MakePod("x/client", {kClient, "fd00::2"}, {{"app", "client"}})};
  objects.namespaces = {MakeNamespace("x")};
  objects.policies = std::move(policies);
  return objects;
}

k8s::NetworkPolicy OnServer(const std::string& name, std::vector<k8s::PolicyRule> rules = {}) {
  return IngressPolicy("x/" + name, std::move(rules), Label("app", "server"));
}

k8s::PolicyRule TcpPort(uint16_t port) {
  return PortRule({Port(k8s::Protocol::kTcp, port)});
}

size_t CountChains(const nft::Ruleset& ruleset, const std::string& prefix) {
  return static_cast<size_t>(
      std::count_if(ruleset.chains.begin(), ruleset.chains.end(), [&](const auto& entry) {
        return entry.first.compare(0, prefix.size(), prefix) == 0;
      }));
}

/// The table of `objects` as a dump would give it, which Diff() wants handles of.
nft::Ruleset Dumped(const k8s::Objects& objects) {
  nft::Ruleset ruleset = CompileFor(objects);
  uint64_t handle = 0;
  for (auto& [name, chain] : ruleset.chains) {
    for (nft::Rule& rule : chain.rules) {
      rule.handle = ++handle;
    }
  }
  return ruleset;
}

bool SwitchTakesAway(const k8s::Objects& before, const k8s::Objects& after) {
  return policy::TakesAway(nft::Diff(Dumped(before), CompileFor(after)));
}

}  // namespace

TEST_CASE("an audited policy denies nothing (12.1)") {
  const k8s::Objects objects = WithPolicies({Audited(OnServer("trial", {TcpPort(80)}))});
  CHECK(CanConnect(objects, Between(kClient, kServer, kTcp, 80)));
  CHECK(CanConnect(objects, Between(kClient, kServer, kTcp, 81)));
  CHECK(CanConnect(objects, Between("fd00::2", "fd00::1", kUdp, 53)));
  CHECK(CanConnect(objects, Between("192.0.2.7", kServer, kIcmp, 0)));
}

TEST_CASE("packets without a conntrack entry pass an audited pod too (12.1)") {
  const nft::Ruleset ruleset = CompileFor(WithPolicies({Audited(OnServer("trial"))}));
  for (const bool untracked : {false, true}) {
    Packet packet = FirstPacket(Between(kClient, kServer));
    packet.entry.reset();
    packet.untracked = untracked;
    CHECK(Passes(ruleset, kForwarded, packet));
  }
}

TEST_CASE("an audited policy's pods are led to a chain that drops nothing (12.1, 12.3)") {
  const nft::Ruleset ruleset = CompileFor(WithPolicies({Audited(OnServer("trial"))}));
  CHECK(CountChains(ruleset, "audit-ingress-") == 1);
  CHECK(CountChains(ruleset, "untracked-audit-ingress-") == 1);
  CHECK(CountChains(ruleset, "ingress-") == 0);
  const nft::Statement drop = nft::Verdict{nft::VerdictKind::kDrop, ""};
  for (const auto& entry : ruleset.chains) {
    INFO(entry.first);
    for (const nft::Rule& rule : entry.second.rules) {
      CHECK_FALSE((policy::IsGroupChain(entry.first) && rule.statements.back() == drop));
    }
  }
}

TEST_CASE("the same policies enforced and audited are two groups") {
  const policy::GroupId enforced{policy::Direction::kIngress, {{"x", "p"}}, false};
  policy::GroupId audited = enforced;
  audited.audit = true;
  CHECK(enforced != audited);
  for (const auto tracking : {policy::Tracking::kTracked, policy::Tracking::kUntracked}) {
    const std::string name = policy::GroupChainName(audited, tracking);
    CHECK(name != policy::GroupChainName(enforced, tracking));
    CHECK(policy::IsGroupChain(name));
    CHECK(policy::IsAuditChain(name));
    CHECK_FALSE(policy::IsAuditChain(policy::GroupChainName(enforced, tracking)));
  }
}

TEST_CASE("beside an enforced policy an audited one plays no part (12.4)") {
  const auto enforced = OnServer("enforced", {TcpPort(80)});
  const auto audited = Audited(OnServer("trial", {TcpPort(81)}));
  const k8s::Objects objects = WithPolicies({enforced, audited});
  CHECK(CanConnect(objects, Between(kClient, kServer, kTcp, 80)));
  CHECK_FALSE(CanConnect(objects, Between(kClient, kServer, kTcp, 81)));
  CHECK(nft::Print(CompileFor(objects)) == nft::Print(CompileFor(WithPolicies({enforced}))));
}

TEST_CASE("each direction is audited or enforced by itself (2.1, 12.4)") {
  auto both = EgressPolicy("x/trial", {}, Label("app", "server"));
  both.isolates_ingress = true;
  const k8s::Objects objects = WithPolicies({OnServer("enforced", {TcpPort(80)}), Audited(both)});
  CHECK(CanConnect(objects, Between(kServer, kClient, kTcp, 443)));
  CHECK_FALSE(CanConnect(objects, Between(kClient, kServer, kTcp, 443)));
  const nft::Ruleset ruleset = CompileFor(objects);
  CHECK(CountChains(ruleset, "audit-egress-") == 1);
  CHECK(CountChains(ruleset, "audit-ingress-") == 0);
}

TEST_CASE("to enforce an audited policy takes away, and so does to audit anew (10.2, 12.5)") {
  const auto none = WithPolicies({});
  const auto enforced = WithPolicies({OnServer("p", {TcpPort(80)})});
  const auto audited = WithPolicies({Audited(OnServer("p", {TcpPort(80)}))});
  CHECK(SwitchTakesAway(audited, enforced));
  CHECK(SwitchTakesAway(none, audited));
}

}  // namespace portcullis::test
