// SPDX-License-Identifier: Apache-2.0
//
// The marks of flows as the reconciler keeps them: those of others and of before are cleared, and a
// number is used again only when no flow carries it (10.2).
#include <catch2/catch.hpp>

#include "tests/controller/reconciler_node.h"

namespace portcullis::test {
namespace {

TEST_CASE("Marks that were there before the first table are cleared, whoever wrote them",
          "[reconciler]") {
  Node node;
  node.conntrack.marks = {0x01000005, 0xff000006, 0x00000007};
  REQUIRE(node.Change(FirstList()));
  CHECK(node.conntrack.marks == std::vector<uint32_t>{5, 6, 7});
}

TEST_CASE("A restart keeps the marks of the present generation and of the node's own flows",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  const uint32_t current = kMarks.Generation(*node.Generation());
  node.conntrack.marks = {current, kMarks.Local(), kMarks.Generation(99)};
  Reconciler again({"node1", kMarks}, node.kernel, node.conntrack);
  again.Take(FirstList());
  again.Take(Upsert(MakePolicy("q", "db")));
  REQUIRE(again.Reconcile());
  CHECK(node.conntrack.marks == std::vector<uint32_t>{current, kMarks.Local(), 0});
}

TEST_CASE("Where marks cannot be cleared every packet is judged, until they can", "[reconciler]") {
  Node node;
  node.conntrack.failure = Error{ErrorCode::kUnavailable, "no ctnetlink"};
  const auto outcome = node.Change(FirstList());
  REQUIRE(outcome);
  REQUIRE(outcome->unmarked);
  CHECK(node.Generation() == std::nullopt);
  CHECK(*node.kernel.table == node.Wanted(std::nullopt));

  node.conntrack.failure.reset();
  REQUIRE(node.reconciler.Reconcile());
  CHECK(node.Generation() != std::nullopt);
}

TEST_CASE("Through many wraps no stale mark equals the present generation", "[reconciler]") {
  Node node;
  node.reconciler.Take(FirstList());
  REQUIRE(node.reconciler.Reconcile());
  for (int round = 0; round < 1000; ++round) {
    const uint32_t accepted = kMarks.Generation(*node.Generation());
    node.conntrack.marks.push_back(accepted);
    auto policy = MakePolicy("p", "web");
    if (round % 2 == 0) {
      policy.ingress.push_back({0, std::nullopt, std::nullopt});
    }
    const auto outcome = node.Change(Upsert(policy));
    REQUIRE(outcome);
    if (outcome->revoked) {
      const uint32_t now = kMarks.Generation(*node.Generation());
      const auto& marks = node.conntrack.marks;
      REQUIRE(std::count(marks.begin(), marks.end(), now) == 0);
    }
    if (round % 7 == 0) {
      REQUIRE(node.reconciler.Maintain());
    }
  }
  CHECK(node.conntrack.clears > 1);
}

}  // namespace
}  // namespace portcullis::test
