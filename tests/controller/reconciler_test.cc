// SPDX-License-Identifier: Apache-2.0
//
// The reconciler against a kernel that fails on demand: start, restart, conflicts, refusals.
#include "controller/reconcile/reconciler.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "tests/controller/reconciler_node.h"

namespace portcullis::test {
namespace {

/// The table as it was written before denied packets were logged: no allowance counts, and the drop
/// does.
nft::Ruleset OfVersionBefore(nft::Ruleset table) {
  uint64_t handle = 1000;
  const nft::Statement drop = nft::Verdict{nft::VerdictKind::kDrop, ""};
  table.chains.erase(policy::kDeniedChain);
  for (auto& [name, chain] : table.chains) {
    std::erase_if(chain.rules, [](const nft::Rule& rule) {
      const auto* last = std::get_if<nft::Verdict>(&rule.statements.back());
      return last == nullptr ? std::holds_alternative<nft::Log>(rule.statements.back())
                             : last->chain == policy::kDeniedChain;
    });
    for (nft::Rule& rule : chain.rules) {
      std::erase(rule.statements, nft::Statement(nft::Counter{}));
      if (rule.statements.back() == drop) {
        rule.statements = {nft::Counter{}, drop};
      }
      rule.handle = ++handle;
    }
  }
  return table;
}

TEST_CASE("A table of the version before is brought up to date in one transaction",
          "[reconciler]") {
  Node node;
  k8s::NetworkPolicy open = MakePolicy("q", "web");
  open.ingress.push_back({0, std::nullopt, std::nullopt});
  for (policy::Changes changes : {FirstList(), Upsert(open)}) {
    node.world.Apply(changes);
    node.reconciler.Take(std::move(changes));
  }
  node.kernel.table = OfVersionBefore(node.Wanted(1));
  const auto outcome = node.reconciler.Reconcile();
  REQUIRE(outcome);
  CHECK(node.kernel.commits.size() == 1);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
  // Not by a new table, which would forget the counters and the dispatch maps for nothing.
  for (const nft::Operation& operation : node.kernel.commits.front().operations) {
    CHECK_FALSE(std::holds_alternative<nft::DeleteTable>(operation));
  }
}

TEST_CASE("Whoever was isolated by a rule that is deleted is known, though the group is gone",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  node.kernel.packets = 5;
  // The pod leaves the group of p alone for that of p and q.
  SECTION("in an event's own commit") {}
  SECTION("in the whole way after a commit that was refused") {
    node.kernel.failures.push_back({ErrorCode::kConflict, "generation has passed", 0});
  }
  const auto outcome = node.Change(Upsert(MakePolicy("q", "web")));
  REQUIRE(outcome);
  const std::string chain = policy::GroupChainName(
      {policy::Direction::kIngress, {{"default", "p"}}, false}, policy::Tracking::kTracked);
  size_t found = 0;
  for (const EndedRule& rule : outcome->ended) {
    if (rule.count.chain == chain) {
      CHECK(rule.isolating == std::vector<k8s::ObjectKey>{{"default", "p"}});
      CHECK(rule.count.packets == 5);
      ++found;
    }
  }
  CHECK(found > 0);
}

TEST_CASE("Without a log group the same is enforced, and nothing is told", "[reconciler]") {
  Node node;
  Reconciler quiet({"node1", kMarks, std::nullopt}, node.kernel, node.conntrack);
  quiet.Take(FirstList());
  REQUIRE(quiet.Reconcile());
  size_t drops = 0;
  for (const auto& [name, chain] : node.kernel.table->chains) {
    for (const nft::Rule& rule : chain.rules) {
      const nft::Statement& last = rule.statements.back();
      CHECK_FALSE(std::holds_alternative<nft::Log>(last));
      drops += last == nft::Statement(nft::Verdict{nft::VerdictKind::kDrop, ""}) ? 1U : 0U;
    }
  }
  CHECK(drops == 2);
}

TEST_CASE("The first reconciliation writes the whole table in one transaction", "[reconciler]") {
  Node node;
  const auto outcome = node.Change(FirstList());
  REQUIRE(outcome);
  CHECK(node.kernel.commits.size() == 1);
  CHECK(outcome->revoked);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A restart with the same objects writes nothing", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  const auto before = *node.kernel.table;
  Reconciler again({"node1", kMarks}, node.kernel, node.conntrack);
  again.Take(FirstList());
  const auto outcome = again.Reconcile();
  REQUIRE(outcome);
  CHECK(outcome->operations == 0);
  CHECK(node.kernel.commits.size() == 1);
  CHECK(*node.kernel.table == before);
}

TEST_CASE("A change that takes something away raises the generation, one that adds does not",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  const auto first = node.Generation();

  auto open = MakePolicy("p", "web");
  open.ingress.push_back({0, std::nullopt, std::nullopt});
  const auto added = node.Change(Upsert(open));
  REQUIRE(added);
  CHECK_FALSE(added->revoked);
  CHECK(node.Generation() == first);

  const auto removed = node.Change(Upsert(MakePolicy("p", "web")));
  REQUIRE(removed);
  CHECK(removed->revoked);
  CHECK(node.Generation() != first);
}

TEST_CASE("Another program's commits cost an event neither a dump nor a second try",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  node.kernel.ForeignCommit();
  const auto outcome = node.Change(Upsert(MakePolicy("q", "db")));
  REQUIRE(outcome);
  CHECK(outcome->conflicts == 0);
  CHECK_FALSE(outcome->whole);
  CHECK(node.kernel.dumps == 1);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A foreign commit while the whole is compared leads to another dump", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  node.reconciler.Doubt();
  node.kernel.failures.push_back({ErrorCode::kConflict, "generation has passed"});
  const auto outcome = node.Change(Upsert(MakePolicy("q", "db")));
  REQUIRE(outcome);
  CHECK(outcome->whole);
  CHECK(outcome->conflicts == 1);
  CHECK(node.kernel.dumps == 3);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("What changes nothing of the table asks nothing of the kernel", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  auto pod = MakePod("web", "10.0.0.1");
  pod.meta.resource_version = "8";
  const auto outcome = node.Change(Upsert(pod));
  REQUIRE(outcome);
  CHECK(outcome->operations == 0);
  CHECK(node.kernel.dumps == 1);
  CHECK(node.kernel.commits.size() == 1);
}

TEST_CASE("A doubt about a table that is right writes nothing", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  node.reconciler.Doubt();
  const auto outcome = node.reconciler.Reconcile();
  REQUIRE(outcome);
  CHECK(outcome->operations == 0);
  CHECK(node.kernel.dumps == 2);
  CHECK(node.kernel.commits.size() == 1);
  REQUIRE(node.Change(Upsert(MakePolicy("q", "db"))));
  CHECK(node.kernel.dumps == 2);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A batch raises the generation once, however much it takes away", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  const uint32_t first = *node.Generation();
  auto changes = Upsert(MakePolicy("q", "db"));
  changes.policies.objects[{"default", "p"}] = {std::nullopt, 1};
  changes.policies.objects[{"default", "r"}] = {MakePolicy("r", "web"), 1};
  changes.pods.objects[{"default", "db"}] = {std::nullopt, 1};
  const auto outcome = node.Change(changes);
  REQUIRE(outcome);
  CHECK(outcome->revoked);
  CHECK(node.kernel.commits.size() == 2);
  CHECK(node.Generation() == first + 1);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A storm of conflicts ends in an error, so that the caller backs off", "[reconciler]") {
  Node node;
  node.kernel.failures.assign(100, {ErrorCode::kConflict, "generation has passed"});
  const auto outcome = node.Change(FirstList());
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().code == ErrorCode::kConflict);
  CHECK(node.kernel.failures.size() > 80);
}

TEST_CASE("A refused change leaves the table as it was, and the next try repairs it",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  const auto before = *node.kernel.table;
  // Of the event's own change, and of the whole comparison that follows at once.
  node.kernel.failures.assign(2, {ErrorCode::kInvalidArgument, "add set x: no memory"});
  CHECK_FALSE(node.Change(Upsert(MakePolicy("q", "db"))));
  CHECK(*node.kernel.table == before);
  REQUIRE(node.reconciler.Reconcile());
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A change that the kernel has no room for is not tried again at once", "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  node.kernel.failures.push_back({ErrorCode::kUnavailable, "no buffers"});
  CHECK_FALSE(node.Change(Upsert(MakePolicy("q", "db"))));
  CHECK(node.kernel.dumps == 1);
  // That change is lost to the engine, and found by the comparison.
  REQUIRE(node.Change(Upsert(MakePolicy("r", "web"))));
  CHECK(node.kernel.dumps == 2);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("A change on top of a table that somebody else removed ends in the whole table",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  node.kernel.ForeignCommit([](FakeKernel& kernel) { kernel.table.reset(); });
  const auto outcome = node.Change(Upsert(MakePolicy("q", "db")));
  REQUIRE(outcome);
  CHECK(outcome->whole);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

TEST_CASE("What a change on top of a damaged table leaves wrong is put right once it is heard of",
          "[reconciler]") {
  Node node;
  REQUIRE(node.Change(FirstList()));
  node.kernel.ForeignCommit(
      [](FakeKernel& kernel) { kernel.table->sets.at("ingress4").elements.clear(); });
  REQUIRE(node.Change(Upsert(MakePolicy("q", "db"))));
  CHECK_FALSE(*node.kernel.table == node.Wanted(node.Generation()));
  node.reconciler.Doubt();
  const auto outcome = node.reconciler.Reconcile();
  REQUIRE(outcome);
  CHECK(outcome->revoked);
  CHECK(*node.kernel.table == node.Wanted(node.Generation()));
}

}  // namespace
}  // namespace portcullis::test
