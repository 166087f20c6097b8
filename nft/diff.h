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
/// their dependencies (sets, their elements, chains, rules, map elements), then removals reversed
/// (rules, sets, chains). Elements that go or change leave their set right before others come.
/// An element change never replaces its set, a rule change never its chain, and rules that stay
/// keep their handles and counters. Only where an object of the same name has another shape (type
/// or comment of a set, hook or comment of a chain), none of which the kernel changes in place, is
/// the whole table replaced, in the same transaction. So a comment should follow from the name.
/// REQUIRES: every rule of `have` has its handle.
[[nodiscard]] ChangeSet Diff(const std::optional<Ruleset>& have, const Ruleset& want);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_DIFF_H_
