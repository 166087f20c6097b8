// SPDX-License-Identifier: Apache-2.0
//
// What of a change may be done ahead of it. Pure. mnl_kernel uses it where one transaction is too
// large to be handed to the kernel in one piece.
#ifndef PORTCULLIS_NFT_STAGE_H_
#define PORTCULLIS_NFT_STAGE_H_

#include <cstddef>
#include <vector>

#include "nft/changeset.h"

namespace portcullis::nft {

/// The change as several, to be done in this order. All but the last only create plain sets and
/// fill them, with at most `max_elements` sets and elements each; no packet meets them before the
/// last change, which has the rest, is done. Just one where nothing can be done ahead: where the
/// table is replaced, its old sets are still in use.
[[nodiscard]] std::vector<ChangeSet> Stage(const ChangeSet& change, size_t max_elements);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_STAGE_H_
