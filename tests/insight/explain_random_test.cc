// SPDX-License-Identifier: Apache-2.0
//
// Explanations of random connections in random worlds: the verdict is the oracle's, and the reasons
// that stand beside it are no other answer than the verdict. PORTCULLIS_SEED and
// PORTCULLIS_ITERATIONS override the defaults; a failure prints the seed of its world.
#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/insight/explanation.h"
#include "tests/policy/builders.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {
namespace {

using insight::Directory;
using insight::End;
using Judged = insight::Entry;
using insight::Explanation;
using insight::Reach;
using insight::RuleReasons;
using insight::Side;

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20261126);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 1000);
constexpr int kFlowsPerWorld = 60;

/// A world with what is asked of it.
struct Asked {
  explicit Asked(const k8s::Objects& objects) : world(objects), directory(world), reach(world) {}

  /// The answer for the pair of addresses of `flow`.
  [[nodiscard]] insight::PairAnswer Answer(const Connection& flow) const {
    const auto explanation = insight::Explain(world,
                                              directory,
                                              reach,
                                              {directory.Find(flow.source).value(),
                                               directory.Find(flow.destination).value(),
                                               {flow.protocol, flow.port, ""},
                                               std::nullopt});
    REQUIRE(explanation);
    REQUIRE(explanation->pairs.size() == 1);
    REQUIRE(explanation->allowed() == explanation->pairs.front().allowed());
    return explanation->pairs.front();
  }

  policy::World world;
  Directory directory;
  Reach reach;
};

bool AllSaySomething(const std::optional<std::vector<Judged>>& entries) {
  return !entries || std::all_of(entries->begin(), entries->end(), [](const Judged& entry) {
    return !entry.text.empty() && !entry.reason.empty();
  });
}

/// The reasons and the verdict are one answer, and nothing that does not match is left unsaid.
void RequireAgreement(const Side& side) {
  bool any_allows = false;
  for (const insight::PolicyReasons& policy : side.policies) {
    for (const RuleReasons& rule : policy.rules) {
      REQUIRE(rule.allows == (PeersMatch(rule) && PortsMatch(rule)));
      REQUIRE(AllSaySomething(rule.peers));
      REQUIRE(AllSaySomething(rule.ports));
      any_allows = any_allows || rule.allows;
    }
  }
  const bool enforced = side.basis == Side::Basis::kPolicies;
  const bool audited = side.basis == Side::Basis::kAudited;
  REQUIRE(side.policies.empty() != (enforced || audited));
  REQUIRE(side.allows == (!enforced || any_allows));
  REQUIRE(side.would_deny == (audited && !any_allows));
}

}  // namespace

TEST_CASE("an explanation's verdict is the oracle's, and its reasons agree with it") {
  const GeneratorOptions options;
  size_t allowed = 0;
  size_t denied = 0;
  size_t would_deny = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const Asked asked(objects);
    for (int i = 0; i < kFlowsPerWorld; ++i) {
      Connection flow = RandomConnection(random, objects, options);
      INFO("PORTCULLIS_SEED=" << seed << "\n" << Explain(objects, flow));
      const auto answer = asked.Answer(flow);
      flow.made_by_own_node = answer.ingress.basis == Side::Basis::kOwnNode;
      REQUIRE(answer.egress.allows == EgressAnswer(objects, flow).allowed);
      REQUIRE(answer.ingress.allows == IngressAnswer(objects, flow).allowed);
      REQUIRE(answer.egress.would_deny == EgressWouldDeny(objects, flow));
      REQUIRE(answer.ingress.would_deny == IngressWouldDeny(objects, flow));
      RequireAgreement(answer.egress);
      RequireAgreement(answer.ingress);
      would_deny += answer.would_deny() ? 1U : 0U;
      ++(answer.allowed() ? allowed : denied);
    }
  }
  // A generator that no longer meets both answers would prove nothing.
  CHECK(allowed > kWorlds * 10);
  CHECK(denied > kWorlds * 10);
  CHECK(would_deny > kWorlds);
}

TEST_CASE("a pod is explained at each of its addresses, as the oracle judges each") {
  const GeneratorOptions options;
  size_t pairs = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds / 4; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const Asked asked(objects);
    for (const k8s::Pod& from : objects.pods) {
      const k8s::Pod& to = random.Pick(objects.pods);
      const auto source = asked.directory.Find(from.meta.key);
      const auto destination = asked.directory.Find(to.meta.key);
      const Connection drawn = RandomConnection(random, objects, options);
      if (!source || !destination || source->kind != End::Kind::kPod) {
        continue;
      }
      const auto explanation =
          insight::Explain(asked.world,
                           asked.directory,
                           asked.reach,
                           {*source, *destination, {drawn.protocol, drawn.port, ""}, {}});
      if (!explanation) {
        continue;
      }
      for (const insight::PairAnswer& pair : explanation->pairs) {
        const Connection flow{pair.source, pair.destination, drawn.protocol, drawn.port, false};
        INFO("PORTCULLIS_SEED=" << seed << "\n" << Explain(objects, flow));
        REQUIRE(pair.allowed() == Allowed(objects, flow));
        RequireAgreement(pair.egress);
        RequireAgreement(pair.ingress);
        ++pairs;
      }
    }
  }
  CHECK(pairs > kWorlds);
}

}  // namespace portcullis::test
