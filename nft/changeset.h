// SPDX-License-Identifier: Apache-2.0
//
// A change to a table as a value: an ordered list of operations that is applied wholly or not at
// all. Pure. diff.h makes one; encode.h turns it into one netlink batch; Apply() here is the
// reference of what the kernel then holds.
#ifndef PORTCULLIS_NFT_CHANGESET_H_
#define PORTCULLIS_NFT_CHANGESET_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

/// Creates the table where it is missing.
struct AddTable {
  std::string comment;
  bool operator==(const AddTable&) const = default;
};

/// Removes the table with all that is in it. The next operation, if any, is AddTable.
struct DeleteTable {
  bool operator==(const DeleteTable&) const = default;
};

/// Creates an empty set or map. `set.elements` is ignored: AddElements follow.
struct AddSet {
  Set set;
  bool operator==(const AddSet&) const = default;
};

struct DeleteSet {
  std::string name;
  bool operator==(const DeleteSet&) const = default;
};

struct AddElements {
  Set set;  ///< The set's description, without elements.
  std::vector<Element> elements;
  bool operator==(const AddElements&) const = default;
};

struct DeleteElements {
  Set set;  ///< The set's description, without elements.
  std::vector<Element> elements;
  bool operator==(const DeleteElements&) const = default;
};

/// Creates an empty chain. `chain.rules` is ignored: AddRule follow.
struct AddChain {
  Chain chain;
  bool operator==(const AddChain&) const = default;
};

/// Removes an empty chain that nothing refers to.
struct DeleteChain {
  std::string name;
  bool operator==(const DeleteChain&) const = default;
};

/// Adds a rule behind the rule `after` (a handle), or as the chain's first (`after` 0). Several
/// rules that follow one another behind the same place are listed last first, as each is put right
/// behind `after`. In a chain without rules yet, `append` says: at the end, in order.
struct AddRule {
  std::string chain;
  Rule rule;
  uint64_t after = 0;
  bool append = false;
  bool operator==(const AddRule&) const = default;
};

struct DeleteRule {
  std::string chain;
  Rule rule;  ///< Its handle says which; the rest is for messages and for TakesAway().
  bool operator==(const DeleteRule&) const = default;
};

using Operation = std::variant<AddTable,
                               DeleteTable,
                               AddSet,
                               DeleteSet,
                               AddElements,
                               DeleteElements,
                               AddChain,
                               DeleteChain,
                               AddRule,
                               DeleteRule>;

struct ChangeSet {
  std::string table;
  std::vector<Operation> operations;

  [[nodiscard]] bool empty() const { return operations.empty(); }
  bool operator==(const ChangeSet&) const = default;
};

/// One line that says what the operation does and for which object:
/// `add rule ingress-abc (default/web ingress[0])`.
[[nodiscard]] std::string Describe(const Operation& operation);

/// What `have` becomes when the kernel accepts `change`. `handles` are the numbers the kernel gave
/// to the added rules, in the order of their AddRule operations; where it is shorter, the rest keep
/// handle 0.
/// ERRORS: kInternal where an operation refers to what is not there, or deletes what is in use: the
/// same the kernel refuses.
[[nodiscard]] Result<Ruleset> Apply(const ChangeSet& change,
                                    Ruleset have,
                                    const std::vector<uint64_t>& handles = {});

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_CHANGESET_H_
