// SPDX-License-Identifier: Apache-2.0
//
// Other projects' programs that do the same work, as subjects: how they are started here, and what
// the node needs for them. tests/bench/peers/build makes them.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_PEERS_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_PEERS_H_

#include "tests/bench/whole/subject.h"

namespace portcullis::bench {

/// The folder that tests/bench/peers/build fills; PORTCULLIS_BENCH_PEERS names another.
[[nodiscard]] std::filesystem::path PeersFolder();

/// kube-network-policies, a verdict from user space for each flow's first packet. Where the kernel
/// has no `queue` for nftables, its own rules are refused, and it goes on without them. So the same
/// is asked of iptables: all first packets to the node's pods go into its queue.
[[nodiscard]] SubjectSpec KubeNetworkPoliciesSpec(const std::filesystem::path& kubeconfig);

/// kube-router as firewall alone, iptables and ipset.
[[nodiscard]] SubjectSpec KubeRouterSpec(const std::filesystem::path& kubeconfig);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_PEERS_H_
