// SPDX-License-Identifier: Apache-2.0
//
// MnlKernel against the kernel itself: a change that it does not take, or that somebody else's came
// before, does nothing and says why. Needs root.
#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "nft/mnl_kernel.h"
#include "tests/nft/kernel_tables.h"
#include "tests/nft/namespace.h"

namespace portcullis::nft {
namespace {

using test::AddressKey;
using test::DumpOrFail;
using test::EnterFreshNamespace;
using test::kTable;
using test::OpenKernel;
using test::Put;
using test::Run;
using test::WithBigSet;

std::string Refusal(MnlKernel& kernel, std::vector<Operation> operations) {
  const Snapshot have = DumpOrFail(kernel);
  const auto receipt = kernel.Commit(ChangeSet{kTable, std::move(operations)}, have.generation);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kInvalidArgument);
  CHECK(DumpOrFail(kernel).table == have.table);
  return receipt.error().message;
}

}  // namespace

TEST_CASE("a commit on a ruleset that somebody changed is a conflict and does nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  Put(kernel, WithBigSet(3));
  const Snapshot have = DumpOrFail(kernel);
  REQUIRE(Run("nft add table inet somebody").status == 0);
  const auto receipt = kernel.Commit(Diff(have.table, WithBigSet(4)), have.generation);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kConflict);
  CHECK(DumpOrFail(kernel).table == WithBigSet(3));
  Put(kernel, WithBigSet(4));
}

TEST_CASE("a change without a generation whose grounds are gone is refused wholly") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
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

TEST_CASE("a generation that is not known is a conflict, not leave to overwrite") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  const auto receipt = kernel.Commit(Diff(std::nullopt, WithBigSet(1)), 0);
  REQUIRE_FALSE(receipt);
  CHECK(receipt.error().code == ErrorCode::kConflict);
  CHECK_FALSE(DumpOrFail(kernel).table);
}

TEST_CASE("a refusal names the operation, and the element, and does nothing") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
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
  MnlKernel kernel = OpenKernel();
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
  CHECK(refuses(InBlock{Field::kIpSaddr, *Cidr::Parse("10.0.0.0/8")}));
  CHECK(refuses(InBlock{Field::kCtOriginalIpSaddr, *Cidr::Parse("fd00::/64")}));
  CHECK(refuses(InBlock{Field::kCtMark, *Cidr::Parse("10.0.0.0/8")}));
  CHECK(refuses(Lookup{std::vector<Field>(5, Field::kIp6Saddr), "pods4"}));
  const Rule endless{std::vector<Statement>(129, Counter{}), "x", 0};
  CHECK(Refusal(kernel, {AddRule{"post", endless, 0, true}}) ==
        "add rule post (x): more expressions than a rule can have");
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
