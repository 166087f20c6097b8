// SPDX-License-Identifier: Apache-2.0
//
// See table.h.
#include "tests/bench/netlink/table.h"

#include <optional>
#include <stdexcept>
#include <utility>

#include "controller/policy/compile.h"
#include "nft/diff.h"
#include "tests/bench/support/process.h"
#include "tests/nft/namespace.h"

namespace portcullis::bench {
namespace {

constexpr double kMicrosecond = 1e3;

template <typename T>
T Checked(Result<T> result) {
  if (!result) {
    throw std::runtime_error(result.error().message);
  }
  return std::move(*result);
}

nft::MnlKernel OpenInFreshNamespace() {
  test::EnterFreshNamespace();
  return Checked(nft::MnlKernel::Open());
}

Cost CostOf(const Stopwatch& watch) {
  return {watch.wall().count() / kMicrosecond, watch.cpu().count() / kMicrosecond};
}

}  // namespace

nft::Ruleset EmptyTable(uint32_t generation) {
  return policy::Compile(policy::World{}, {"node", policy::MarkLayout{}, generation});
}

std::string Address(size_t number) {
  const auto byte = [&](unsigned shift) {
    return static_cast<char>(number >> shift & 0xFFU);
  };
  return {'\x0a', byte(16), byte(8), byte(0)};
}

nft::Set PodSet(const std::string& name, size_t size, size_t first) {
  nft::Set set{"pods-" + name, {nft::KeyType::kIpv4Addr}, false, false, "pods of a bench", {}};
  for (size_t i = 0; i < size; ++i) {
    const std::string key = Address(first + i);
    set.elements.emplace(key, nft::Element{key, "", std::nullopt, ""});
  }
  return set;
}

nft::Element Range(size_t number) {
  return {Address(4 * number), Address(4 * number + 1), std::nullopt, ""};
}

nft::Set IntervalSet(const std::string& name, size_t size) {
  nft::Set set{"cidr-" + name, {nft::KeyType::kIpv4Addr}, true, false, "blocks of a bench", {}};
  for (size_t i = 0; i < size; ++i) {
    const nft::Element range = Range(i);
    set.elements.emplace(range.key, range);
  }
  return set;
}

nft::Chain GroupChain(const std::string& name, const std::string& set, size_t rules) {
  nft::Chain chain{name, std::nullopt, "pods isolated by a bench", {}};
  for (size_t i = 0; i < rules; ++i) {
    const auto port = static_cast<uint32_t>(1000 + i);
    chain.rules.push_back({{nft::Lookup{{nft::Field::kCtOriginalIpSaddr}, set},
                            nft::Compare{nft::Field::kL4Proto, false, 6},
                            nft::Compare{nft::Field::kCtReplyProtoSrc, false, port},
                            nft::Verdict{nft::VerdictKind::kReturn, ""}},
                           "bench/policy ingress[" + std::to_string(i) + "]"});
  }
  chain.rules.push_back({{nft::Counter{}, nft::Verdict{nft::VerdictKind::kDrop, ""}}, "the rest"});
  return chain;
}

nft::Element JumpElement(size_t number, const std::string& chain) {
  return {Address(number), "", nft::Verdict{nft::VerdictKind::kJump, chain}, "bench/pod"};
}

void AddGroups(nft::Ruleset& table, size_t count, const std::string& set) {
  constexpr size_t kRules = 3;
  for (size_t i = 0; i < count; ++i) {
    const std::string name = "chain-" + std::to_string(i);
    table.chains.emplace(name, GroupChain(name, set, kRules));
    table.sets.at("ingress4").elements.emplace(Address(i), JumpElement(i, name));
  }
}

KernelTable::KernelTable() : kernel_(OpenInFreshNamespace()) {}

Cost KernelTable::Become(const nft::Ruleset& want) {
  const nft::ChangeSet change = nft::Diff(exists_ ? std::optional(table_) : std::nullopt, want);
  const Stopwatch watch;
  const auto receipt = kernel_.Commit(change, std::nullopt);
  const Cost cost = CostOf(watch);
  table_ = Checked(nft::Apply(change, std::move(table_), Checked(receipt).handles));
  exists_ = true;
  return cost;
}

Cost KernelTable::Commit(const nft::ChangeSet& change) {
  const Stopwatch watch;
  const auto receipt = kernel_.Commit(change, std::nullopt);
  const Cost cost = CostOf(watch);
  static_cast<void>(Checked(receipt));
  return cost;
}

Cost KernelTable::Dump() {
  const Stopwatch watch;
  const auto snapshot = kernel_.Dump(policy::kTableName);
  const Cost cost = CostOf(watch);
  if (Checked(snapshot).table != table_) {
    throw std::runtime_error("the kernel does not hold what was written");
  }
  return cost;
}

Cost KernelTable::CompareWithItself() const {
  const nft::Ruleset want = table_;
  const std::optional have(table_);
  const Stopwatch watch;
  const nft::ChangeSet change = nft::Diff(have, want);
  const Cost cost = CostOf(watch);
  if (!change.empty()) {
    throw std::runtime_error("a table differs from itself");
  }
  return cost;
}

}  // namespace portcullis::bench
