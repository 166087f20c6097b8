// SPDX-License-Identifier: Apache-2.0
//
// MnlKernel against the kernel itself: what is committed is what is dumped, and nft reads it. Needs
// root. Refusals and conflicts: kernel_refusal_test; what is large: kernel_size_test.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "nft/mnl_kernel.h"
#include "nft/print.h"
#include "tests/nft/kernel_tables.h"
#include "tests/nft/namespace.h"
#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

using test::DumpOrFail;
using test::EnterFreshNamespace;
using test::kTable;
using test::Load;
using test::OpenKernel;
using test::Put;
using test::RandomRuleset;
using test::Run;
using test::Seed;
using test::WithBigSet;
using test::WithManyChains;

/// The handles of the rules of each chain, by position.
std::map<std::string, std::vector<uint64_t>> Handles(const Ruleset& ruleset) {
  std::map<std::string, std::vector<uint64_t>> handles;
  for (const auto& [name, chain] : ruleset.chains) {
    for (const Rule& rule : chain.rules) {
      handles[name].push_back(rule.handle);
    }
  }
  return handles;
}

std::set<uint64_t> Removed(const ChangeSet& change) {
  std::set<uint64_t> handles;
  for (const Operation& operation : change.operations) {
    if (const auto* gone = std::get_if<DeleteRule>(&operation)) {
      handles.insert(gone->rule.handle);
    }
  }
  return handles;
}

}  // namespace

TEST_CASE("a table that is not there is dumped as nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  CHECK_FALSE(DumpOrFail(kernel).table);
}

TEST_CASE("what is committed is what is dumped") {
  for (uint32_t i = 0; i < 60; ++i) {
    INFO("seed " << Seed() << " + " << i);
    EnterFreshNamespace();
    MnlKernel kernel = OpenKernel();
    const Ruleset want = RandomRuleset(Seed() + i).Make();
    const Receipt receipt = Put(kernel, want);
    const Snapshot have = DumpOrFail(kernel);
    REQUIRE(have.table);
    CHECK(Print(*have.table) == Print(want));
    CHECK(*have.table == want);
    CHECK(have.generation == receipt.generation);
  }
}

TEST_CASE("a table loaded by nft from our text is dumped as what was printed") {
  for (uint32_t i = 0; i < 40; ++i) {
    INFO("seed " << Seed() << " + " << i);
    EnterFreshNamespace();
    MnlKernel kernel = OpenKernel();
    const Ruleset want = RandomRuleset(Seed() + i).Make();
    Put(kernel, want);
    const auto ours = Run("nft list table inet portcullis");
    REQUIRE(ours.status == 0);
    REQUIRE(Run("nft -j list table inet portcullis").status == 0);
    REQUIRE(Run("nft delete table inet portcullis").status == 0);
    Load(Print(want));
    const Snapshot have = DumpOrFail(kernel);
    REQUIRE(have.table);
    CHECK(Print(*have.table) == Print(want));
    CHECK(*have.table == want);
    CHECK(Run("nft list table inet portcullis").output == ours.output);
  }
}

TEST_CASE("a change leads from any table to any other, and rules that stay keep their handles") {
  for (uint32_t i = 0; i < 15; ++i) {
    INFO("seed " << Seed() << " + " << i);
    EnterFreshNamespace();
    MnlKernel kernel = OpenKernel();
    RandomRuleset random(Seed() + i);
    Put(kernel, random.Make());
    for (int step = 0; step < 8; ++step) {
      const Snapshot have = DumpOrFail(kernel);
      const Ruleset want = step % 4 == 3 ? random.Make() : random.Change(*have.table);
      const ChangeSet change = Diff(have.table, want);
      const auto receipt = kernel.Commit(change, have.generation);
      INFO((receipt ? "" : receipt.error().message));
      REQUIRE(receipt);

      const Snapshot now = DumpOrFail(kernel);
      CHECK(Print(*now.table) == Print(want));
      CHECK(*now.table == want);
      // Apply() tells what the kernel then holds, to the last handle.
      const auto applied = Apply(change, *have.table, receipt->handles);
      REQUIRE(applied);
      CHECK(Handles(*applied) == Handles(*now.table));
      for (const auto& [chain, handles] : Handles(*have.table)) {
        const auto kept = Handles(*now.table)[chain];
        for (const uint64_t handle : handles) {
          const bool stays = std::count(kept.begin(), kept.end(), handle) == 1;
          CHECK(stays != (Removed(change).count(handle) == 1));
        }
      }
    }
  }
}

TEST_CASE("a table is replaced in one transaction") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  Ruleset ruleset = RandomRuleset(Seed()).Make();
  Put(kernel, ruleset);
  ruleset.comment = "another";
  Put(kernel, ruleset);
  CHECK(DumpOrFail(kernel).table == ruleset);
}

