// SPDX-License-Identifier: Apache-2.0
//
// What `explain` and `matrix` answer against what packets do: random worlds, each with every
// question that the hosts of the lab can ask one another.
//
// PORTCULLIS_LAB_WORLDS worlds in all (20), PORTCULLIS_LAB_SEED to repeat a run.
#include <algorithm>
#include <cstdio>
#include <random>

#include <catch2/catch.hpp>

#include "controller/insight/explanation.h"
#include "controller/insight/reach_matrix.h"
#include "tests/lab/cluster.h"
#include "tests/lab/random_world.h"
#include "tests/support/from_environment.h"

namespace portcullis::lab {
namespace {

using insight::End;
using insight::EndName;

constexpr uint64_t kDefaultWorlds = 20;
constexpr size_t kMostPolicies = 6;

/// A pod of each node's network, by which nodes are known to `explain`.
void AddAgents(const Lab& lab, k8s::Objects& objects) {
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    k8s::Pod agent;
    agent.meta.key = {"x", "agent-" + lab.node(node).name};
    agent.meta.uid = agent.meta.key.name;
    agent.node_name = lab.node(node).name;
    agent.host_network = true;
    agent.phase = k8s::PodPhase::kRunning;
    agent.addresses = lab.node(node).addresses;
    objects.pods.push_back(std::move(agent));
  }
}

k8s::Objects RandomWorld(test::Random& random,
                         const Lab& lab,
                         const test::GeneratorOptions& options) {
  k8s::Objects objects = RandomPods(random, lab, options);
  for (size_t i = 1 + random.Below(kMostPolicies); i > 0; --i) {
    objects.policies.push_back(
        test::RandomPolicy(random, objects, options, "policy" + std::to_string(i)));
  }
  AddAgents(lab, objects);
  return objects;
}

/// What the commands say of the objects.
class Told {
 public:
  explicit Told(const k8s::Objects& objects)
      : world_(objects),
        directory_(world_),
        matrix_(world_) {}

  [[nodiscard]] bool Explained(const test::Connection& asked) const {
    const auto explanation = insight::Explain(world_,
                                              directory_,
                                              matrix_.reach(),
                                              {Named(asked.source),
                                               Named(asked.destination),
                                               {asked.protocol, asked.port, ""},
                                               asked.source.family()});
    REQUIRE(explanation);
    const auto& pairs = explanation->pairs;
    const auto pair = std::find_if(pairs.begin(), pairs.end(), [&](const auto& each) {
      return each.source == asked.source && each.destination == asked.destination;
    });
    REQUIRE(pair != pairs.end());
    return pair->allowed();
  }

  /// The matrix knows addresses alone, so not that a node reaches its own pods (9.1).
  [[nodiscard]] bool InMatrix(const test::Connection& asked) const {
    return asked.made_by_own_node ||
           matrix_.Between(asked.source, asked.destination).Contains(asked.protocol, asked.port);
  }

 private:
  /// As a person names it: a pod and a node by their names, all else by address.
  [[nodiscard]] End Named(const IpAddress& address) const {
    const k8s::Pod* pod = directory_.PodAt(address);
    const std::string node = directory_.NodeAt(address);
    const EndName name = pod != nullptr  ? EndName(pod->meta.key)
                         : !node.empty() ? EndName(insight::NodeName{node})
                                         : EndName(address);
    const auto end = directory_.Find(name);
    REQUIRE(end);
    return *end;
  }

  policy::World world_;
  insight::Directory directory_;
  insight::ReachMatrix matrix_;
};

/// One world: the packets that did other than `explain` or the matrix says.
Verdict JudgeTold(Cluster& cluster, const k8s::Objects& objects) {
  const Lab& lab = cluster.lab();
  const auto questions = AllQuestions(lab, cluster.servers().ports());
  cluster.Apply(objects);
  Verdict verdict = JudgeUntilRight(cluster.engine(), lab, objects, questions);
  const Told told(objects);
  std::vector<ExpectedProbe> asked;
  asked.reserve(questions.size());
  for (const Probe& probe : questions) {
    asked.push_back({probe, told.Explained(ToConnection(lab, probe))});
  }
  const std::vector<bool> passed = ProbeAll(cluster.engine(), asked);
  for (size_t i = 0; i < asked.size(); ++i) {
    const test::Connection connection = ToConnection(lab, asked[i].probe);
    const bool in_matrix = told.InMatrix(connection);
    if (passed[i] != asked[i].expected || passed[i] != in_matrix) {
      verdict.wrong.push_back(asked[i].probe.ToString() + (passed[i] ? " passed" : " was dropped") +
                              ", explain: " + (asked[i].expected ? "allowed" : "denied") +
                              ", matrix: " + (in_matrix ? "allowed" : "denied") +
                              ", oracle: " + test::Explain(objects, connection));
    }
  }
  verdict.probes = asked.size();
  return verdict;
}

TEST_CASE("Packets do what explain and matrix say, in random worlds", "[lab]") {
  RequireRoot();
  const uint64_t seed = test::FromEnvironment("PORTCULLIS_LAB_SEED", std::random_device()());
  const uint64_t worlds = test::FromEnvironment("PORTCULLIS_LAB_WORLDS", kDefaultWorlds);
  ClusterSpec spec;
  spec.lab.wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  spec.ports = {53, 80, 81};
  Cluster cluster(spec);
  cluster.StartControllers();
  test::Random random(seed);
  const test::GeneratorOptions options = OptionsFor(cluster.lab(), cluster.servers().ports());
  Verdict total;
  for (uint64_t world = 0; world < (worlds + 1) / 2 && total.wrong.empty(); ++world) {
    total += JudgeTold(cluster, RandomWorld(random, cluster.lab(), options));
  }
  std::printf("seed %llu: %llu worlds, %zu questions, %zu wrong\n",
              static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>((worlds + 1) / 2),
              total.probes,
              total.wrong.size());
  INFO("seed " << seed);
  for (const std::string& wrong : total.wrong) {
    UNSCOPED_INFO(wrong);
  }
  CHECK(total.wrong.empty());
}

}  // namespace
}  // namespace portcullis::lab
