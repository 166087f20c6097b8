// SPDX-License-Identifier: Apache-2.0
//
// Hears when somebody else changes our table: the kernel notifies every change of the ruleset.
// Says only that it happened; what became of the table is for mnl_kernel to dump. Owns a socket of
// its own, so that notifications never come between the answers to a commit.
//
// Thread safety: none; one thread waits.
#ifndef PORTCULLIS_NFT_MNL_MONITOR_H_
#define PORTCULLIS_NFT_MNL_MONITOR_H_

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "nft/monitor.h"
#include "nft/netlink_socket.h"

namespace portcullis::nft {

class MnlMonitor final : public Monitor {
 public:
  /// Hears from now on of changes to table `table` of family inet in the network namespace that the
  /// calling thread is in, other than those which `own_port` makes (MnlKernel::port()).
  /// ERRORS: kPermission, kUnavailable.
  [[nodiscard]] static Result<MnlMonitor> Open(std::string table, uint32_t own_port);

  [[nodiscard]] Result<bool> Wait(const std::stop_token& stop,
                                  std::chrono::milliseconds timeout) override;

 private:
  MnlMonitor(NetlinkSocket socket, std::string table, uint32_t own_port);

  /// Whether one of the notifications that have come is about a change of the table by others.
  [[nodiscard]] Result<bool> Heard();
  [[nodiscard]] bool Concerns(const nlmsghdr* message) const;

  NetlinkSocket socket_;
  std::string table_;
  uint32_t own_port_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_MNL_MONITOR_H_
