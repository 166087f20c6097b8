// SPDX-License-Identifier: Apache-2.0
//
// Runs SCTP services: moves packets and time between the raw sockets and the server. Neighbours:
// server decides, commands starts it.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_SERVE_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_SERVE_H_

#include <vector>

#include "tests/cluster/agnhost/server.h"

namespace portcullis::agnhost {

/// Until SIGTERM or SIGINT, which end the process with 0. The exit status where it cannot begin,
/// which is then on standard error.
[[nodiscard]] int Serve(std::vector<Service> services);
/// The same in a child, which ends when this process does; an exec here changes nothing for it.
/// Whether the child was made.
[[nodiscard]] bool ServeBeside(const std::vector<Service>& services);

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_SERVE_H_
