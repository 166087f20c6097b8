// SPDX-License-Identifier: Apache-2.0
//
// How the ends of a connection are named, and what stands behind the names.
#include "controller/insight/ends.h"

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using Catch::Matchers::Contains;
using insight::Directory;
using insight::End;
using insight::EndName;
using insight::External;
using insight::NodeName;
using insight::ParseEnd;

k8s::Pod OnNode(k8s::Pod pod, const std::string& node) {
  pod.node_name = node;
  return pod;
}

k8s::Pod HostPod(const std::string& key, const std::vector<std::string>& addresses) {
  k8s::Pod pod = MakePod(key, addresses);
  pod.host_network = true;
  return pod;
}

policy::World WorldOf(std::vector<k8s::Pod> pods, std::vector<k8s::NetworkPolicy> policies = {}) {
  k8s::Objects objects;
  objects.pods = std::move(pods);
  objects.policies = std::move(policies);
  return policy::World(objects);
}

std::string FailureOf(const policy::World& world, const EndName& name) {
  const auto end = Directory(world).Find(name);
  REQUIRE_FALSE(end);
  return end.error().message;
}

}  // namespace

TEST_CASE("an end is a pod, an address, a node or outside") {
  CHECK(ParseEnd("web", "shop").value() == EndName(k8s::ObjectKey{"shop", "web"}));
  CHECK(ParseEnd("x/web", "shop").value() == EndName(k8s::ObjectKey{"x", "web"}));
  CHECK(ParseEnd("10.0.0.1", "shop").value() == EndName(Ip("10.0.0.1")));
  CHECK(ParseEnd("fd00::1", "shop").value() == EndName(Ip("fd00::1")));
  CHECK(ParseEnd("node/n1", "shop").value() == EndName(NodeName{"n1"}));
  CHECK(ParseEnd("external", "shop").value() == EndName(External{}));
  for (const std::string text : {"", "/", "a/", "/b", "a/b/c", "[fd00::1]", "10.0.0.1:80"}) {
    INFO(text);
    REQUIRE_FALSE(ParseEnd(text, "shop"));
    CHECK_THAT(ParseEnd(text, "shop").error().message, Contains("[NAMESPACE/]POD"));
  }
  CHECK_THAT(ParseEnd("10.0.0.0/24", "shop").error().message, Contains("is a block of addresses"));
}

TEST_CASE("a pod is found with its addresses, and its address stands for it") {
  const auto world = WorldOf({MakePod("x/web", {"fd00::1", "10.0.0.1"})});
  const Directory directory(world);
  const End pod = directory.Find(k8s::ObjectKey{"x", "web"}).value();
  CHECK(pod.kind == End::Kind::kPod);
  CHECK(pod.addresses == std::vector{Ip("10.0.0.1"), Ip("fd00::1")});
  CHECK(pod.node == kNode);
  CHECK(pod.notes.empty());
  const End by_address = directory.Find(Ip("10.0.0.1")).value();
  CHECK(by_address.kind == End::Kind::kPod);
  CHECK(by_address.pod == k8s::ObjectKey{"x", "web"});
  CHECK(by_address.addresses == std::vector{Ip("10.0.0.1")});
  CHECK(by_address.notes == std::vector<std::string>{"Address 10.0.0.1 is that of pod x/web."});
}

TEST_CASE("who asks for a pod that is not there is told of those that are") {
  const auto world = WorldOf({MakePod("shop/web-5d9f-abcde", {"10.0.0.1"}),
                              MakePod("shop/frontend", {"10.0.0.2"}),
                              MakePod("y/db", {"10.0.0.3"})});
  CHECK(FailureOf(world, k8s::ObjectKey{"shop", "web"}) ==
        "there is no pod shop/web; did you mean shop/web-5d9f-abcde?");
  CHECK(FailureOf(world, k8s::ObjectKey{"shop", "fronted"}) ==
        "there is no pod shop/fronted; did you mean shop/frontend?");
  CHECK(FailureOf(world, k8s::ObjectKey{"shop", "db"}) ==
        "there is no pod shop/db; did you mean y/db?");
  CHECK(FailureOf(world, k8s::ObjectKey{"shop", "zzzzzz"}) == "there is no pod shop/zzzzzz");
  CHECK_THAT(FailureOf(world, k8s::ObjectKey{"sohp", "zzz"}), Contains("nor any other in"));
  CHECK(FailureOf(world, k8s::ObjectKey{"Shop", "Frontend"}) ==
        "there is no pod Shop/Frontend; did you mean shop/frontend?");
}

