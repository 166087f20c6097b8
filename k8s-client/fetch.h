// SPDX-License-Identifier: Apache-2.0
//
// All pods, namespaces and network policies of a cluster as they are now: one list of each kind,
// and no watch. For the commands that people run; the agent has the reflector, whose lister and
// wires these are.
#ifndef PORTCULLIS_K8S_CLIENT_FETCH_H_
#define PORTCULLIS_K8S_CLIENT_FETCH_H_

#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "k8s-client/transport.h"
#include "k8s-client/types.h"

namespace portcullis::k8s {

/// Hears how far a fetch is: "pods", and how many of them have come so far. Called at each page and
/// at the end of each kind.
using FetchProgress = std::function<void(const std::string& plural, size_t so_far)>;

/// Each kind is consistent in itself; between two kinds the cluster may have changed.
/// ERRORS: those of the transport; kPermission, with the rule that grants it, where a right is
/// missing; kUnavailable for what the server says it cannot do now. Nothing is tried again.
[[nodiscard]] Result<LoadedObjects> FetchObjects(Transport& transport,
                                                 const FetchProgress& progress,
                                                 const std::stop_token& stop);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_FETCH_H_
