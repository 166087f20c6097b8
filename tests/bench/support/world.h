// SPDX-License-Identifier: Apache-2.0
//
// A cluster of any size that looks like one: namespaces of 100 pods, deployments of ten with three
// labels a pod, policies of the kinds that people write. The same size and seed give the same
// objects. (tests/support/oracle has random objects that look for corners instead.)
//
// What this node has does not depend on the size of the cluster: its pods, and a tenth of all
// policies, are of the first kHomeNamespaces namespaces. So growth with the number of pods shows
// what the rest of the cluster costs.
#ifndef PORTCULLIS_TESTS_BENCH_SUPPORT_WORLD_H_
#define PORTCULLIS_TESTS_BENCH_SUPPORT_WORLD_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "k8s-client/types.h"

namespace portcullis::bench {

inline constexpr char kLocalNode[] = "node-0";
inline constexpr size_t kHomeNamespaces = 5;
inline constexpr size_t kPodsPerNamespace = 100;
inline constexpr size_t kDeployments = 10;  ///< Of a namespace: "app-0" to "app-9".
inline constexpr size_t kTeams = 10;        ///< Values of the namespaces' label "team".

struct WorldSize {
  size_t pods = 1000;  ///< REQUIRES: at least 600, and less than 4 million.
  size_t policies = 100;
  size_t local_pods = 110;  ///< REQUIRES: at most 500.
  bool dual_stack = false;
  uint64_t seed = 1;
};

[[nodiscard]] k8s::Objects MakeWorld(const WorldSize& size);

/// "ns-17".
[[nodiscard]] std::string NamespaceName(size_t number);
[[nodiscard]] k8s::Namespace MakeNamespace(size_t number);

/// Pod `number` of the cluster, of a deployment of `ns`; its address comes from its number.
/// REQUIRES: number < 4 million.
[[nodiscard]] k8s::Pod MakePod(size_t number,
                               const std::string& ns,
                               size_t deployment,
                               const std::string& node,
                               bool dual_stack = false);

enum class PolicyKind : uint8_t {
  kDefaultDeny,   ///< Nothing comes into the pods of the namespace.
  kAllowDns,      ///< The namespace's pods may send to kube-dns, and what other policies say.
  kAppToApp,      ///< Pods of one deployment from another's, one TCP port.
  kFromTeam,      ///< From the namespaces of a team, two ports.
  kAddressBlock,  ///< To a block without two others, any port.
  kNamedPort,     ///< From frontends, to the port that the pod calls "http".
  kMonitoring,    ///< From the pods of namespace monitoring, a range of ports.
};

/// `variant` chooses among the deployments, teams and blocks that it may name.
[[nodiscard]] k8s::NetworkPolicy MakePolicy(PolicyKind kind,
                                            const std::string& ns,
                                            const std::string& name,
                                            size_t variant);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_SUPPORT_WORLD_H_
