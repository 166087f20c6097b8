// SPDX-License-Identifier: Apache-2.0
//
// The live cluster that a command asks: which one, what it holds, and what to try where it does not
// answer. Reads and never writes.
#ifndef PORTCULLIS_CONTROLLER_CLI_CLUSTER_H_
#define PORTCULLIS_CONTROLLER_CLI_CLUSTER_H_

#include "base/result.h"
#include "controller/cli/option_groups.h"
#include "k8s-client/client_config.h"
#include "k8s-client/curl_transport.h"
#include "k8s-client/types.h"

namespace portcullis::cli {

/// The cluster that the options or the environment mean (k8s-client/find_config.h).
/// ERRORS: those of k8s::FindConfig, saying what else can be done.
[[nodiscard]] Result<k8s::ClientConfig> FindCluster(const ClusterSource& cluster);

/// As all commands present themselves to the API server.
[[nodiscard]] k8s::CurlTransport ConnectTo(const k8s::ClientConfig& config);

/// All its objects, of the cluster that `cluster` means; shows its progress on a terminal.
/// ERRORS: those of k8s::FetchObjects, naming the cluster and what can be done.
[[nodiscard]] Result<k8s::LoadedObjects> FetchCluster(const k8s::ClientConfig& config,
                                                      k8s::CurlTransport& transport,
                                                      const ClusterSource& cluster);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_CLUSTER_H_
