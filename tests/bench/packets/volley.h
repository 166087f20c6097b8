// SPDX-License-Identifier: Apache-2.0
//
// Packets that one system call sends from a raw socket: all alike, or each from a port of its own.
// Times nothing; traffic.h and the benchmark of floods do.
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_VOLLEY_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_VOLLEY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "base/ip.h"
#include "tests/lab/fd.h"
#include "tests/lab/netns.h"
#include "tests/net/socket_address.h"

namespace portcullis::bench {

class Volley {
 public:
  /// Below the kernel's backlog of 1000 packets, and few enough that one softirq run takes them.
  static constexpr size_t kPackets = 64;

  /// Each a copy of `packet`, an IP packet to `to`.
  Volley(const std::string& packet, const IpAddress& to);
  ~Volley() = default;
  Volley(const Volley&) = delete;  // It holds pointers into itself.
  Volley& operator=(const Volley&) = delete;
  Volley(Volley&&) = delete;
  Volley& operator=(Volley&&) = delete;

  /// Gives each packet a source port of its own, beginning behind those of the call before.
  void NumberFrom(uint16_t first) { next_port_ = first; }
  [[nodiscard]] bool numbered() const { return next_port_ != 0; }
  void NumberOn();

  /// Throws lab::LabError where not all went off.
  void Send(const lab::Fd& raw);

 private:
  std::vector<std::string> bytes_;
  net::SocketAddress address_;
  std::array<iovec, kPackets> pieces_{};
  std::array<mmsghdr, kPackets> messages_{};
  uint16_t next_port_ = 0;  ///< 0: each has the same.
};

/// For packets that bring their own headers.
[[nodiscard]] lab::Fd RawSocket(const lab::Netns& netns, Family family);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_VOLLEY_H_
