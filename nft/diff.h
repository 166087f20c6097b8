// SPDX-License-Identifier: Apache-2.0
//
// The least change that makes one ruleset of another. Pure. The reconciler calls it; its result
// goes to kernel.h.
#ifndef PORTCULLIS_NFT_DIFF_H_
#define PORTCULLIS_NFT_DIFF_H_

#include <optional>

#include "nft/changeset.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

/// Operations that turn `have` (nothing: there is no table) into `want`: additions in the order of
/// their dependencies (sets, their elements, chains, rules, map elements), then removals reversed.
/// An element change never replaces its set, a rule change never its chain, and rules that stay
/// keep their handles and counters. Only where an object of the same name has another shape (type
/// of a set, hook of a chain), which a change of this program's version may bring, is the whole
/// table replaced, in the same transaction.
/// REQUIRES: every rule of `have` has its handle.
[[nodiscard]] ChangeSet Diff(const std::optional<Ruleset>& have, const Ruleset& want);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_DIFF_H_
