// SPDX-License-Identifier: Apache-2.0
//
// See socket_address.h.
#include "tests/net/socket_address.h"

#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace portcullis::net {

sockaddr* SocketAddress::get() {
  return reinterpret_cast<sockaddr*>(&storage);
}

const sockaddr* SocketAddress::get() const {
  return reinterpret_cast<const sockaddr*>(&storage);
}

int AddressFamily(const IpAddress& address) {
  return address.family() == Family::kIpv4 ? AF_INET : AF_INET6;
}

SocketAddress ToSocketAddress(const IpAddress& address, uint16_t port) {
  SocketAddress out;
  const std::string bytes = address.Bytes();
  if (address.family() == Family::kIpv4) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, bytes.data(), bytes.size());
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  } else {
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&out.storage, &in, sizeof in);
    out.size = sizeof in;
  }
  return out;
}

IpAddress FromSocketAddress(const SocketAddress& address) {
  std::string bytes;
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, &address.storage, sizeof in);
    bytes.assign(reinterpret_cast<const char*>(&in.sin_addr), sizeof in.sin_addr);
  } else {
    sockaddr_in6 in{};
    std::memcpy(&in, &address.storage, sizeof in);
    bytes.assign(reinterpret_cast<const char*>(&in.sin6_addr), sizeof in.sin6_addr);
    if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr)) {
      bytes.erase(0, 12);
    }
  }
  return IpAddress::FromBytes(bytes).value();
}

}  // namespace portcullis::net
