// SPDX-License-Identifier: Apache-2.0
//
// The whole program on every node, fed by an API server, through random changes: after each, every
// question that the hosts can ask one another is asked with packets and judged by the oracle.
//
// PORTCULLIS_LAB_STEPS changes per wiring (25), PORTCULLIS_LAB_SEED to repeat a run.
#include <cstdio>
#include <random>

#include <catch2/catch.hpp>

#include "tests/lab/cluster.h"
#include "tests/lab/random_world.h"
#include "tests/support/from_environment.h"

namespace portcullis::lab {
namespace {

constexpr size_t kFirstPolicies = 3;
constexpr uint64_t kDefaultSteps = 25;

/// Changes the world step by step; stops at the first step that does not come right.
Verdict WalkRandomly(Cluster& cluster, uint64_t seed, uint64_t steps) {
  test::Random random(seed);
  const test::GeneratorOptions options = OptionsFor(cluster.lab(), cluster.servers().ports());
  k8s::Objects objects = RandomPods(random, cluster.lab(), options);
  for (size_t i = 0; i < kFirstPolicies; ++i) {
    objects.policies.push_back(
        test::RandomPolicy(random, objects, options, "first" + std::to_string(i)));
  }
  cluster.Apply(objects);
  cluster.StartControllers();
  Verdict total = cluster.JudgeAll();
  for (uint64_t step = 0; step < steps && total.wrong.empty(); ++step) {
    const std::string change = RandomChange(random, objects, options);
    cluster.Apply(objects);
    total += cluster.JudgeAll();
    if (!total.wrong.empty()) {
      UNSCOPED_INFO("step " << step << ": " << change);
    }
  }
  return total;
}

TEST_CASE("Packets do what the API says through random changes (0, 8.6, 10.5)", "[lab]") {
  RequireRoot();
  const uint64_t seed = test::FromEnvironment("PORTCULLIS_LAB_SEED", std::random_device()());
  const uint64_t steps = test::FromEnvironment("PORTCULLIS_LAB_STEPS", kDefaultSteps);
  ClusterSpec spec;
  spec.lab.wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  spec.ports = {53, 80, 81};
  Cluster cluster(spec);
  const Verdict verdict = WalkRandomly(cluster, seed, steps);
  std::printf("seed %llu: %zu probes, %zu wrong\n",
              static_cast<unsigned long long>(seed),
              verdict.probes,
              verdict.wrong.size());
  INFO("seed " << seed);
  for (const std::string& wrong : verdict.wrong) {
    UNSCOPED_INFO(wrong);
  }
  CHECK(verdict.wrong.empty());
}

}  // namespace
}  // namespace portcullis::lab
