// SPDX-License-Identifier: Apache-2.0
//
// What `portcullis render` prints, loaded by the nft program into nodes, does to packets what the
// oracle says. No controller runs: where this fails, the rules are wrong, not their delivery.
#include <cstdio>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "controller/policy/compile.h"
#include "nft/print.h"
#include "tests/lab/echo_servers.h"
#include "tests/lab/judge.h"
#include "tests/lab/random_world.h"

namespace portcullis::lab {
namespace {

constexpr size_t kWorlds = 12;
constexpr size_t kPoliciesPerWorld = 6;

void Load(const Lab& lab, const k8s::Objects& objects, uint32_t generation) {
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    policy::CompileOptions options;
    options.node_name = lab.node(node).name;
    options.generation = generation;  // Flows of the rules before are judged again.
    const std::string table = nft::Print(policy::Compile(policy::World(objects), options));
    RunProgram({"nft", "-f", "-"},
               "table inet portcullis\ndelete table inet portcullis\n" + table,
               &lab.node(node).netns);
  }
}

TEST_CASE("The rendered rules do what the API says, judged by packets (0)", "[lab]") {
  RequireRoot();
  LabSpec spec;
  spec.wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  Lab lab(spec);
  EchoServers servers({53, 80, 81});
  for (size_t node = 0; node < spec.nodes; ++node) {
    servers.Serve(lab.node(node).netns);
    for (uint8_t number = 2; number < 5; ++number) {
      const std::string name = "p" + std::to_string(node + 1) + std::to_string(number);
      servers.Serve(lab.AddPod(node, number, name).netns);
    }
  }
  servers.Serve(lab.external().netns);
  ProbeEngine engine;
  const std::vector<Probe> questions = AllQuestions(lab, servers.ports());
  const test::GeneratorOptions options = OptionsFor(lab, servers.ports());
  size_t probes = 0;
  for (uint64_t seed = 1; seed <= kWorlds; ++seed) {
    test::Random random(seed);
    k8s::Objects objects = RandomPods(random, lab, options);
    for (size_t i = 0; i < kPoliciesPerWorld; ++i) {
      objects.policies.push_back(
          test::RandomPolicy(random, objects, options, "policy" + std::to_string(i)));
    }
    Load(lab, objects, static_cast<uint32_t>(seed));
    const Verdict verdict = Judge(engine, lab, objects, questions);
    probes += verdict.probes;
    INFO("seed " << seed);
    for (const std::string& wrong : verdict.wrong) {
      UNSCOPED_INFO(wrong);
    }
    CHECK(verdict.wrong.empty());
  }
  std::printf("%zu probes\n", probes);
}

}  // namespace
}  // namespace portcullis::lab
