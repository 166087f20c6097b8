// SPDX-License-Identifier: Apache-2.0
//
// Socket addresses made of IpAddress, and back. Opens and sends nothing. Neighbours: datagram,
// the lab and tests/cluster/agnhost, which hand them to the kernel.
#ifndef PORTCULLIS_TESTS_NET_SOCKET_ADDRESS_H_
#define PORTCULLIS_TESTS_NET_SOCKET_ADDRESS_H_

#include <cstdint>

#include <sys/socket.h>

#include "base/ip.h"

namespace portcullis::net {

/// A sockaddr of either family, with its size.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  [[nodiscard]] sockaddr* get();
  [[nodiscard]] const sockaddr* get() const;
};

[[nodiscard]] int AddressFamily(const IpAddress& address);
[[nodiscard]] SocketAddress ToSocketAddress(const IpAddress& address, uint16_t port);
/// IPv4-mapped addresses become IPv4.
[[nodiscard]] IpAddress FromSocketAddress(const SocketAddress& address);

}  // namespace portcullis::net

#endif  // PORTCULLIS_TESTS_NET_SOCKET_ADDRESS_H_
