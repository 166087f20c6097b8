// SPDX-License-Identifier: Apache-2.0
//
// What rules count, summed up so that it never falls.
#include "controller/status/packet_totals.h"

#include <catch2/catch.hpp>

#include "controller/policy/names.h"

namespace portcullis {
namespace {

using policy::Direction;

const policy::GroupId kGroup{Direction::kIngress, {{"default", "db"}, {"default", "web"}}, false};
const policy::GroupId kAudited{Direction::kEgress, {{"default", "trial"}}, true};
const std::string kChain = GroupChainName(kGroup, policy::Tracking::kTracked);
const std::string kUntracked = GroupChainName(kGroup, policy::Tracking::kUntracked);
const std::string kAuditChain = GroupChainName(kAudited, policy::Tracking::kTracked);

nft::RuleCount Allow(uint64_t handle, uint64_t packets, const std::string& comment) {
  return {kChain, handle, comment, nft::Verdict{nft::VerdictKind::kReturn, ""}, packets, 0};
}

nft::RuleCount Deny(uint64_t handle, uint64_t packets, const std::string& chain = kChain) {
  return {chain, handle, "", nft::Verdict{nft::VerdictKind::kJump, "denied"}, packets, 0};
}

std::optional<std::vector<k8s::ObjectKey>> PoliciesOf(const std::string& chain) {
  if (chain == kChain || chain == kUntracked) {
    return kGroup.policies;
  }
  return chain == kAuditChain ? std::optional(kAudited.policies) : std::nullopt;
}

constexpr PacketKind kAllowedIn{Direction::kIngress, Judged::kAllowed};
constexpr PacketKind kDeniedIn{Direction::kIngress, Judged::kDenied};
constexpr PacketKind kWouldDenyOut{Direction::kEgress, Judged::kWouldDeny};

uint64_t Of(const PacketBook& book, const std::string& policy, PacketKind kind) {
  const auto& by_policy = book.totals().by_policy;
  const auto found = by_policy.find({"default", policy});
  return found == by_policy.end() || found->second.count(kind) == 0 ? 0 : found->second.at(kind);
}

TEST_CASE("Totals begin at the first reading, and grow with the counters", "[packet_totals]") {
  PacketBook book;
  book.Take({Deny(1, 100)}, PoliciesOf);
  CHECK(book.totals().all.empty());
  book.Take({Deny(1, 103)}, PoliciesOf);
  CHECK(book.totals().all.at(kDeniedIn) == 3);
  CHECK(Of(book, "db", kDeniedIn) == 3);
  CHECK(Of(book, "web", kDeniedIn) == 3);
}

EndedRule Ended(nft::RuleCount count) {
  return {std::move(count), kGroup.policies};
}

TEST_CASE("What a rule counted until it was deleted is added once, whatever comes first",
          "[packet_totals]") {
  PacketBook book;
  // Of before the totals begin.
  book.End({Ended(Deny(9, 50))});
  book.Take({Deny(1, 100)}, PoliciesOf);
  CHECK(book.totals().all.empty());
  SECTION("the end is told of before the next reading") {
    book.End({Ended(Deny(1, 103))});
    CHECK(book.totals().all.at(kDeniedIn) == 3);
    CHECK(Of(book, "db", kDeniedIn) == 3);
    book.Take({Deny(2, 1)}, PoliciesOf);
    CHECK(book.totals().all.at(kDeniedIn) == 4);
  }
  SECTION("while a reading is made that still has the rule") {
    book.End({Ended(Deny(1, 103))});
    book.Take({Deny(1, 102), Deny(2, 1)}, PoliciesOf);
    CHECK(book.totals().all.at(kDeniedIn) == 4);
    book.Take({Deny(2, 2)}, PoliciesOf);
    CHECK(book.totals().all.at(kDeniedIn) == 5);
  }
  SECTION("after a reading that has it no more") {
    book.Take({}, PoliciesOf);
    book.Take({}, PoliciesOf);
    book.End({Ended(Deny(1, 103))});
    CHECK(book.totals().all.at(kDeniedIn) == 3);
  }
  SECTION("and a rule that came and went between two readings counts whole") {
    book.End({Ended(Deny(2, 7)), Ended(Allow(3, 2, "default/db ingress[0]"))});
    CHECK(book.totals().all.at(kDeniedIn) == 7);
    CHECK(book.totals().all.at(kAllowedIn) == 2);
    CHECK(Of(book, "web", kDeniedIn) == 7);
    CHECK(Of(book, "db", kAllowedIn) == 2);
  }
}

TEST_CASE("Of policies that come and go those that were counted last are remembered",
          "[packet_totals]") {
  PacketBook book;
  book.Take({}, PoliciesOf);
  book.Take({Deny(1, 1)}, PoliciesOf);
  for (size_t i = 0; i < PacketBook::kMaxPolicies; ++i) {
    book.End({Ended(Allow(100 + i, 1, "default/p" + std::to_string(i) + " ingress[0]"))});
  }
  CHECK(book.totals().by_policy.size() == PacketBook::kMaxPolicies + 2);
  book.Take({Deny(1, 1)}, PoliciesOf);
  CHECK(book.totals().by_policy.size() == PacketBook::kMaxPolicies);
  CHECK(book.totals().by_policy.count({"default", "p0"}) == 1);
  CHECK(book.totals().by_policy.count({"default", "db"}) == 0);
  CHECK(book.totals().all.at(kAllowedIn) == PacketBook::kMaxPolicies);
  // It begins anew, as after a start of the process.
  book.Take({Deny(1, 3)}, PoliciesOf);
  CHECK(Of(book, "db", kDeniedIn) == 2);
}

TEST_CASE("A rule that is replaced, or begins anew, never lets a total fall", "[packet_totals]") {
  PacketBook book;
  book.Take({}, PoliciesOf);
  book.Take({Deny(1, 10)}, PoliciesOf);
  book.Take({Deny(2, 4)}, PoliciesOf);
  CHECK(book.totals().all.at(kDeniedIn) == 14);
  book.Take({Deny(2, 1)}, PoliciesOf);
  CHECK(book.totals().all.at(kDeniedIn) == 15);
  book.Take({}, PoliciesOf);
  CHECK(book.totals().all.at(kDeniedIn) == 15);
}

TEST_CASE("What is allowed counts for the policies that the rule's comment names",
          "[packet_totals]") {
  PacketBook book;
  book.Take({}, PoliciesOf);
  book.Take({Allow(1, 5, "default/db ingress[0], default/web ingress[1] and 7 more"),
             Allow(2, 2, "a pod that reaches itself through a Service"),
             Deny(3, 1, kUntracked)},
            PoliciesOf);
  CHECK(book.totals().all.at(kAllowedIn) == 7);
  CHECK(Of(book, "db", kAllowedIn) == 5);
  CHECK(Of(book, "web", kAllowedIn) == 5);
  CHECK(book.totals().all.at(kDeniedIn) == 1);
}

TEST_CASE("A policy on trial would deny, and allows nothing", "[packet_totals]") {
  PacketBook book;
  book.Take({}, PoliciesOf);
  book.Take({{kAuditChain, 1, "", std::nullopt, 6, 0},
             {kAuditChain,
              2,
              "default/trial egress[0]",
              nft::Verdict{nft::VerdictKind::kReturn, ""},
              9,
              0}},
            PoliciesOf);
  CHECK(book.totals().all == std::map<PacketKind, uint64_t>{{kWouldDenyOut, 6}});
  CHECK(Of(book, "trial", kWouldDenyOut) == 6);
  CHECK(book.totals().Sum(Judged::kWouldDeny) == 6);
}

TEST_CASE("Packets of unknown pods count by the chain that has counted them", "[packet_totals]") {
  PacketBook book;
  book.Take({{"unknown-pods", 1, "", std::nullopt, 5, 0}}, PoliciesOf);
  book.Take({{"unknown-pods", 1, "", std::nullopt, 7, 0},
             {"unknown-pods", 2, "", std::nullopt, 1, 0},
             {"unknown-sources", 3, "", std::nullopt, 4, 0}},
            PoliciesOf);
  CHECK(book.totals().to_unknown_pods == 3);
  CHECK(book.totals().from_unknown_pods == 4);
  CHECK(book.totals().all.empty());
}

TEST_CASE("Cut flows are what the chain of denied packets has unmarked", "[packet_totals]") {
  PacketBook book;
  book.Take({}, PoliciesOf);
  book.Take({{"denied", 1, "", std::nullopt, 2, 0}, {"flows", 2, "", std::nullopt, 8, 0}},
            PoliciesOf);
  CHECK(book.totals().flows_cut == 2);
  CHECK(book.totals().all.empty());
}

TEST_CASE("A comment names policies, cut or not", "[packet_totals]") {
  using Keys = std::vector<k8s::ObjectKey>;
  CHECK(PoliciesNamedBy("a/b ingress[0]") == Keys{{"a", "b"}});
  CHECK(PoliciesNamedBy("a/c ingress[1], a/b ingress[0], a/b ingress[1]") ==
        Keys{{"a", "b"}, {"a", "c"}});
  CHECK(PoliciesNamedBy("a/b ingress[0], a/averylongna...") == Keys{{"a", "b"}});
  CHECK(PoliciesNamedBy("not allowed by any policy of this group").empty());
  CHECK(PoliciesNamedBy("").empty());
}

}  // namespace
}  // namespace portcullis
