// SPDX-License-Identifier: Apache-2.0
//
// A cluster in which namespace `shop` has pods with labels, and whose controllers enforce its
// policies: what most tests of the lab begin with. They derive from it what they do with it.
// Neighbours: cluster below, kernel_table for the table itself.
#ifndef PORTCULLIS_TESTS_LAB_SHOP_H_
#define PORTCULLIS_TESTS_LAB_SHOP_H_

#include <map>
#include <string>
#include <vector>

#include "k8s-client/types.h"
#include "tests/lab/cluster.h"
#include "tests/lab/probe.h"

namespace portcullis::lab {

/// Policy shop/server: pods with app=server are reached from those with app=client alone.
inline constexpr char kOnlyFromClient[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: server}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: client}}}])";

/// With pods p12, p13, ... on the first node, p22, ... on the second.
[[nodiscard]] ClusterSpec ShopSpec(Wiring wiring, uint8_t pods_per_node = 2, size_t nodes = 2);

struct Shop {
  /// `apps`: the label app by the pod's name; pods that are not there have no object. `policies`
  /// are YAML. When it returns, every node enforces. Throws LabError where that fails.
  Shop(ClusterSpec spec,
       const std::map<std::string, std::string>& apps,
       const std::vector<const char*>& policies = {});

  /// From one pod to another.
  [[nodiscard]] Probe Question(const std::string& from,
                               const std::string& to,
                               Transport transport,
                               uint16_t port = 80,
                               Family family = Family::kIpv4);
  /// Whether packets pass, asked as Question().
  [[nodiscard]] bool Passes(const std::string& from,
                            const std::string& to,
                            Transport transport,
                            uint16_t port = 80,
                            Family family = Family::kIpv4);

  Cluster cluster;
  k8s::Objects objects;  ///< Those that it began with.
};

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_SHOP_H_
