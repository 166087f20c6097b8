// SPDX-License-Identifier: Apache-2.0
//
// What the reconciler needs of the kernel's nf_tables, as an interface; mnl_kernel.h is the real
// one.
#ifndef PORTCULLIS_NFT_KERNEL_H_
#define PORTCULLIS_NFT_KERNEL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "nft/changeset.h"
#include "nft/counters.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

/// The table as it was at one generation of the kernel's ruleset (all tables of the network
/// namespace share one counter).
struct Snapshot {
  std::optional<Ruleset> table;  ///< Nothing where the table does not exist.
  uint32_t generation = 0;       ///< To be given to Commit().
};

/// What the kernel answered to a commit.
struct Receipt {
  std::vector<uint64_t> handles;  ///< Of the added rules, in the order of their AddRule operations.
  uint32_t generation = 0;  ///< After the commit; 0 where none was given to Commit(), which then
                            ///< does not ask for it.
  /// What the counting rules that the change deleted by themselves (DeleteRule) had counted when
  /// they went: the last of it. Not told of those that went with their table.
  std::vector<RuleCount> ended = {};
};

class Kernel {
 public:
  virtual ~Kernel() = default;

  /// Reads table `table` of family inet. A dump that another transaction interrupts is begun anew.
  /// ERRORS: kPermission without CAP_NET_ADMIN, kUnavailable where it cannot be had now.
  [[nodiscard]] virtual Result<Snapshot> Dump(const std::string& table) = 0;

  /// Applies `change` wholly or not at all, provided that the kernel's ruleset still is of
  /// `generation`. Nothing: on top of whatever there is, which is right for a change that names all
  /// it relies on and where somebody else's change of the table is heard of (MnlMonitor) and put
  /// right; others' commits to their own tables are no conflict then.
  /// ERRORS: kConflict where the ruleset is of another generation, or where it is not known what
  /// became of the change (dump, diff and commit again); kInvalidArgument with the refused
  /// operation (Describe()) and the kernel's reason where the kernel refuses it; kPermission;
  /// kUnavailable (memory, buffers).
  [[nodiscard]] virtual Result<Receipt> Commit(const ChangeSet& change,
                                               std::optional<uint32_t> generation) = 0;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_KERNEL_H_
