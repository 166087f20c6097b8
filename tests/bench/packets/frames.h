// SPDX-License-Identifier: Apache-2.0
//
// IP packets as bytes, without checksums (the kernel writes that of IPv4's header): what traffic.h
// sends from raw sockets. Pure.
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_FRAMES_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_FRAMES_H_

#include <cstdint>
#include <string>

#include "base/ip.h"

namespace portcullis::bench {

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;
};

inline constexpr uint8_t kSyn = 0x02;
inline constexpr uint8_t kAck = 0x10;

/// With the payload of 18 bytes that fills the shortest Ethernet frame.
[[nodiscard]] std::string UdpPacket(const Endpoint& from, const Endpoint& to);
/// The same, unless it opens a connection: that has no payload.
[[nodiscard]] std::string TcpPacket(
    const Endpoint& from, const Endpoint& to, uint8_t flags, uint32_t sequence, uint32_t ack);

/// Overwrites the source port of a packet that was made above.
void SetSourcePort(std::string& packet, uint16_t port);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_FRAMES_H_
