// SPDX-License-Identifier: Apache-2.0
//
// What is counted of addresses in the node's pod ranges that no pod is known to have (13): which
// packets, by which end, and that nothing else changes.
#include "controller/policy/unknown_pods.h"

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "controller/policy/revocation.h"
#include "nft/diff.h"
#include "tests/policy/with_ranges.h"

namespace portcullis::test {
namespace {

using policy::PodRanges;

const PodRanges kRanges = {Block("10.1.0.0/24"), Block("fd00:1::/64")};

k8s::Objects Pods() {
  k8s::Objects objects;
  objects.namespaces = {MakeNamespace("x")};
  objects.pods = {MakePod("x/known", {"10.1.0.1", "fd00:1::1"})};
  return objects;
}

struct Counted {
  bool passes = false;
  int from = 0;
  int to = 0;

  bool operator==(const Counted&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Counted& counted) {
  return out << (counted.passes ? "passes" : "dropped") << ", from " << counted.from << ", to "
             << counted.to;
}

Counted Count(const nft::Ruleset& ruleset, const std::vector<nft::Hook>& path, Packet packet) {
  const auto walk = nft::WalkThrough(ruleset, path, packet);
  REQUIRE(walk.has_value());
  Counted counted{walk->passes, 0, 0};
  for (const nft::Step& step : walk->steps) {
    const bool counts =
        step.matched && std::holds_alternative<nft::Counter>(step.rule->statements.back());
    counted.from += counts && step.chain->name == policy::kUnknownSourcesChain ? 1 : 0;
    counted.to += counts && step.chain->name == policy::kUnknownPodsChain ? 1 : 0;
  }
  return counted;
}

Counted CountFirst(const nft::Ruleset& ruleset, const std::string& from, const std::string& to) {
  return Count(ruleset, kForwarded, FirstPacket(Between(from, to)));
}

constexpr Counted kNothing{true, 0, 0};
constexpr Counted kFrom{true, 1, 0};
constexpr Counted kTo{true, 0, 1};

/// Sets and chains that are there with ranges alone.
nft::Ruleset Without(nft::Ruleset ruleset) {
  ruleset.sets.erase("known4");
  ruleset.sets.erase("known6");
  ruleset.chains.erase(policy::kUnknownPodsChain);
  ruleset.chains.erase(policy::kUnknownSourcesChain);
  for (auto& [name, chain] : ruleset.chains) {
    if (chain.base) {
      std::erase_if(chain.rules, policy::OnlyCounts);
    }
  }
  return ruleset;
}

}  // namespace

TEST_CASE("the first packet of a flow counts by each end that no known pod has (13.1)") {
  const auto ruleset = CompileWith(Pods(), kRanges);
  CHECK(CountFirst(ruleset, "10.1.0.1", "10.9.0.1") == kNothing);
  CHECK(CountFirst(ruleset, "10.1.0.2", "10.9.0.1") == kFrom);
  CHECK(CountFirst(ruleset, "10.9.0.1", "10.1.0.2") == kTo);
  CHECK(CountFirst(ruleset, "10.9.0.1", "10.1.0.1") == kNothing);
  CHECK(CountFirst(ruleset, "10.1.0.2", "10.1.0.3") == Counted{true, 1, 1});
  CHECK(CountFirst(ruleset, "fd00:1::2", "fd00:1::1") == kFrom);
  CHECK(CountFirst(ruleset, "fd00:1::1", "fd00:1::2") == kTo);
  CHECK(CountFirst(ruleset, "fd00:2::1", "fd00:2::2") == kNothing);
}

TEST_CASE("only a flow's first packets count, and none of what the node sends itself (13.2)") {
  const auto ruleset = CompileWith(Pods(), kRanges);
  Packet later = FirstPacket(Between("10.1.0.2", "10.9.0.1"));
  later.entry->state = nft::kCtStateEstablished;
  CHECK(Count(ruleset, kForwarded, later) == kNothing);
  CHECK(Count(ruleset, kForwarded, ReplyPacket(Between("10.1.0.2", "10.9.0.1"))) == kNothing);
  // The gateway of the pods' bridge has an address of the range, and is no pod.
  Packet own = FirstPacket(Between("10.1.0.254", "10.1.0.2"));
  own.source_is_local = true;
  CHECK(Count(ruleset, kFromNode, own) == kNothing);
}

TEST_CASE("of what is sent to the node itself the source alone counts (13.2)") {
  const auto ruleset = CompileWith(Pods(), kRanges);
  CHECK(Count(ruleset, kToNode, FirstPacket(Between("10.1.0.2", "10.1.0.254"))) == kFrom);
  CHECK(Count(ruleset, kToNode, FirstPacket(Between("10.1.0.1", "10.1.0.254"))) == kNothing);
}

TEST_CASE("IPVS's way through output counts as forward does (13.2)") {
  const auto ruleset = CompileWith(Pods(), kRanges);
  CHECK(Count(ruleset, kFromNode, FirstPacket(Between("10.1.0.2", "10.1.0.1"))) == kFrom);
  CHECK(Count(ruleset, kFromNode, FirstPacket(Between("10.1.0.1", "10.1.0.2"))) == kTo);
}

TEST_CASE(
    "pods that have no address of their own are unknown, terminating ones are not (8, 13.1)") {
  k8s::Objects objects = Pods();
  objects.pods.push_back(MakePod("x/finished", {"10.1.0.2"}));
  objects.pods.back().phase = k8s::PodPhase::kSucceeded;
  objects.pods.push_back(MakePod("x/host", {"10.1.0.3"}));
  objects.pods.back().host_network = true;
  objects.pods.push_back(MakePod("x/ending", {"10.1.0.4"}));
  objects.pods.back().deleting = true;
  objects.pods.push_back(MakePod("x/elsewhere", {"10.1.0.5", "10.2.0.5"}));
  objects.pods.back().node_name = "node2";
  const auto ruleset = CompileWith(objects, kRanges);
  CHECK(CountFirst(ruleset, "10.1.0.2", "10.9.0.1") == kFrom);
  CHECK(CountFirst(ruleset, "10.1.0.3", "10.9.0.1") == kFrom);
  CHECK(CountFirst(ruleset, "10.1.0.4", "10.9.0.1") == kNothing);
  CHECK(CountFirst(ruleset, "10.1.0.5", "10.9.0.1") == kNothing);
  // What lies outside the ranges is not kept: 10.2.0.5.
  CHECK(ruleset.sets.at("known4").elements.size() == 3);
}

TEST_CASE("counting decides nothing, and marks nothing (13.3)") {
  k8s::Objects objects = Pods();
  objects.policies = {IngressPolicy("x/deny")};
  const auto ruleset = CompileWith(objects, kRanges);
  CHECK(CountFirst(ruleset, "10.1.0.2", "10.1.0.1") == Counted{false, 1, 0});
  CHECK(Without(ruleset) == CompileFor(objects));
}

TEST_CASE("without ranges there is nothing of it in the table") {
  CHECK(CompileWith(Pods(), {}) == CompileFor(Pods()));
  const auto ruleset = CompileWith(Pods(), {Block("10.1.0.0/24")});
  CHECK(ruleset.sets.count("known4") == 1);
  CHECK(ruleset.sets.count("known6") == 0);
}

TEST_CASE("a block within another is not counted twice") {
  CHECK(policy::Disjoint({Block("10.1.0.0/24"), Block("10.0.0.0/8"), Block("10.0.0.0/8")}) ==
        PodRanges{Block("10.0.0.0/8")});
  CHECK(policy::Disjoint({Block("fd00::/64"), Block("10.1.0.0/24")}) ==
        PodRanges{Block("10.1.0.0/24"), Block("fd00::/64")});
}

TEST_CASE("a table tells the ranges that it counts for") {
  CHECK(policy::CountedRanges(CompileWith(Pods(), kRanges)) == kRanges);
  CHECK(policy::CountedRanges(CompileFor(Pods())).empty());
  const auto ruleset = CompileWith(Pods(), kRanges);
  CHECK(policy::WithGeneration(ruleset, policy::MarkLayout(), 1) == ruleset);
}

TEST_CASE("ranges that come or go take nothing away from any flow (10)") {
  const auto with = CompileWith(Pods(), kRanges);
  const auto other = CompileWith(Pods(), {Block("10.1.0.0/25")});
  const auto without = CompileFor(Pods());
  CHECK_FALSE(policy::TakesAway(nft::Diff(without, with)));
  CHECK_FALSE(policy::TakesAway(nft::Diff(with, without)));
  CHECK_FALSE(policy::TakesAway(nft::Diff(with, other)));
}

}  // namespace portcullis::test
