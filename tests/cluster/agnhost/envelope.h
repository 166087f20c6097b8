// SPDX-License-Identifier: Apache-2.0
//
// An SCTP packet together with the addresses that it goes between: what the raw sockets give to and
// take from the parts that decide.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_ENVELOPE_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_ENVELOPE_H_

#include <optional>

#include "base/ip.h"
#include "tests/net/sctp_packet.h"

namespace portcullis::agnhost {

struct Envelope {
  std::optional<IpAddress> local;  ///< Nothing: the kernel's choice.
  IpAddress peer;
  net::SctpPacket packet;
};

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_ENVELOPE_H_
