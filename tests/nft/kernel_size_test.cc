// SPDX-License-Identifier: Apache-2.0
//
// MnlKernel against the kernel itself: tables of a size that real clusters have go in one
// transaction, and larger ones in stages that no packet meets. Needs root.
#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "nft/mnl_kernel.h"
#include "tests/nft/kernel_tables.h"
#include "tests/nft/namespace.h"

namespace portcullis::nft {
namespace {

using test::DumpOrFail;
using test::EnterFreshNamespace;
using test::OpenKernel;
using test::Put;
using test::WithBigSet;
using test::WithManyChains;

}  // namespace

TEST_CASE("100,000 elements go in one transaction") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
  const Ruleset want = WithBigSet(100000);
  const uint32_t before = DumpOrFail(kernel).generation;
  CHECK(Put(kernel, want).generation == before + 1);
  CHECK(DumpOrFail(kernel).table == want);
}

TEST_CASE("5,000 chains go in one transaction, and each rule's handle is told") {
  EnterFreshNamespace();
  MnlKernel kernel = OpenKernel();
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
  MnlKernel unlimited = OpenKernel();
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

}  // namespace portcullis::nft
