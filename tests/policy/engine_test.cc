// SPDX-License-Identifier: Apache-2.0
//
// What the engine tells, and what it keeps: a delta has nothing but what changed, and what nobody
// refers to any more is freed. That it is right is engine_random_test.cc's matter.
#include "controller/policy/engine.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "tests/policy/engine_world.h"

namespace portcullis::test {
namespace {

/// x/web is of this node and isolated by a policy with these rules.
k8s::Objects Isolated(std::vector<k8s::PolicyRule> rules) {
  return {{MakePod("x/web", {"10.0.0.1"}, {{"app", "web"}})},
          {MakeNamespace("x")},
          {IngressPolicy("x/p", std::move(rules), Label("app", "web"))}};
}

/// Pods app=a and pods tier=b are let in.
k8s::Objects Isolated() {
  return Isolated(
      {RuleFor({PodsWith(Label("app", "a"))}), RuleFor({PodsWith(Label("tier", "b"))})});
}

/// As above, on one port, and enough others that the peers of a port are merged into one set.
k8s::Objects IsolatedWithMergedPeers() {
  std::vector<k8s::PolicyRule> rules;
  for (const auto& label : {Label("app", "a"), Label("tier", "b")}) {
    rules.push_back(RuleFor({PodsWith(label)}, {Port(k8s::Protocol::kTcp, 80)}));
  }
  for (uint16_t port = 1000; port < 1020; ++port) {
    const auto label = Label("app", "user-of-" + std::to_string(port));
    rules.push_back(RuleFor({PodsWith(label)}, {Port(k8s::Protocol::kTcp, port)}));
  }
  return Isolated(std::move(rules));
}

k8s::Pod RemotePod(const std::string& key, const std::string& address, k8s::Labels labels) {
  k8s::Pod pod = MakePod(key, {address}, std::move(labels));
  pod.node_name = "elsewhere";
  return pod;
}

policy::Changes Upsert(const k8s::Pod& pod) {
  policy::Changes changes;
  changes.pods.objects[pod.meta.key] = {pod, 1};
  return changes;
}

policy::Changes Upsert(const k8s::NetworkPolicy& policy) {
  policy::Changes changes;
  changes.policies.objects[policy.meta.key] = {policy, 1};
  return changes;
}

policy::Changes DeletePod(const k8s::ObjectKey& key) {
  policy::Changes changes;
  changes.pods.objects[key] = {std::nullopt, 1};
  return changes;
}

/// A world whose table is taken already.
EngineWorld& Started(EngineWorld& world, const k8s::Objects& objects = Isolated()) {
  world.List(objects);
  world.CheckWhole();
  return world;
}

}  // namespace

TEST_CASE("the engine tells nothing before the whole table was taken") {
  EngineWorld world;
  world.List(Isolated());
  CHECK(world.engine().TakeDelta().empty());
  world.CheckWhole();
  CHECK(world.Check().empty());
}

TEST_CASE("a peer that comes is one element of one set") {
  EngineWorld world;
  Started(world);
  world.Apply(Upsert(RemotePod("x/a", "10.0.0.2", {{"app", "a"}})));
  const policy::Delta delta = world.Check();
  CHECK(delta.chains.empty());
  REQUIRE(delta.sets_after.size() == 1);
  CHECK(delta.sets_after.begin()->second.elements.size() == 1);
  CHECK(delta.sets_before.begin()->second.elements.empty());
}

TEST_CASE("a pod that nothing refers to changes nothing") {
  EngineWorld world;
  Started(world);
  world.Apply(Upsert(RemotePod("x/other", "10.0.0.2", {{"app", "other"}})));
  CHECK(world.Check().empty());
}

TEST_CASE("what comes and goes between two deltas leaves no trace") {
  EngineWorld world;
  Started(world);
  world.Apply(Upsert(RemotePod("x/a", "10.0.0.2", {{"app", "a"}})));
  world.Apply(Upsert(EgressPolicy("x/q")));
  world.Apply(DeletePod({"x", "a"}));
  policy::Changes changes;
  changes.policies.objects[{"x", "q"}] = {};
  world.Apply(changes);
  CHECK(world.Check().empty());
}

TEST_CASE("a pod that two selectors of one set select is in it once") {
  EngineWorld world;
  Started(world, IsolatedWithMergedPeers());
  world.Apply(Upsert(RemotePod("x/a", "10.0.0.2", {{"app", "a"}, {"tier", "b"}})));
  CHECK(world.Check().sets_after.size() == 1);
  world.Apply(Upsert(RemotePod("x/a", "10.0.0.2", {{"tier", "b"}})));
  CHECK(world.Check().empty());
  world.Apply(Upsert(RemotePod("x/a", "10.0.0.2", {})));
  CHECK(world.Check().sets_before.begin()->second.elements.size() == 1);
}

TEST_CASE("a policy that says what it said changes nothing") {
  EngineWorld world;
  Started(world);
  k8s::NetworkPolicy again = Isolated().policies.front();
  again.meta.resource_version = "later";
  world.Apply(Upsert(again));
  CHECK(world.Check().empty());
  CHECK(world.engine().FindPolicy({"x", "p"})->meta.resource_version == "later");
}

TEST_CASE("an address that moves to a pod elsewhere is no subject's any more") {
  EngineWorld world;
  Started(world);
  k8s::Pod heir = RemotePod("x/heir", "10.0.0.1", {{"app", "a"}});
  heir.meta.creation_timestamp = "2027-01-01T00:00:00Z";
  world.Apply(Upsert(heir));
  const policy::Delta delta = world.Check();
  CHECK(delta.sets_before.at(policy::SelfSetName(Family::kIpv4)).elements.size() == 1);
  CHECK_FALSE(delta.chains.empty());
}

TEST_CASE("the engine counts what policies select") {
  EngineWorld world;
  Started(world);
  const auto* found = world.engine().FindPolicy({"x", "p"});
  REQUIRE(found != nullptr);
  CHECK(world.engine().CountSelected(*found) == 1);
  world.Apply(Upsert(RemotePod("x/web2", "10.0.0.2", {{"app", "web"}})));
  CHECK(world.engine().CountSelected(*found) == 1);
  world.Apply(DeletePod({"x", "web"}));
  CHECK(world.engine().CountSelected(*found) == 0);
  CHECK(world.engine().FindPolicy({"x", "none"}) == nullptr);
}

TEST_CASE("what nobody refers to any more is freed") {
  EngineWorld world;
  Started(world);
  const auto before = world.engine().Measure();
  for (int i = 0; i < 10000; ++i) {
    const std::string number = std::to_string(i);
    k8s::Pod pod = MakePod("ns" + number + "/pod",
                           {"10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250)},
                           {{"app", "a"}, {"number", number}});
    pod.node_name = i % 100 == 0 ? kNode : "elsewhere";
    pod.ports = {{"port" + number, k8s::Protocol::kTcp, 80}};
    const auto policy = EgressPolicy("ns" + number + "/policy",
                                     {PortRule({Port(k8s::Protocol::kTcp, "port" + number)})});
    policy::Changes come = Upsert(pod);
    come.policies = Upsert(policy).policies;
    come.namespaces.objects[{"", pod.meta.key.ns}] = {MakeNamespace(pod.meta.key.ns), 1};
    policy::Changes go;
    go.pods.objects[pod.meta.key] = {};
    go.policies.objects[policy.meta.key] = {};
    go.namespaces.objects[{"", pod.meta.key.ns}] = {};
    world.engine().Apply(come);
    if (i % 50 == 0) {
      CHECK((world.engine().TakeDelta().empty() == (i % 100 != 0)));
    }
    world.engine().Apply(go);
    if (i % 50 == 0) {
      (void)world.engine().TakeDelta();
    }
  }
  (void)world.engine().TakeDelta();
  CHECK(world.engine().Measure() == before);
}

}  // namespace portcullis::test
