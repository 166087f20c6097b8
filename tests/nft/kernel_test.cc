// SPDX-License-Identifier: Apache-2.0
//
// MnlKernel against the kernel itself: what is committed is what is dumped, nft reads it, and
// refusals say what was refused. Needs root.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <map>
#include <set>
#include <string>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "nft/mnl_kernel.h"
#include "nft/print.h"
#include "tests/nft/namespace.h"
#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

using test::EnterFreshNamespace;
using test::RandomRuleset;
using test::Run;
using test::RunWithInput;
using test::Seed;

constexpr char kTable[] = "portcullis";

MnlKernel Open() {
  auto kernel = MnlKernel::Open();
  REQUIRE(kernel);
  return std::move(*kernel);
}

Snapshot DumpOrFail(MnlKernel& kernel) {
  auto snapshot = kernel.Dump(kTable);
  INFO((snapshot ? "" : snapshot.error().message));
  REQUIRE(snapshot);
  return std::move(*snapshot);
}

/// Makes the kernel's table equal to `want` and returns the receipt.
Receipt Put(MnlKernel& kernel, const Ruleset& want) {
  const Snapshot have = DumpOrFail(kernel);
  const auto receipt = kernel.Commit(Diff(have.table, want), have.generation);
  INFO((receipt ? "" : receipt.error().message));
  INFO(Print(want));
  REQUIRE(receipt);
  return *receipt;
}

void Load(const std::string& text) {
  const auto ran = RunWithInput("nft -f -", text);
  INFO(text);
  INFO(ran.output);
  REQUIRE(ran.status == 0);
}

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

std::string AddressKey(uint32_t number) {
  return {10,
          static_cast<char>(number >> 16U),
          static_cast<char>(number >> 8U),
          static_cast<char>(number)};
}

/// A table with one plain set of `elements` addresses, each with a long comment, that one rule
/// looks into.
Ruleset WithBigSet(uint32_t elements) {
  Ruleset ruleset;
  ruleset.table = kTable;
  Set set;
  set.name = "pods4";
  set.key = {KeyType::kIpv4Addr};
  for (uint32_t i = 0; i < elements; ++i) {
    set.elements.emplace(AddressKey(i), Element{AddressKey(i), "", {}, "default/a-pod"});
  }
  ruleset.sets.emplace("pods4", set);
  ruleset.chains["post"] =
      Chain{"post",
            BaseHook{Hook::kPostrouting, 95},
            "",
            {Rule{{Lookup{{Field::kIpSaddr}, "pods4"}, Verdict{VerdictKind::kDrop, ""}}, "", 0}}};
  return ruleset;
}

/// A table with `chains` chains of three rules, reached through a verdict map.
Ruleset WithManyChains(uint32_t chains) {
  Ruleset ruleset;
  ruleset.table = kTable;
  Set map;
  map.name = "ingress4";
  map.key = {KeyType::kIpv4Addr};
  map.verdict_map = true;
  for (uint32_t i = 0; i < chains; ++i) {
    const std::string name = "ingress-" + std::to_string(i);
    const Rule rule{{Compare{Field::kL4Proto, false, 6},
                     InRange{Field::kCtReplyProtoSrc, i % 1000 + 1, i % 1000 + 2},
                     Verdict{VerdictKind::kReturn, ""}},
                    "default/web ingress[0]",
                    0};
    const Rule drop{{Counter{}, Verdict{VerdictKind::kDrop, ""}}, "", 0};
    ruleset.chains[name] = Chain{name, {}, "policies default/web", {rule, rule, drop}};
    map.elements.emplace(
        AddressKey(i),
        Element{AddressKey(i), "", Verdict{VerdictKind::kJump, name}, "default/a-pod"});
  }
  ruleset.sets.emplace(map.name, map);
  ruleset.chains["post"] = Chain{"post",
                                 BaseHook{Hook::kPostrouting, 95},
                                 "",
                                 {Rule{{VerdictMap{{Field::kIpDaddr}, map.name}}, "", 0}}};
  return ruleset;
}

std::string Refusal(MnlKernel& kernel, std::vector<Operation> operations) {
  const Snapshot have = DumpOrFail(kernel);
  const auto receipt = kernel.Commit(ChangeSet{kTable, std::move(operations)}, have.generation);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kInvalidArgument);
  CHECK(DumpOrFail(kernel).table == have.table);
  return receipt.error().message;
}

}  // namespace

TEST_CASE("a table that is not there is dumped as nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  CHECK_FALSE(DumpOrFail(kernel).table);
}

