// SPDX-License-Identifier: Apache-2.0
//
// Since when each policy is in force as it is.
#include "controller/status/policies_in_force.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

using std::chrono::seconds;

const k8s::ObjectKey kWeb = {"default", "web"};
const WallTime kStart = WallTime(seconds(1'767'225'600));  // 2026-01-01T00:00:00Z

k8s::NetworkPolicy MakePolicy(const std::string& version, bool egress = false) {
  k8s::NetworkPolicy policy;
  policy.meta.key = kWeb;
  policy.meta.resource_version = version;
  policy.meta.creation_timestamp = "2025-06-30T12:00:00Z";
  policy.isolates_ingress = true;
  policy.isolates_egress = egress;
  return policy;
}

struct Node {
  policy::Engine engine{"node1"};
  PoliciesInForce in_force;
  uint32_t list = 1;

  void Tell(std::optional<k8s::NetworkPolicy> policy) {
    policy::Changes changes;
    changes.policies.objects[kWeb] = {std::move(policy), list};
    Take(std::move(changes));
  }
  void EndList() {
    policy::Changes changes;
    changes.policies.complete_list = list;
    Take(std::move(changes));
  }
  void Take(policy::Changes changes) {
    in_force.Note(changes.policies, engine);
    engine.Apply(std::move(changes));
  }
  void Commit(int at) { in_force.Committed(engine, kStart + seconds(at)); }
  [[nodiscard]] std::string Since() const {
    const PolicyInForce* found = in_force.Find(kWeb);
    return found == nullptr ? "none" : found->resource_version + " " + found->since;
  }
};

TEST_CASE("What the first list brings is in force since it was created", "[in_force]") {
  Node node;
  node.Tell(MakePolicy("1"));
  CHECK(node.Since() == "none");
  node.EndList();
  node.Commit(0);
  CHECK(node.Since() == "1 2025-06-30T12:00:00Z");
}

TEST_CASE("A change of meaning is in force since its commit, another write changes nothing of it",
          "[in_force]") {
  Node node;
  node.EndList();
  node.Commit(0);
  node.Tell(MakePolicy("1"));
  node.Commit(5);
  CHECK(node.Since() == "1 2026-01-01T00:00:05Z");
  node.Tell(MakePolicy("2"));
  node.Commit(10);
  CHECK(node.Since() == "2 2026-01-01T00:00:05Z");
  node.Tell(MakePolicy("3", /*egress=*/true));
  CHECK(node.in_force.Waiting(10) == std::vector<std::string>{"default/web"});
  CHECK(node.Since() == "2 2026-01-01T00:00:05Z");
  node.Tell(MakePolicy("4", /*egress=*/true));
  node.Commit(86'400);
  CHECK(node.Since() == "4 2026-01-02T00:00:00Z");
  CHECK(node.in_force.Waiting(10).empty());
}

TEST_CASE("A policy that is gone is in force no more, however that was told", "[in_force]") {
  Node node;
  node.Tell(MakePolicy("1"));
  node.EndList();
  node.Commit(0);
  node.Tell(std::nullopt);
  node.Commit(1);
  CHECK(node.Since() == "none");
  node.Tell(MakePolicy("5"));
  node.Commit(2);
  CHECK(node.Since() == "5 2026-01-01T00:00:02Z");
  node.list = 2;
  node.EndList();
  node.Commit(3);
  CHECK(node.Since() == "none");
  CHECK(node.in_force.size() == 0);
}

}  // namespace
}  // namespace portcullis
