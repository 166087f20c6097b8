// SPDX-License-Identifier: Apache-2.0
//
// What kube-proxy and the portmap plugin do to packets, as far as tests need it: destination NAT in
// the nodes, with the nft program. Neighbours: topology has the nodes; the product plays no part.
#ifndef PORTCULLIS_TESTS_LAB_SERVICES_H_
#define PORTCULLIS_TESTS_LAB_SERVICES_H_

#include <vector>

#include "tests/lab/packet.h"
#include "tests/lab/topology.h"

namespace portcullis::lab {

/// A ClusterIP, a NodePort or a hostPort, by its address, and the pod behind it.
struct ServicePort {
  IpAddress address;
  Transport transport = Transport::kTcp;
  uint16_t port = 0;
  IpAddress backend;
  uint16_t target_port = 0;
};

/// Has every node translate these and only these. As kube-proxy does, a pod that reaches itself by
/// a Service sees its node's address as source.
void InstallServices(const Lab& lab, const std::vector<ServicePort>& services);

/// The rules as nft text.
[[nodiscard]] std::string ServiceRules(const std::vector<ServicePort>& services);

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_SERVICES_H_
