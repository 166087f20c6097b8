// SPDX-License-Identifier: Apache-2.0
//
// Conntrack over ctnetlink. Dumps entries and changes marks; no message of it can delete one.
//
// Thread safety: none; the reconciler's thread owns it.
#ifndef PORTCULLIS_NFT_MNL_CONNTRACK_H_
#define PORTCULLIS_NFT_MNL_CONNTRACK_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "nft/conntrack.h"
#include "nft/netlink_socket.h"

namespace portcullis::nft {

class MnlConntrack final : public Conntrack {
 public:
  /// The entries of the network namespace that the calling thread is in now.
  /// ERRORS: kPermission, kUnavailable.
  [[nodiscard]] static Result<MnlConntrack> Open();

  [[nodiscard]] Result<size_t> ClearMarks(uint32_t mask,
                                          const std::function<bool(uint32_t)>& stale) override;

 private:
  /// What names an entry.
  struct Name {
    uint8_t family = 0;
    std::string attributes;  ///< CTA_TUPLE_ORIG and, outside the default zone, CTA_ZONE, as dumped.
  };

  explicit MnlConntrack(NetlinkSocket socket) : socket_(std::move(socket)) {}

  [[nodiscard]] Result<std::vector<Name>> FindStale(uint32_t mask,
                                                    const std::function<bool(uint32_t)>& stale);
  /// Returns how many there still were.
  [[nodiscard]] Result<size_t> Clear(uint32_t mask, const std::vector<Name>& entries);
  [[nodiscard]] Result<size_t> ClearSome(uint32_t mask,
                                         const std::vector<Name>& entries,
                                         size_t begin,
                                         size_t end);

  NetlinkSocket socket_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_MNL_CONNTRACK_H_
