// SPDX-License-Identifier: Apache-2.0
//
// A table in a real kernel, in a network namespace of its own, with what it holds beside it as a
// value; and the parts that the benchmarks put into it. Its base chains are the controller's.
#ifndef PORTCULLIS_TESTS_BENCH_NETLINK_TABLE_H_
#define PORTCULLIS_TESTS_BENCH_NETLINK_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "nft/mnl_kernel.h"
#include "nft/ruleset.h"

namespace portcullis::bench {

struct Cost {
  double wall = 0;  ///< Microseconds.
  double cpu = 0;   ///< Microseconds, user and system.
};

/// The controller's base chains and empty maps, at a generation.
[[nodiscard]] nft::Ruleset EmptyTable(uint32_t generation = 1);

/// The bytes of IPv4 address 10.0.0.0 + number.
[[nodiscard]] std::string Address(size_t number);

/// A plain set "pods-NAME" with `size` addresses from 10.0.0.0 + `first` on.
[[nodiscard]] nft::Set PodSet(const std::string& name, size_t size, size_t first = 0);

/// A set of `size` ranges of two addresses with gaps of two.
[[nodiscard]] nft::Set IntervalSet(const std::string& name, size_t size);
[[nodiscard]] nft::Element Range(size_t number);

/// A group's chain: `rules` lookups of a set with a port, then the drop.
[[nodiscard]] nft::Chain GroupChain(const std::string& name, const std::string& set, size_t rules);

/// Adds what `count` isolated pods with a chain each have: "chain-N", and an element of ingress4.
void AddGroups(nft::Ruleset& table, size_t count, const std::string& set);
[[nodiscard]] nft::Element JumpElement(size_t number, const std::string& chain);

class KernelTable {
 public:
  /// Moves the process into a fresh network namespace. Throws where that cannot be.
  KernelTable();

  /// Makes the table what `want` says; the cost is the commit's alone.
  Cost Become(const nft::Ruleset& want);
  /// Commits changes that need no handles and, taken together, leave the table as it is.
  Cost Commit(const nft::ChangeSet& change);
  /// Reads the whole table.
  Cost Dump();
  /// Compares what is held with itself.
  Cost CompareWithItself() const;

  [[nodiscard]] const nft::Ruleset& table() const { return table_; }

 private:
  nft::MnlKernel kernel_;
  nft::Ruleset table_;
  bool exists_ = false;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_NETLINK_TABLE_H_