TEST_CASE("what is committed is what is dumped") {
  for (uint32_t i = 0; i < 60; ++i) {
    INFO("seed " << Seed() << " + " << i);
    EnterFreshNamespace();
    MnlKernel kernel = Open();
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
    MnlKernel kernel = Open();
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
    MnlKernel kernel = Open();
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
  MnlKernel kernel = Open();
  Ruleset ruleset = RandomRuleset(Seed()).Make();
  Put(kernel, ruleset);
  ruleset.comment = "another";
  Put(kernel, ruleset);
  CHECK(DumpOrFail(kernel).table == ruleset);
}

TEST_CASE("an empty change commits nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  const uint32_t generation = DumpOrFail(kernel).generation;
  const auto receipt = kernel.Commit(ChangeSet{kTable, {}}, generation);
  REQUIRE(receipt);
  CHECK(receipt->generation == generation);
  CHECK(DumpOrFail(kernel).generation == generation);
}

TEST_CASE("comments and names of the greatest length survive") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
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
  MnlKernel kernel = Open();
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
  MnlKernel kernel = Open();
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

TEST_CASE("a commit on a ruleset that somebody changed is a conflict and does nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  Put(kernel, WithBigSet(3));
  const Snapshot have = DumpOrFail(kernel);
  REQUIRE(Run("nft add table inet somebody").status == 0);
  const auto receipt = kernel.Commit(Diff(have.table, WithBigSet(4)), have.generation);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kConflict);
  CHECK(DumpOrFail(kernel).table == WithBigSet(3));
  Put(kernel, WithBigSet(4));
}

TEST_CASE("a change without a generation goes on top of what others have committed") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
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
  MnlKernel kernel = Open();
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

TEST_CASE("a change without a generation whose grounds are gone is refused wholly") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  Put(kernel, WithBigSet(3));
  ChangeSet change = Diff(WithBigSet(3), WithBigSet(5));
  Ruleset without = WithBigSet(3);
  without.sets.at("pods4").elements.erase(AddressKey(1));
  change.operations.emplace_back(DeleteElements{
      without.sets.at("pods4"), {WithBigSet(3).sets.at("pods4").elements.at(AddressKey(1))}});
  Put(kernel, without);
  const auto receipt = kernel.Commit(change, std::nullopt);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kInvalidArgument);
  CHECK(DumpOrFail(kernel).table == without);
}

TEST_CASE("whether there is a table can be asked without a dump") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  CHECK(kernel.HasTable(kTable) == false);
  Put(kernel, WithBigSet(1));
  CHECK(kernel.HasTable(kTable) == true);
}

TEST_CASE("a generation that is not known is a conflict, not leave to overwrite") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  const auto receipt = kernel.Commit(Diff(std::nullopt, WithBigSet(1)), 0);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kConflict);
  CHECK_FALSE(DumpOrFail(kernel).table);
}

TEST_CASE("a refusal names the operation, and the element, and does nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  const Ruleset ruleset = WithBigSet(3000);
  Put(kernel, ruleset);
  const Set& pods = ruleset.sets.at("pods4");
  const auto at = [&](uint32_t number) {
    return Element{AddressKey(number), "", {}, ""};
  };
  const Rule jump{{Verdict{VerdictKind::kJump, "none"}}, "default/web ingress[0]", 0};
  CHECK(Refusal(kernel, {AddRule{"post", jump, 0, true}}) ==
        "kernel refused: add rule post (default/web ingress[0]): No such file or directory");
  CHECK(Refusal(kernel, {DeleteSet{"none"}}) ==
        "kernel refused: delete set none: No such file or directory");
  CHECK(Refusal(kernel, {AddElements{pods, {at(5000), at(7), at(5001)}}}) ==
        "kernel refused: add element 10.0.0.7 to set pods4: File exists");
  std::vector<Element> many;
  for (uint32_t i = 0; i < 3000; ++i) {
    many.push_back(at(i == 2900 ? 5000 : i));
  }
  CHECK(Refusal(kernel, {DeleteElements{pods, many}}) ==
        "kernel refused: delete element 10.0.19.136 from set pods4: No such file or directory");
  CHECK(Refusal(kernel, {AddRule{"post", Rule{{Foreign{}}, "", 0}, 0, true}}) ==
        "add rule post (# not of this program): a statement that cannot be written");
  CHECK(Refusal(kernel, {DeleteRule{"post", Rule{{}, "x", 0}}}) ==
        "delete rule post (x): the rule has no handle");
}

