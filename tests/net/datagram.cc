// SPDX-License-Identifier: Apache-2.0
//
// See datagram.h.
#include "tests/net/datagram.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <netinet/in.h>

#include "tests/net/bytes.h"

namespace portcullis::net {
namespace {

constexpr size_t kControl = 256;

in6_addr Mapped(const IpAddress& address) {
  const std::string bytes = address.Bytes();
  in6_addr out{};
  if (address.family() == Family::kIpv4) {
    out.s6_addr[10] = 0xff;
    out.s6_addr[11] = 0xff;
  }
  std::memcpy(&out.s6_addr[16 - bytes.size()], bytes.data(), bytes.size());
  return out;
}

/// Makes `info` the only control message of `message`, whose control buffer is large enough.
template <typename Info>
void SetControl(msghdr& message, int level, int type, const Info& info) {
  message.msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(header), &info, sizeof info);
}

void SetLocal(msghdr& message, const IpAddress& local) {
  const auto* peer = static_cast<const sockaddr*>(message.msg_name);
  if (peer->sa_family == AF_INET) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, local.Bytes().data(), local.size());
    SetControl(message, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    info.ipi6_addr = Mapped(local);
    SetControl(message, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

std::optional<IpAddress> LocalOf(msghdr& message) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    SocketAddress address;
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      return IpAddress::FromBytes({reinterpret_cast<const char*>(&info.ipi_addr), 4});
    }
    if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      sockaddr_in6 in{};
      in.sin6_family = AF_INET6;
      in.sin6_addr = info.ipi6_addr;
      std::memcpy(&address.storage, &in, sizeof in);
      return FromSocketAddress(address);
    }
  }
  return std::nullopt;
}

}  // namespace

int EnableLocalAddresses(int fd, int family) {
  const int on = 1;
  return family == AF_INET ? ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on)
                           : ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
}

std::optional<Datagram> Receive(int fd) {
  std::array<char, 2048> payload{};
  alignas(cmsghdr) std::array<char, kControl> control{};
  Datagram out;
  iovec part = {payload.data(), payload.size()};
  msghdr message{};
  message.msg_name = &out.peer.storage;
  message.msg_namelen = sizeof out.peer.storage;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t size = ::recvmsg(fd, &message, 0);
  if (size < 0) {
    return std::nullopt;
  }
  out.peer.size = message.msg_namelen;
  out.local = LocalOf(message);
  out.payload.assign(payload.data(), static_cast<size_t>(size));
  return out;
}

bool Send(int fd, const Datagram& datagram) {
  alignas(cmsghdr) std::array<char, kControl> control{};
  SocketAddress peer = datagram.peer;
  std::string payload = datagram.payload;
  iovec part = {payload.data(), payload.size()};
  msghdr message{};
  message.msg_name = peer.get();
  message.msg_namelen = peer.size;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (datagram.local) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    SetLocal(message, *datagram.local);
  }
  return ::sendmsg(fd, &message, MSG_NOSIGNAL) >= 0;
}

std::string_view WithoutIpHeader(Family family, std::string_view datagram) {
  if (family == Family::kIpv4 && !datagram.empty()) {
    datagram.remove_prefix(std::min<size_t>(datagram.size(), size_t{Get8(datagram, 0) & 0xfU} * 4));
  }
  return datagram;
}

}  // namespace portcullis::net
