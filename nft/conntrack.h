// SPDX-License-Identifier: Apache-2.0
//
// The marks of the kernel's conntrack entries, through ctnetlink (NFNL_SUBSYS_CTNETLINK). Knows
// nothing of rules: the reconciler uses it to make a generation number fit for use again
// (docs/architecture.md, "Established flows").
#ifndef PORTCULLIS_NFT_CONNTRACK_H_
#define PORTCULLIS_NFT_CONNTRACK_H_

#include <cstddef>
#include <cstdint>
#include <functional>

#include "base/result.h"

namespace portcullis::nft {

class Conntrack {
 public:
  virtual ~Conntrack() = default;

  /// Clears the bits of `mask` in the mark of every entry, of both families, for which
  /// `stale(mark & mask)` holds; other bits and the entries themselves stay as they are. Never
  /// deletes an entry. Returns how many entries were cleared; entries that vanish meanwhile do not
  /// count as errors.
  /// ERRORS: kPermission, kUnavailable.
  [[nodiscard]] virtual Result<size_t> ClearMarks(uint32_t mask,
                                                  const std::function<bool(uint32_t)>& stale) = 0;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_CONNTRACK_H_