TEST_CASE("statements outside their contracts are refused before the kernel sees them") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  Put(kernel, WithBigSet(1));
  const auto refuses = [&](Statement statement) {
    const Rule rule{{std::move(statement)}, "x", 0};
    return Refusal(kernel, {AddRule{"post", rule, 0, true}}) ==
           "add rule post (x): a statement that cannot be written";
  };
  CHECK(refuses(Compare{Field::kL4Proto, false, 256}));
  CHECK(refuses(Compare{Field::kThDport, false, 65536}));
  CHECK(refuses(InRange{Field::kThDport, 9, 8}));
  CHECK(refuses(InRange{Field::kCtMark, 1, 2}));
  CHECK(refuses(MaskedCompare{Field::kCtState, 1, false, 1}));
  CHECK(refuses(AnyBit{Field::kCtMark, 1}));
  CHECK(refuses(SetCtMark{0xff, 0x100}));
  CHECK(refuses(Limit{0, 5}));
  CHECK(refuses(Limit{5, 0}));
  CHECK(refuses(Log{std::string(kLogPrefixMax + 1, 'x'), 1, 0}));
  CHECK(refuses(Lookup{{}, "pods4"}));
  CHECK(refuses(Lookup{std::vector<Field>(5, Field::kIp6Saddr), "pods4"}));
  const Rule endless{std::vector<Statement>(129, Counter{}), "x", 0};
  CHECK(Refusal(kernel, {AddRule{"post", endless, 0, true}}) ==
        "add rule post (x): more expressions than a rule can have");
}

TEST_CASE("100,000 elements go in one transaction") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  const Ruleset want = WithBigSet(100000);
  const uint32_t before = DumpOrFail(kernel).generation;
  CHECK(Put(kernel, want).generation == before + 1);
  CHECK(DumpOrFail(kernel).table == want);
}

TEST_CASE("5,000 chains go in one transaction, and each rule's handle is told") {
  EnterFreshNamespace();
  MnlKernel kernel = Open();
  const Ruleset want = WithManyChains(5000);
  const Receipt receipt = Put(kernel, want);
  CHECK(receipt.handles.size() == 15001);
  const Snapshot have = DumpOrFail(kernel);
  CHECK(have.table == want);
  CHECK(have.generation == receipt.generation);
}

TEST_CASE("what is too large for one piece is staged: sets first, then the rest at once") {
  EnterFreshNamespace();
  auto kernel = MnlKernel::Open(/*max_batch=*/64UL * 1024);
  REQUIRE(kernel);
  const Ruleset want = WithBigSet(10000);
  const uint32_t before = DumpOrFail(*kernel).generation;
  CHECK(Put(*kernel, want).generation > before + 1);
  CHECK(DumpOrFail(*kernel).table == want);
}

TEST_CASE("a staged change whose rest is refused leaves only sets that nothing uses") {
  EnterFreshNamespace();
  auto kernel = MnlKernel::Open(/*max_batch=*/64UL * 1024);
  REQUIRE(kernel);
  const Snapshot have = DumpOrFail(*kernel);
  Ruleset broken = WithBigSet(10000);
  broken.chains.at("post").rules.push_back(
      Rule{{Verdict{VerdictKind::kJump, "none"}}, "a jump to nowhere", 0});
  const auto receipt = kernel->Commit(Diff(have.table, broken), have.generation);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().message ==
        "kernel refused: add rule post (a jump to nowhere): No such file or directory");
  const Snapshot now = DumpOrFail(*kernel);
  REQUIRE(now.table);
  CHECK(now.table->chains.empty());
  MnlKernel unlimited = Open();
  Put(unlimited, WithBigSet(10));
  CHECK(DumpOrFail(unlimited).table == WithBigSet(10));
}

TEST_CASE("what cannot be staged either is refused and does nothing") {
  EnterFreshNamespace();
  auto kernel = MnlKernel::Open(/*max_batch=*/64UL * 1024);
  REQUIRE(kernel);
  const Snapshot have = DumpOrFail(*kernel);
  const auto receipt = kernel->Commit(Diff(have.table, WithManyChains(1000)), have.generation);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kUnavailable);
  const Snapshot now = DumpOrFail(*kernel);
  CHECK_FALSE(now.table);
  CHECK(now.generation == have.generation);
}

TEST_CASE("without CAP_NET_ADMIN the error says so") {
  EnterFreshNamespace();
  REQUIRE(seteuid(65534) == 0);
  auto kernel = MnlKernel::Open();
  const auto dumped = kernel ? kernel->Dump(kTable) : Result<Snapshot>(Fail(kernel.error()));
  const auto committed = kernel ? kernel->Commit(Diff(std::nullopt, WithBigSet(1)), 1)
                                : Result<Receipt>(Fail(kernel.error()));
  REQUIRE(seteuid(0) == 0);
  REQUIRE_FALSE(dumped);
  CHECK(dumped.error().code == ErrorCode::kPermission);
  CHECK(dumped.error().errno_value == EPERM);
  REQUIRE_FALSE(committed);
  CHECK(committed.error().code == ErrorCode::kPermission);
}

}  // namespace portcullis::nft
