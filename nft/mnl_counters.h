// SPDX-License-Identifier: Apache-2.0
//
// Reads rules' counters over netlink, on a socket of its own, so that no commit waits for a
// reading. Looks into the messages for counters and verdicts only; decode reads whole rules.
//
// Thread safety: none; one thread reads.
#ifndef PORTCULLIS_NFT_MNL_COUNTERS_H_
#define PORTCULLIS_NFT_MNL_COUNTERS_H_

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "nft/counters.h"
#include "nft/netlink_socket.h"

namespace portcullis::nft {

class MnlCounters final : public Counters {
 public:
  /// Of the network namespace that the calling thread is in now. ERRORS: kPermission, kUnavailable.
  [[nodiscard]] static Result<MnlCounters> Open();

  [[nodiscard]] Result<std::vector<RuleCount>> Read(const std::string& table) override;

 private:
  explicit MnlCounters(NetlinkSocket socket) : socket_(std::move(socket)) {}

  NetlinkSocket socket_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_MNL_COUNTERS_H_
