// SPDX-License-Identifier: Apache-2.0
//
// What is remembered of the kernel's table between two commits: its chains, with the handles by
// which their rules can be named. No sets: they may be large, and what changes of them is known
// without looking. Pure. Filled from a dump (kernel.h), kept in step by the changes that the kernel
// has taken; read by the reconciler, for diff.h.
#ifndef PORTCULLIS_NFT_CHAIN_MIRROR_H_
#define PORTCULLIS_NFT_CHAIN_MIRROR_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "nft/changeset.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

class ChainMirror {
 public:
  /// Of a table without chains, or of none.
  ChainMirror() = default;
  explicit ChainMirror(std::map<std::string, Chain> chains) : chains_(std::move(chains)) {}

  /// Nothing where there is no such chain; valid until the next Take().
  [[nodiscard]] const Chain* Find(const std::string& name) const;
  [[nodiscard]] const std::map<std::string, Chain>& chains() const { return chains_; }

  /// Takes up a change that the kernel has taken. `handles` are the receipt's. False where the two
  /// do not fit what is remembered, which is of no use then: it was not the kernel's table.
  [[nodiscard]] bool Take(const ChangeSet& change, const std::vector<uint64_t>& handles);

 private:
  std::map<std::string, Chain> chains_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_CHAIN_MIRROR_H_
