// SPDX-License-Identifier: Apache-2.0
//
// Who writes about which policy: all nodes agree, the work is shared, and a node that goes leaves
// the others' work alone.
#include "controller/api_events/roster.h"

#include <set>
#include <vector>

#include <catch2/catch.hpp>

namespace portcullis::api_events {
namespace {

constexpr int kNodes = 20;
constexpr int kPolicies = 2'000;

std::string NodeName(int node) {
  return "node" + std::to_string(node);
}

std::string Uid(int policy) {
  return "9f0f3c3e-0000-4000-8000-" + std::to_string(100'000'000'000 + policy);
}

/// The roster of node `own` that has seen the pods of all of `nodes`.
Roster RosterOf(int own, const std::set<int>& nodes) {
  Roster roster(NodeName(own));
  for (const int node : nodes) {
    roster.Put({"portcullis-system", "pod" + std::to_string(node)}, NodeName(node));
  }
  return roster;
}

std::set<int> AllNodes() {
  std::set<int> nodes;
  for (int node = 0; node < kNodes; ++node) {
    nodes.insert(node);
  }
  return nodes;
}

/// The nodes by rank, for one policy.
std::vector<int> Ranking(const std::vector<Roster>& rosters, const std::string& uid) {
  std::vector<int> ranking(Roster::kWriters, -1);
  for (size_t node = 0; node < rosters.size(); ++node) {
    if (const auto rank = rosters[node].OwnRank(uid)) {
      REQUIRE(ranking.at(*rank) == -1);
      ranking[*rank] = static_cast<int>(node);
    }
  }
  return ranking;
}

TEST_CASE("All nodes come to one ranking, and share the policies about evenly") {
  std::vector<Roster> rosters;
  rosters.reserve(kNodes);
  for (int node = 0; node < kNodes; ++node) {
    rosters.push_back(RosterOf(node, AllNodes()));
  }
  std::vector<int> firsts(kNodes, 0);
  for (int policy = 0; policy < kPolicies; ++policy) {
    const auto ranking = Ranking(rosters, Uid(policy));
    REQUIRE(std::set<int>(ranking.begin(), ranking.end()).size() == Roster::kWriters);
    REQUIRE(std::set<int>(ranking.begin(), ranking.end()).count(-1) == 0);
    ++firsts[static_cast<size_t>(ranking[0])];
  }
  for (const int count : firsts) {
    CHECK(count > kPolicies / kNodes / 2);
    CHECK(count < kPolicies / kNodes * 2);
  }
}

TEST_CASE("A node that goes moves its own policies alone, to who came next") {
  std::set<int> fewer = AllNodes();
  fewer.erase(7);
  for (int policy = 0; policy < kPolicies; ++policy) {
    for (const int node : {0, 1, 2}) {
      const auto before = RosterOf(node, AllNodes()).OwnRank(Uid(policy));
      const auto after = RosterOf(node, fewer).OwnRank(Uid(policy));
      const auto rank_of_7 = RosterOf(7, AllNodes()).OwnRank(Uid(policy));
      if (before) {
        REQUIRE(after);
        REQUIRE(*after == *before - (rank_of_7 && *rank_of_7 < *before ? 1U : 0U));
      }
    }
  }
}

TEST_CASE("A node alone writes everything, seen or not; several pods of a node are one") {
  Roster roster("node1");
  CHECK(roster.OwnRank("u") == 0U);
  const auto version = roster.version();
  roster.Put({"p", "a"}, "node1");
  CHECK(roster.version() > version);
  CHECK(roster.OwnRank("u") == 0U);
  for (int pod = 0; pod < 10; ++pod) {
    roster.Put({"p", "b" + std::to_string(pod)}, "node2");
  }
  CHECK(roster.OwnRank("u").value_or(9) <= 1U);
}

TEST_CASE("A pod that is seen again as it was changes no version") {
  Roster roster("node1");
  roster.Put({"p", "a"}, "node2");
  const auto version = roster.version();
  roster.Put({"p", "a"}, "node2");
  roster.Remove({"p", "none"});
  CHECK(roster.version() == version);
  roster.Remove({"p", "a"});
  CHECK(roster.version() > version);
}

}  // namespace
}  // namespace portcullis::api_events
