// SPDX-License-Identifier: Apache-2.0
//
// MnlCounters against the kernel: which rules are told of, and what they have counted. Needs root
// and the programs nft and ip.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "nft/mnl_counters.h"
#include "nft/mnl_kernel.h"
#include "tests/nft/kernel_tables.h"
#include "tests/nft/namespace.h"
#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

using test::DumpOrFail;
using test::EnterFreshNamespace;
using test::kTable;
using test::OpenKernel;
using test::RandomRuleset;
using test::Run;
using test::RunWithInput;
using test::Seed;

std::vector<RuleCount> Read(const std::string& table = kTable) {
  auto counters = MnlCounters::Open();
  REQUIRE(counters);
  auto rules = counters->Read(table);
  INFO((rules ? "" : rules.error().message));
  REQUIRE(rules);
  return std::move(*rules);
}

Ruleset DumpOurs() {
  MnlKernel kernel = OpenKernel();
  Snapshot snapshot = DumpOrFail(kernel);
  REQUIRE(snapshot.table);
  return std::move(*snapshot.table);
}

/// The rules of a dump that count, as Read() tells of rules that have counted nothing yet.
std::vector<RuleCount> Expected(const Ruleset& ruleset) {
  std::vector<RuleCount> rules;
  for (const auto& [name, chain] : ruleset.chains) {
    for (const Rule& rule : chain.rules) {
      if (std::count(rule.statements.begin(), rule.statements.end(), Statement(Counter{})) == 0) {
        continue;
      }
      RuleCount count{name, rule.handle, rule.comment, {}, 0, 0};
      if (const auto* verdict = std::get_if<Verdict>(&rule.statements.back())) {
        count.verdict = *verdict;
      }
      rules.push_back(count);
    }
  }
  return rules;
}

}  // namespace

TEST_CASE("the counting rules of any table are told of, in their order, and no others") {
  for (uint32_t i = 0; i < 20; ++i) {
    INFO("seed " << Seed() << " + " << i);
    EnterFreshNamespace();
    auto kernel = MnlKernel::Open();
    REQUIRE(kernel);
    REQUIRE(kernel->Commit(Diff(std::nullopt, RandomRuleset(Seed() + i).Make()), std::nullopt));
    CHECK(Read() == Expected(DumpOurs()));
    CHECK(Read("other").empty());
  }
}

TEST_CASE("packets and bytes are counted, and a change of the counters alone is no difference") {
  EnterFreshNamespace();
  REQUIRE(Run("ip link set lo up").status == 0);
  const auto loaded = RunWithInput("nft -f -", R"(
table inet portcullis {
	chain output {
		type filter hook output priority 0; policy accept;
		udp dport 53 counter drop comment "names"
		counter comment "the rest"
	}
}
)");
  INFO(loaded.output);
  REQUIRE(loaded.status == 0);
  const Ruleset before = DumpOurs();
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(Run("bash -c 'echo -n 12345678 > /dev/udp/127.0.0.1/53'"));
  }
  const auto rules = Read();
  REQUIRE(rules.size() == 2);
  // Each of 20 + 8 + 8 bytes.
  CHECK(rules.front() == RuleCount{"output",
                                   before.chains.at("output").rules.front().handle,
                                   "names",
                                   Verdict{VerdictKind::kDrop, ""},
                                   3,
                                   3 * 36});
  CHECK(rules.back().packets == 0);
  CHECK_FALSE(rules.back().verdict);
  CHECK(Diff(before, DumpOurs()).empty());
  CHECK(Diff(DumpOurs(), before).empty());
}

TEST_CASE("what a rule has counted when it is deleted comes with the receipt") {
  EnterFreshNamespace();
  REQUIRE(Run("ip link set lo up").status == 0);
  auto kernel = MnlKernel::Open();
  REQUIRE(kernel);
  const auto commit = [&](const std::optional<Ruleset>& have, const Ruleset& want) {
    auto receipt = kernel->Commit(Diff(have, want), std::nullopt);
    INFO((receipt ? "" : receipt.error().message));
    REQUIRE(receipt);
    return std::move(receipt->ended);
  };
  const Chain output{"output", BaseHook{Hook::kOutput, 0}, "", {}};
  const Rule jump{{Verdict{VerdictKind::kJump, "judge"}}, "", 0};
  const Rule count{{Counter{}, Verdict{VerdictKind::kDrop, ""}}, "a/b egress[0]", 0};
  Ruleset first;
  first.table = kTable;
  first.chains["output"] = output;
  first.chains["output"].rules = {jump};
  first.chains["judge"] =
      Chain{"judge", {}, "", {count, Rule{{Verdict{VerdictKind::kReturn, ""}}, "", 0}}};
  CHECK(commit(std::nullopt, first).empty());
  const uint64_t handle = DumpOurs().chains.at("judge").rules.front().handle;
  for (int i = 0; i < 3; ++i) {
    static_cast<void>(Run("bash -c 'echo -n 12345678 > /dev/udp/127.0.0.1/53'"));
  }

  Ruleset second = first;
  second.chains["judge"].rules.front().comment = "a/b egress[1]";
  const RuleCount gone{"judge", handle, count.comment, Verdict{VerdictKind::kDrop, ""}, 3, 3 * 36};
  CHECK(commit(DumpOurs(), second) == std::vector{gone});

  // With its chain; the rule that does not count is not told of.
  Ruleset third;
  third.table = kTable;
  third.chains["output"] = output;
  const auto ended = commit(DumpOurs(), third);
  REQUIRE(ended.size() == 1);
  CHECK(ended.front().comment == "a/b egress[1]");
  CHECK(ended.front().packets == 0);
  CHECK(DumpOurs() == third);
}

TEST_CASE(
    "a table that is not there has no counters, and without CAP_NET_ADMIN the error says so") {
  EnterFreshNamespace();
  CHECK(Read().empty());
  REQUIRE(seteuid(65534) == 0);
  auto counters = MnlCounters::Open();
  const auto read =
      counters ? counters->Read(kTable) : Result<std::vector<RuleCount>>(Fail(counters.error()));
  REQUIRE(seteuid(0) == 0);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == ErrorCode::kPermission);
}

}  // namespace portcullis::nft
