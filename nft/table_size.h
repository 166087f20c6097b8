// SPDX-License-Identifier: Apache-2.0
//
// How much is in a table, kept in step with what is committed to it, so that nobody has to dump the
// kernel's to know. Pure. Kept by the reconciler, for metrics and status.
#ifndef PORTCULLIS_NFT_TABLE_SIZE_H_
#define PORTCULLIS_NFT_TABLE_SIZE_H_

#include <cstddef>
#include <map>
#include <string>

#include "nft/changeset.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

class TableSize {
 public:
  /// Of no table.
  TableSize() = default;
  explicit TableSize(const Ruleset& table);

  /// Takes up a change that the kernel has taken.
  void Take(const ChangeSet& change);

  [[nodiscard]] size_t sets() const { return elements_.size(); }  ///< Verdict maps among them.
  [[nodiscard]] size_t elements() const { return element_count_; }
  [[nodiscard]] size_t chains() const { return chains_; }
  [[nodiscard]] size_t rules() const { return rules_; }

 private:
  void Take(const AddTable& operation);
  void Take(const DeleteTable& operation);
  void Take(const AddSet& operation);
  void Take(const DeleteSet& operation);
  void Take(const AddElements& operation);
  void Take(const DeleteElements& operation);
  void Take(const AddChain& operation);
  void Take(const DeleteChain& operation);
  void Take(const AddRule& operation);
  void Take(const DeleteRule& operation);

  std::map<std::string, size_t> elements_;  ///< By set.
  size_t element_count_ = 0;
  size_t chains_ = 0;
  size_t rules_ = 0;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_TABLE_SIZE_H_
