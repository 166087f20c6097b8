// SPDX-License-Identifier: Apache-2.0
//
// Which pods are subjects and peers, and which address is whose: section 8.
#include <catch2/catch.hpp>

#include "controller/policy/live_pods.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

const Connection kPeerToSubject = Between("10.0.0.2", "10.0.0.1");

/// The subject x/s admits pods with app=peer alone; x/p is one.
k8s::Objects SubjectAndPeer() {
  k8s::Objects objects;
  objects.pods = {MakePod("x/s", {"10.0.0.1"}, {{"app", "s"}}),
                  MakePod("x/p", {"10.0.0.2"}, {{"app", "peer"}})};
  objects.namespaces = {MakeNamespace("x")};
  objects.policies = {
      IngressPolicy("x/allow", {RuleFor({PodsWith(Label("app", "peer"))})}, Label("app", "s"))};
  return objects;
}

/// Which of two claimants of one address has it, as its name.
std::string Owner(const k8s::Pod& a, const k8s::Pod& b) {
  const policy::World world(k8s::Objects{{a, b}, {}, {}});
  const auto live = policy::LivePods(world);
  REQUIRE(live.size() == 1);
  return live.front().pod->meta.key.name;
}

}  // namespace

TEST_CASE("a hostNetwork pod is no subject (8.1)") {
  auto objects = SubjectAndPeer();
  objects.pods[0].host_network = true;
  CHECK(CanConnect(objects, Between("192.0.2.1", "10.0.0.1")));
  CHECK(CompileFor(objects).sets.at("ingress4").elements.empty());
}

TEST_CASE(
    "a hostNetwork pod is no selector peer, so its node's address gets no rights (8.1, 3.6)") {
  auto objects = SubjectAndPeer();
  objects.pods[1].host_network = true;
  CHECK_FALSE(CanConnect(objects, kPeerToSubject));
}

TEST_CASE("a pod without an address plays no part until it has one (8.2)") {
  auto objects = SubjectAndPeer();
  objects.pods[1].addresses.clear();
  CHECK_FALSE(CanConnect(objects, kPeerToSubject));
}

TEST_CASE("a finished pod is neither subject nor peer (8.3)") {
  for (const auto phase : {k8s::PodPhase::kSucceeded, k8s::PodPhase::kFailed}) {
    auto objects = SubjectAndPeer();
    objects.pods[1].phase = phase;
    CHECK_FALSE(CanConnect(objects, kPeerToSubject));
    objects.pods[0].phase = phase;
    CHECK(CanConnect(objects, kPeerToSubject));
  }
}

TEST_CASE("a terminating pod is subject and peer until it has finished (8.4)") {
  auto objects = SubjectAndPeer();
  objects.pods[0].deleting = objects.pods[1].deleting = true;
  CHECK(CanConnect(objects, kPeerToSubject));
  CHECK_FALSE(CanConnect(objects, Between("192.0.2.1", "10.0.0.1")));
}

TEST_CASE("pods in phase Unknown, or Pending with an address, are live (8.5)") {
  for (const auto phase : {k8s::PodPhase::kUnknown, k8s::PodPhase::kPending}) {
    auto objects = SubjectAndPeer();
    objects.pods[0].phase = objects.pods[1].phase = phase;
    CHECK(CanConnect(objects, kPeerToSubject));
    CHECK_FALSE(CanConnect(objects, Between("192.0.2.1", "10.0.0.1")));
  }
}

TEST_CASE("an address belongs to one pod: running, then not deleting, then youngest (8.6)") {
  auto a = MakePod("x/a", {"10.0.0.1"});
  auto b = MakePod("x/b", {"10.0.0.1"});
  CHECK(Owner(a, b) == "b");
  a.meta.creation_timestamp = "2026-01-01T00:00:01Z";
  CHECK(Owner(a, b) == "a");
  a.deleting = true;
  CHECK(Owner(a, b) == "b");
  b.phase = k8s::PodPhase::kPending;
  CHECK(Owner(a, b) == "a");
}

TEST_CASE("who loses an address has no rights or duties at it, but keeps its others (8.6)") {
  auto objects = SubjectAndPeer();
  auto heir = MakePod("y/heir", {"10.0.0.2"});
  heir.meta.creation_timestamp = "2026-01-02T00:00:00Z";
  objects.pods.push_back(heir);
  objects.pods[1].addresses.push_back(Ip("10.0.0.7"));
  CHECK_FALSE(CanConnect(objects, kPeerToSubject));
  CHECK(CanConnect(objects, Between("10.0.0.7", "10.0.0.1")));
}

TEST_CASE("label changes count for subjects and for peers (8.8)") {
  auto objects = SubjectAndPeer();
  objects.pods[1].meta.labels["app"] = "other";
  CHECK_FALSE(CanConnect(objects, kPeerToSubject));
  objects.pods[0].meta.labels["app"] = "other";
  CHECK(CanConnect(objects, kPeerToSubject));
}

TEST_CASE("pods of other nodes are peers, and cost nothing as subjects (8.10)") {
  auto objects = SubjectAndPeer();
  objects.pods[1].node_name = "node2";
  CHECK(CanConnect(objects, kPeerToSubject));
  objects.pods[0].node_name = "node2";
  const nft::Ruleset empty = CompileFor({});
  CHECK(CompileFor(objects) == empty);
}

TEST_CASE("addresses that cannot be a pod's never become elements") {
  auto objects = SubjectAndPeer();
  const std::vector<std::string> special = {
      "127.0.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "::", "::1", "ff02::1"};
  for (const std::string& text : special) {
    objects.pods[1].addresses = {Ip(text)};
    INFO(text);
    CHECK(policy::LivePods(policy::World(objects)).size() == 1);
  }
}

}  // namespace portcullis::test
