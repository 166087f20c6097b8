// SPDX-License-Identifier: Apache-2.0
//
// The messages of a netlink dump → Ruleset. No socket: mnl_kernel asks the kernel. What this
// program never writes is not skipped silently: a rule becomes Foreign, anything else makes
// Ruleset::foreign true. Stateful objects and flowtables are not looked at: without a rule they do
// nothing.
#ifndef PORTCULLIS_NFT_DECODE_H_
#define PORTCULLIS_NFT_DECODE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <libmnl/libmnl.h>

#include "nft/element.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

/// Puts a table together from the answers to dumps: the table, its chains, its sets, the elements
/// of each set, its rules, in this order. Messages of other tables are passed over, since not every
/// dump can be narrowed to one table.
class RulesetReader {
 public:
  explicit RulesetReader(std::string table) { ruleset_.table = std::move(table); }

  void TakeTable(const nlmsghdr* message);
  void TakeChain(const nlmsghdr* message);
  void TakeSet(const nlmsghdr* message);
  /// The sets whose elements are to be asked for.
  [[nodiscard]] std::vector<std::string> SetNames() const;
  /// One message of the elements of `set`, one of SetNames(). The elements of one set come in a
  /// row.
  void TakeElements(const std::string& set, const nlmsghdr* message);
  void TakeRule(const nlmsghdr* message);

  [[nodiscard]] Ruleset Finish() &&;

 private:
  [[nodiscard]] bool RefersToKnown(const Statement& statement) const;
  void FinishElements();

  Ruleset ruleset_;
  std::optional<ElementReader> elements_;  ///< Of the set `elements_of_`.
  std::string elements_of_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_DECODE_H_
