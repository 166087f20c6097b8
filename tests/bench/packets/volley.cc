// SPDX-License-Identifier: Apache-2.0
//
// See volley.h.
#include "tests/bench/packets/volley.h"

#include <netinet/in.h>

#include "tests/bench/packets/frames.h"

namespace portcullis::bench {

Volley::Volley(const std::string& packet, const IpAddress& to)
    : bytes_(kPackets, packet),
      address_(net::ToSocketAddress(to, 0)) {
  for (size_t i = 0; i < kPackets; ++i) {
    pieces_.at(i) = {bytes_.at(i).data(), bytes_.at(i).size()};
    messages_.at(i).msg_hdr = {address_.get(), address_.size, &pieces_.at(i), 1, nullptr, 0, 0};
  }
}

void Volley::NumberOn() {
  for (std::string& packet : bytes_) {
    SetSourcePort(packet, next_port_++);
  }
}

void Volley::Send(const lab::Fd& raw) {
  if (::sendmmsg(raw.get(), messages_.data(), kPackets, 0) != static_cast<int>(kPackets)) {
    lab::ThrowErrno("sendmmsg");
  }
}

lab::Fd RawSocket(const lab::Netns& netns, Family family) {
  const int domain = family == Family::kIpv4 ? AF_INET : AF_INET6;
  lab::Fd raw = netns.Socket(domain, SOCK_RAW, IPPROTO_RAW);
  if (family == Family::kIpv6) {
    const int on = 1;
    lab::Checked(::setsockopt(raw.get(), IPPROTO_IPV6, IPV6_HDRINCL, &on, sizeof on),
                 "IPV6_HDRINCL");
  }
  return raw;
}

}  // namespace portcullis::bench
