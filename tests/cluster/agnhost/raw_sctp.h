// SPDX-License-Identifier: Apache-2.0
//
// SCTP packets through a raw socket, which needs CAP_NET_RAW; the kernel's own SCTP is not used.
// Decides nothing. Neighbours: serve and connect_sctp; tests/net/datagram below.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_RAW_SCTP_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_RAW_SCTP_H_

#include "base/result.h"
#include "tests/cluster/agnhost/envelope.h"
#include "tests/net/fd.h"

namespace portcullis::agnhost {

/// A non-blocking socket that sees every SCTP packet of one family to this network namespace.
class RawSctp {
 public:
  [[nodiscard]] static Result<RawSctp> Open(Family family);

  /// Only packets of `peer` from now on, and what ICMP says of those to it; the kernel chooses the
  /// address that is sent from.
  [[nodiscard]] Result<> Connect(const IpAddress& peer);

  [[nodiscard]] Result<> Send(const Envelope& envelope) const;
  /// The next packet; nothing where there is none now, or it is no whole packet of SCTP. An error
  /// is one that ICMP told of.
  [[nodiscard]] Result<std::optional<Envelope>> Receive() const;

  [[nodiscard]] int fd() const { return fd_.get(); }

 private:
  RawSctp(net::Fd fd, Family family) : fd_(std::move(fd)), family_(family) {}

  net::Fd fd_;
  Family family_;
};

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_RAW_SCTP_H_
