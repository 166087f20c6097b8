// SPDX-License-Identifier: Apache-2.0
//
// Packets with a source address that is not their sender's, and whether they arrive. Neighbours:
// packet builds them; topology has the hosts.
#ifndef PORTCULLIS_TESTS_LAB_FORGE_H_
#define PORTCULLIS_TESTS_LAB_FORGE_H_

#include <chrono>
#include <string>
#include <vector>

#include "tests/lab/packet.h"
#include "tests/lab/topology.h"

namespace portcullis::lab {

struct Forgery {
  const Host* sender = nullptr;
  const Host* victim = nullptr;
  IpAddress source;  ///< Claimed.
  Transport transport = Transport::kUdp;
  uint16_t port = 0;

  /// "p12 as 192.168.66.1 → p13 UDP 80"
  [[nodiscard]] std::string ToString() const;
};

/// Sends all, and listens on the victims' interfaces for `wait`: whether each arrived. What the
/// victim would do with it plays no part.
[[nodiscard]] std::vector<bool> Forge(const std::vector<Forgery>& forgeries,
                                      std::chrono::milliseconds wait);

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_FORGE_H_
