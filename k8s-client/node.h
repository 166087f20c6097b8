// SPDX-License-Identifier: Apache-2.0
//
// A Node, as far as this program reads it: which addresses its pods get. Beside types.h, which has
// what policies speak of; no policy speaks of nodes, and nothing that is enforced follows from one.
#ifndef PORTCULLIS_K8S_CLIENT_NODE_H_
#define PORTCULLIS_K8S_CLIENT_NODE_H_

#include <string>
#include <vector>

#include "base/ip.h"
#include "k8s-client/types.h"

namespace portcullis::k8s {

struct Node {
  ObjectMeta meta;              ///< key.ns is empty.
  std::vector<Cidr> pod_cidrs;  ///< spec.podCIDRs, or podCIDR where that is all there is.
  std::vector<std::string> problems;

  bool operator==(const Node&) const = default;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_NODE_H_
