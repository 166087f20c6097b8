// SPDX-License-Identifier: Apache-2.0
//
// Hears when somebody else changes a table. An interface, for fakes in tests; mnl_monitor is the
// kernel's. Says that something has changed, never what: who wants to know looks at the table.
#ifndef PORTCULLIS_NFT_MONITOR_H_
#define PORTCULLIS_NFT_MONITOR_H_

#include <chrono>
#include <stop_token>

#include "base/result.h"

namespace portcullis::nft {

class Monitor {
 public:
  virtual ~Monitor() = default;

  /// Waits until somebody else has changed the table: true. False once `timeout` has passed or a
  /// stop is requested. Notifications that were lost count as a change.
  /// ERRORS: kUnavailable where it is of no use any more: open another one.
  [[nodiscard]] virtual Result<bool> Wait(const std::stop_token& stop,
                                          std::chrono::milliseconds timeout) = 0;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_MONITOR_H_
