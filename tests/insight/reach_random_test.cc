// SPDX-License-Identifier: Apache-2.0
//
// Reach on random worlds: against the oracle, which reads the objects alone, and its fast form
// against IsAbout(). PORTCULLIS_SEED and PORTCULLIS_ITERATIONS override the defaults; a failure
// prints the seed of its world.
#include <catch2/catch.hpp>

#include "controller/insight/reach.h"
#include "tests/policy/builders.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {
namespace {

using insight::PortSet;
using insight::Reach;

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20261126);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 1000);
constexpr int kFlowsPerWorld = 100;

/// What the allowances of the group say one by one.
PortSet Slowly(const policy::Resolved& resolved,
               const std::optional<policy::GroupId>& group,
               const Connection& flow) {
  if (!policy::IsIsolated(group) || flow.source == flow.destination) {
    return PortSet::Everything();
  }
  PortSet ports;
  for (const auto& [allowance, origins] : resolved.groups.at(*group).allowances) {
    if (insight::IsAbout(allowance, resolved, flow.source, flow.destination)) {
      ports = ports | PortSet::Of(allowance.protocol, allowance.ports);
    }
  }
  return ports;
}

policy::Subject SubjectAt(const policy::Resolved& resolved, const IpAddress& address) {
  const auto subject = resolved.subjects.find(address);
  return subject == resolved.subjects.end() ? policy::Subject() : subject->second;
}

}  // namespace

TEST_CASE("Reach is what the oracle says, each end for itself (0)") {
  const GeneratorOptions options;
  size_t allowed = 0;
  size_t denied = 0;
  size_t would_deny = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const Reach reach((policy::World(objects)));
    for (int i = 0; i < kFlowsPerWorld; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      const PortSet egress = reach.Egress(flow.source, flow.destination);
      const PortSet ingress = reach.Ingress(flow.source, flow.destination);
      INFO("PORTCULLIS_SEED=" << seed << "\n" << Explain(objects, flow));
      REQUIRE(egress.Contains(flow.protocol, flow.port) == EgressAnswer(objects, flow).allowed);
      REQUIRE(ingress.Contains(flow.protocol, flow.port) == IngressAnswer(objects, flow).allowed);
      ++(Allowed(objects, flow) ? allowed : denied);
      const bool audit_denies = Allowed(objects, flow) && !Allowed(Enforced(objects), flow);
      REQUIRE(reach.WouldDeny(flow.source, flow.destination).Contains(flow.protocol, flow.port) ==
              audit_denies);
      would_deny += audit_denies ? 1U : 0U;
    }
  }
  // A generator that no longer meets both answers would prove nothing.
  CHECK(allowed > kWorlds * 10);
  CHECK(denied > kWorlds * 10);
  CHECK(would_deny > kWorlds);
}

TEST_CASE("Reach is the union of what its allowances say one by one") {
  const GeneratorOptions options;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const Reach reach((policy::World(objects)));
    for (int i = 0; i < kFlowsPerWorld; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      const auto& resolved = reach.resolved();
      INFO("PORTCULLIS_SEED=" << seed << "\n" << Explain(objects, flow));
      REQUIRE(reach.Egress(flow.source, flow.destination) ==
              Slowly(resolved, SubjectAt(resolved, flow.source).egress, flow));
      REQUIRE(reach.Ingress(flow.source, flow.destination) ==
              Slowly(resolved, SubjectAt(resolved, flow.destination).ingress, flow));
    }
  }
}

}  // namespace portcullis::test
