// SPDX-License-Identifier: Apache-2.0
//
// The node's pod ranges come, change and go in the reconciler's table (13).
#include <vector>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "tests/controller/reconciler_node.h"

namespace portcullis::test {
namespace {

policy::Changes Ranges(const std::vector<std::string>& texts) {
  policy::Changes changes;
  changes.pod_ranges.emplace();
  for (const std::string& text : texts) {
    changes.pod_ranges->push_back(*Cidr::Parse(text));
  }
  return changes;
}

TEST_CASE("Pod ranges that come later, change, and go, judge no flow anew (13)", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  const auto first = node.Generation();
  const std::vector<std::vector<std::string>> courses = {
      {"10.0.0.0/24"}, {"10.0.0.0/24", "fd00:1::/64"}, {"10.0.0.0/25"}, {}};
  for (const auto& ranges : courses) {
    const auto outcome = node.Change(Ranges(ranges));
    REQUIRE(outcome);
    CHECK(outcome->operations > 0);
    CHECK_FALSE(outcome->revoked);
    CHECK(*node.kernel.table == node.Wanted(first));
    const auto again = node.Change(Ranges(ranges));
    REQUIRE(again);
    CHECK(again->operations == 0);
    CHECK_FALSE(again->whole);
  }
}

TEST_CASE("A Node that names no ranges costs no look at the table (13)", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  const int dumps = node.kernel.dumps;
  const auto outcome = node.Change(Ranges({}));
  REQUIRE(outcome);
  CHECK_FALSE(outcome->whole);
  CHECK(node.kernel.dumps == dumps);
  CHECK(node.Change(Ranges({"10.0.0.0/24"})));
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A pod's address goes to the set of known ones as an event's own change (13.1)",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  REQUIRE(node.Change(Ranges({"10.0.0.0/24"})));
  const auto outcome = node.Change(Upsert(MakePod("new", "10.0.0.3")));
  REQUIRE(outcome);
  CHECK(outcome->operations == 1);
  CHECK_FALSE(outcome->whole);
  CHECK_FALSE(outcome->revoked);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A restart keeps the pod ranges of before until the Node tells others (13)",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  REQUIRE(node.Change(Ranges({"10.0.0.0/24"})));
  const size_t before = node.kernel.commits.size();
  Reconciler again({"node1", kMarks}, node.kernel, node.conntrack);
  again.Take(FirstList());
  REQUIRE(again.Reconcile());
  again.Take(Ranges({"10.0.0.0/24"}));
  const auto same = again.Reconcile();
  REQUIRE(same);
  CHECK_FALSE(same->whole);
  CHECK(node.kernel.commits.size() == before);
  again.Take(Ranges({}));
  REQUIRE(again.Reconcile());
  CHECK(node.kernel.table->chains.count(policy::kUnknownPodsChain) == 0);
}

}  // namespace
}  // namespace portcullis::test
