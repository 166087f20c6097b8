// SPDX-License-Identifier: Apache-2.0
//
// What the rules of a table have counted. An interface, for fakes in tests; mnl_counters is the
// kernel's. A rule that is replaced, if only for its comment, begins at 0 again, and so does all
// after a DeleteTable: who sums up over time takes a number that falls for a new beginning. What a
// rule had counted when it was deleted comes with the commit's answer (Receipt::ended).
#ifndef PORTCULLIS_NFT_COUNTERS_H_
#define PORTCULLIS_NFT_COUNTERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

/// A rule with a counter.
struct RuleCount {
  std::string chain;
  uint64_t handle = 0;  ///< Of the rule: unique in its table, never used again.
  std::string comment;
  std::optional<Verdict> verdict;  ///< What the rule ends with, if it ends with one.
  uint64_t packets = 0;
  uint64_t bytes = 0;

  bool operator==(const RuleCount&) const = default;
};

class Counters {
 public:
  virtual ~Counters() = default;

  /// The counting rules of table `table` of family inet, chain by chain in the kernel's order, each
  /// chain's in order of evaluation; none where there is no such table. Reads rules alone, no sets.
  /// ERRORS: kPermission without CAP_NET_ADMIN; kUnavailable, also where others change the ruleset
  /// all the time.
  [[nodiscard]] virtual Result<std::vector<RuleCount>> Read(const std::string& table) = 0;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_COUNTERS_H_
