// SPDX-License-Identifier: Apache-2.0
//
// Datagrams together with the local address they came to or are to leave from, which a host with
// several addresses needs in order to answer from the one it was asked at. Neighbours:
// socket_address below; the lab and tests/cluster/agnhost send and receive with it.
#ifndef PORTCULLIS_TESTS_NET_DATAGRAM_H_
#define PORTCULLIS_TESTS_NET_DATAGRAM_H_

#include <optional>
#include <string>
#include <string_view>

#include "tests/net/socket_address.h"

namespace portcullis::net {

struct Datagram {
  SocketAddress peer;
  std::optional<IpAddress> local;  ///< Nothing: not known, or the kernel's choice.
  std::string payload;
};

/// Has Receive() learn local addresses. Negative with errno where the kernel refuses.
[[nodiscard]] int EnableLocalAddresses(int fd, int family);
/// The next datagram; nothing, with errno, where there is none now.
[[nodiscard]] std::optional<Datagram> Receive(int fd);
/// Whether the kernel took it. A socket of IPv6 takes IPv4-mapped peers with IPv4 locals.
bool Send(int fd, const Datagram& datagram);

/// The payload of a raw IPv4 socket's datagram, which begins with the IP header; IPv6 as it is.
[[nodiscard]] std::string_view WithoutIpHeader(Family family, std::string_view datagram);

}  // namespace portcullis::net

#endif  // PORTCULLIS_TESTS_NET_DATAGRAM_H_