TEST_CASE("an empty change commits nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  const uint32_t generation = DumpOrFail(kernel).generation;
  const auto receipt = kernel.Commit(ChangeSet{kTable, {}}, generation);
  REQUIRE(receipt);
  CHECK(receipt->generation == generation);
  CHECK(DumpOrFail(kernel).generation == generation);
}

TEST_CASE("comments and names of the greatest length survive") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  Ruleset ruleset = WithBigSet(3);
  const std::string longest(kCommentMax, 'x');
  ruleset.comment = longest;
  ruleset.sets.at("pods4").comment = longest;
  ruleset.sets.at("pods4").elements.begin()->second.comment = longest;
  ruleset.chains.at("post").comment = longest;
  ruleset.chains.at("post").rules.at(0).comment = longest;
  auto& statements = ruleset.chains.at("post").rules.at(0).statements;
  statements.insert(statements.begin(), Log{std::string(kLogPrefixMax, 'p'), 65535, UINT32_MAX});
  const std::string name(255, 'n');
  ruleset.chains[name] = Chain{name, {}, "", {}};
  Put(kernel, ruleset);
  CHECK(DumpOrFail(kernel).table == ruleset);
  CHECK(Run("nft list table inet portcullis").status == 0);
}

TEST_CASE("what others did to the table is seen, and a diff undoes it") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  const Ruleset want = WithBigSet(3);
  Put(kernel, want);
  // Whether it took a new table to undo what the command did.
  const auto replaced = [&](const std::string& command) {
    const auto ran = Run(command);
    INFO(command << ": " << ran.output);
    REQUIRE(ran.status == 0);
    const Snapshot have = DumpOrFail(kernel);
    CHECK_FALSE(have.table == want);
    Put(kernel, want);
    CHECK(DumpOrFail(kernel).table == want);
    return have.table->foreign;
  };
  CHECK_FALSE(replaced("nft insert rule inet portcullis post accept"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post tcp flags syn accept"));
  CHECK_FALSE(
      replaced("nft insert rule inet portcullis post 'ip saddr { 1.1.1.1, 2.2.2.2 } accept'"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post ip saddr != @pods4 drop"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post limit rate 5/minute accept"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post limit rate over 5/second drop"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post limit rate 5 bytes/second accept"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post log"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post log level debug"));
  CHECK_FALSE(replaced("nft insert rule inet portcullis post log group 3 queue-threshold 2"));
  CHECK_FALSE(replaced("nft delete element inet portcullis pods4 '{ 10.0.0.1 }'"));
  CHECK_FALSE(replaced("nft flush chain inet portcullis post"));
  CHECK_FALSE(replaced("nft add chain inet portcullis more"));
  // What cannot be said replaces the table.
  CHECK(replaced("nft add table inet portcullis '{ flags dormant; }'"));
  CHECK(replaced("nft chain inet portcullis post '{ policy drop; }'"));
  CHECK(replaced("nft add set inet portcullis macs '{ type ether_addr; }'"));
  CHECK(replaced("nft add element inet portcullis pods4 '{ * }'"));
  CHECK(
      replaced("nft add chain inet portcullis pre '{ type filter hook prerouting priority 0; }'"));
}

TEST_CASE("other tables are neither read nor touched") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  Load(R"(
table inet other {
	set pods4 {
		type ether_addr
	}
	chain post {
		tcp flags syn drop
	}
}
table ip portcullis {
	chain post {
		drop
	}
}
)");
  const auto others = Run("nft list ruleset");
  CHECK_FALSE(DumpOrFail(kernel).table);
  Put(kernel, WithBigSet(3));
  CHECK(DumpOrFail(kernel).table == WithBigSet(3));
  REQUIRE(Run("nft delete table inet portcullis").status == 0);
  CHECK(Run("nft list ruleset").output == others.output);
}

TEST_CASE("a change without a generation goes on top of what others have committed") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  Put(kernel, WithBigSet(3));
  const ChangeSet change = Diff(WithBigSet(3), WithBigSet(4));
  REQUIRE(Run("nft add table inet somebody").status == 0);
  const auto receipt = kernel.Commit(change, std::nullopt);
  REQUIRE(receipt);
  CHECK(receipt->handles.empty());
  CHECK(DumpOrFail(kernel).table == WithBigSet(4));
}

TEST_CASE("a change without a generation is told the handles of the rules that it adds") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  Put(kernel, WithManyChains(2));
  const Snapshot have = DumpOrFail(kernel);
  const ChangeSet change = Diff(have.table, WithManyChains(3));
  const auto receipt = kernel.Commit(change, std::nullopt);
  REQUIRE(receipt);
  const auto want = Apply(change, *have.table, receipt->handles);
  REQUIRE(want);
  const Snapshot now = DumpOrFail(kernel);
  REQUIRE(now.table == *want);
  CHECK(Handles(*now.table) == Handles(*want));
}

TEST_CASE("whether there is a table can be asked without a dump") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  CHECK(kernel.HasTable(kTable) == false);
  Put(kernel, WithBigSet(1));
  CHECK(kernel.HasTable(kTable) == true);
}

}  // namespace portcullis::nft