TEST_CASE("what is no pod's name at all gets a hint at what to name instead") {
  const auto world =
      WorldOf({MakePod("shop/web", {"10.0.0.1"}), OnNode(HostPod("x/a", {"192.168.0.2"}), "n1")});
  CHECK(FailureOf(world, k8s::ObjectKey{"default", "n1"}) ==
        "there is no pod default/n1; did you mean node/n1?");
  CHECK_THAT(FailureOf(world, k8s::ObjectKey{"svc", "db"}), Contains("name one of its pods"));
  CHECK_THAT(FailureOf(world, k8s::ObjectKey{"default", "www.example.com"}),
             Contains("names of hosts are not looked up"));
  CHECK_THAT(FailureOf(world, k8s::ObjectKey{"default", "300.0.0.1"}),
             Contains("nor is it an address"));
  CHECK_THAT(FailureOf(WorldOf({}), k8s::ObjectKey{"shop", "web"}),
             Contains("no Pod object was read"));
}

TEST_CASE("a pod without an address of its own cannot be judged (8.2, 8.3, 8.6)") {
  auto finished = MakePod("x/job", {"10.0.0.1"});
  finished.phase = k8s::PodPhase::kSucceeded;
  auto pending = MakePod("x/new", {});
  pending.phase = k8s::PodPhase::kPending;
  auto older = MakePod("x/older", {"10.0.0.2", "10.0.0.3"});
  older.phase = k8s::PodPhase::kPending;
  auto oldest = MakePod("x/oldest", {"10.0.0.2"});
  oldest.phase = k8s::PodPhase::kPending;
  const auto world = WorldOf({finished, pending, older, oldest, MakePod("x/now", {"10.0.0.2"})});
  CHECK_THAT(FailureOf(world, k8s::ObjectKey{"x", "job"}), Contains("has finished"));
  CHECK_THAT(FailureOf(world, k8s::ObjectKey{"x", "new"}), Contains("no address yet"));
  CHECK_THAT(FailureOf(world, k8s::ObjectKey{"x", "oldest"}),
             Contains("pod x/now claims it too, and has it"));
  const End kept = Directory(world).Find(k8s::ObjectKey{"x", "older"}).value();
  CHECK(kept.addresses == std::vector{Ip("10.0.0.3")});
  CHECK(kept.notes.size() == 1);
}

TEST_CASE("nodes are known by their hostNetwork pods (8.1)") {
  const auto world = WorldOf({OnNode(HostPod("x/agent", {"192.168.0.2", "fd01::2"}), "worker"),
                              OnNode(HostPod("x/proxy", {"192.168.0.2"}), "worker")});
  const Directory directory(world);
  const End node = directory.Find(NodeName{"worker"}).value();
  CHECK(node.kind == End::Kind::kNode);
  CHECK(node.addresses == std::vector{Ip("192.168.0.2"), Ip("fd01::2")});
  const End address = directory.Find(Ip("192.168.0.2")).value();
  CHECK(address.kind == End::Kind::kNode);
  CHECK(address.node == "worker");
  const End pod = directory.Find(k8s::ObjectKey{"x", "proxy"}).value();
  CHECK(pod.kind == End::Kind::kHostPod);
  CHECK(pod.node == "worker");
  CHECK_THAT(pod.notes.front(), Contains("its node's network"));
  CHECK_THAT(FailureOf(world, NodeName{"wroker"}), Contains("no node wroker is known"));
  CHECK_THAT(FailureOf(world, NodeName{"worke"}), Contains("did you mean worker?"));
}

TEST_CASE("external is an address that no narrower block names") {
  const auto everywhere = Addresses("0.0.0.0/0", {"10.0.0.0/8"});
  const auto narrow = Addresses("203.0.113.0/24");
  const auto world = WorldOf({MakePod("x/web", {"10.0.0.1"})},
                             {EgressPolicy("x/out", {RuleFor({everywhere, narrow})})});
  const End end = Directory(world).Find(External{}).value();
  CHECK(end.kind == End::Kind::kExternal);
  CHECK(end.addresses == std::vector{Ip("198.51.100.1"), Ip("2001:db8::1")});
  CHECK(end.notes == std::vector<std::string>{"External stands for 198.51.100.1 and 2001:db8::1, "
                                              "which no block of a policy names."});
}

TEST_CASE("where blocks leave nothing unnamed, external says so") {
  const auto world = WorldOf(
      {}, {EgressPolicy("x/out", {RuleFor({Addresses("0.0.0.0/1"), Addresses("128.0.0.0/1")})})});
  const End end = Directory(world).Find(External{}).value();
  CHECK(end.addresses.front() == Ip("203.0.113.1"));
  CHECK_THAT(end.notes.front(), Contains("leave no address unnamed"));
}

}  // namespace portcullis::test
