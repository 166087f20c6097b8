// SPDX-License-Identifier: Apache-2.0
//
// See raw_sctp.h.
#include "tests/cluster/agnhost/raw_sctp.h"

#include <cerrno>

#include <netinet/in.h>

#include "tests/cluster/agnhost/system.h"
#include "tests/net/datagram.h"

namespace portcullis::agnhost {
namespace {

tl::unexpected<Error> FailErrno(ErrorCode code) {
  const int error = errno;
  return Fail(code, ErrorText(error), error);
}

}  // namespace

Result<RawSctp> RawSctp::Open(Family family) {
  const int domain = family == Family::kIpv4 ? AF_INET : AF_INET6;
  net::Fd fd(::socket(domain, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_SCTP));
  if (!fd || net::EnableLocalAddresses(fd.get(), domain) < 0) {
    return FailErrno(errno == EPERM ? ErrorCode::kPermission : ErrorCode::kUnavailable);
  }
  return RawSctp(std::move(fd), family);
}

Result<> RawSctp::Connect(const IpAddress& peer) {
  const net::SocketAddress address = net::ToSocketAddress(peer, 0);
  if (::connect(fd_.get(), address.get(), address.size) < 0) {
    return FailErrno(ErrorCode::kUnavailable);
  }
  return {};
}

Result<> RawSctp::Send(const Envelope& envelope) const {
  const net::Datagram datagram{
      net::ToSocketAddress(envelope.peer, 0), envelope.local, net::Encode(envelope.packet)};
  if (!net::Send(fd_.get(), datagram)) {
    return FailErrno(ErrorCode::kUnavailable);
  }
  return {};
}

Result<std::optional<Envelope>> RawSctp::Receive() const {
  const auto datagram = net::Receive(fd_.get());
  if (!datagram && errno != EAGAIN) {
    return FailErrno(ErrorCode::kUnavailable);
  }
  auto packet = datagram ? net::DecodeSctpPacket(net::WithoutIpHeader(family_, datagram->payload))
                         : std::nullopt;
  if (!packet) {
    return std::optional<Envelope>();
  }
  return Envelope{datagram->local, net::FromSocketAddress(datagram->peer), std::move(*packet)};
}

}  // namespace portcullis::agnhost
