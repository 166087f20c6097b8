// SPDX-License-Identifier: Apache-2.0
//
// Decoding is the inverse of ToJson, on random values. The seed is printed; set PORTCULLIS_SEED to
// repeat a run.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "k8s-client/decode.h"
#include "tests/k8s-client/random_objects.h"
#include "tests/k8s-client/seed.h"
#include "tests/support/api/to_json.h"

namespace portcullis::test {
namespace {

constexpr int kRounds = 500;

TEST_CASE("Decoding what ToJson wrote gives the value back") {
  const uint64_t seed = SeedOfRun();
  INFO("PORTCULLIS_SEED=" << seed);
  RandomObjects random(seed);
  for (int round = 0; round < kRounds; ++round) {
    const k8s::Pod pod = random.Pod();
    const auto pod_again = k8s::DecodePod(ToJson(pod));
    INFO(ToJson(pod));
    REQUIRE(pod_again.has_value());
    REQUIRE(*pod_again == pod);

    const k8s::Namespace ns = random.Namespace();
    const auto ns_again = k8s::DecodeNamespace(ToJson(ns));
    INFO(ToJson(ns));
    REQUIRE(ns_again.has_value());
    REQUIRE(*ns_again == ns);

    const k8s::NetworkPolicy policy = random.Policy();
    const auto policy_again = k8s::DecodeNetworkPolicy(ToJson(policy));
    INFO(ToJson(policy));
    REQUIRE(policy_again.has_value());
    REQUIRE(policy_again->problems.empty());
    REQUIRE(*policy_again == policy);
  }
}

TEST_CASE("What allows nothing still does after ToJson") {
  k8s::NetworkPolicy policy;
  policy.meta.key = {"n", "p"};
  policy.pod_selector.valid = false;
  policy.isolates_ingress = true;
  policy.ingress = {{0, std::vector<k8s::Peer>{}, std::vector<k8s::PolicyPort>{}}};
  auto again = k8s::DecodeNetworkPolicy(ToJson(policy));
  REQUIRE(again.has_value());
  CHECK(again->problems.size() == 3);
  again->problems.clear();
  CHECK(*again == policy);
}

}  // namespace
}  // namespace portcullis::test
