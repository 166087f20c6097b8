// SPDX-License-Identifier: Apache-2.0
//
// `connect`: one attempt to reach a server, reported in agnhost's words. The suites run it some
// hundred thousand times, so it starts quickly. Neighbours: command_line says what is asked,
// commands prints the outcome; connect_sctp and connect_socket do the work.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_CONNECT_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_CONNECT_H_

#include <optional>
#include <string>

#include "tests/cluster/agnhost/command_line.h"

namespace portcullis::agnhost {

/// Nothing: reached. Else a line for standard error, which begins with TIMEOUT, REFUSED, DNS,
/// UNKNOWN or OTHER; the exit status is then 1.
using Failure = std::optional<std::string>;

/// REQUIRES: the protocol is that of the name, and there is a target.
[[nodiscard]] Failure ConnectTcp(const ConnectRequest& request);
[[nodiscard]] Failure ConnectUdp(const ConnectRequest& request);
/// Without an answer until the timeout, TIMEOUT, even where it is 0. With `hold` messages are
/// exchanged for so long, and the first without an answer is TIMEOUT.
[[nodiscard]] Failure ConnectSctp(const ConnectRequest& request);

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_CONNECT_H_
