// SPDX-License-Identifier: Apache-2.0
//
// The way of a packet that is measured: pod namespace, veth, router namespace, veth, pod namespace.
// Packets to a sink's address end at a MAC address that nobody has, so nothing answers them; a
// server's address is a real one. Knows no rules (tables.h) and sends nothing itself (traffic.h).
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_PATH_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_PATH_H_

#include <cstdint>
#include <string>

#include "base/ip.h"
#include "tests/lab/interrupt.h"
#include "tests/lab/netns.h"

namespace portcullis::bench {

/// The pod behind the first veth.
[[nodiscard]] IpAddress ClientAddress(Family family);
/// A second address there, whose MAC address nobody has: replies to it are forwarded and lost.
[[nodiscard]] IpAddress SilentClientAddress(Family family);
/// The pod number `index` behind the second veth. Number 0 is the sink, number 1 the server; others
/// are names in rules only. REQUIRES: index < 252.
[[nodiscard]] IpAddress LocalPodAddress(size_t index, Family family);

inline constexpr size_t kSinkPod = 0;
inline constexpr size_t kServerPod = 1;

class Path {
 public:
  /// Throws lab::LabError.
  Path();

  [[nodiscard]] const lab::Netns& client() const { return client_; }
  [[nodiscard]] const lab::Netns& router() const { return router_; }
  [[nodiscard]] const lab::Netns& server() const { return server_; }

  /// How many packets have come to the second pod namespace, for whomever.
  [[nodiscard]] uint64_t Delivered() const;

  /// Forgets all flows of the router, so that new ones do not fill its table.
  void ForgetFlows() const;

 private:
  std::string prefix_;
  lab::InterruptCleanup interrupt_;
  lab::Netns client_;
  lab::Netns router_;
  lab::Netns server_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_PATH_H_
