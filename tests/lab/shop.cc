// SPDX-License-Identifier: Apache-2.0
//
// See shop.h.
#include "tests/lab/shop.h"

#include <utility>

#include "tests/lab/random_world.h"

namespace portcullis::lab {

ClusterSpec ShopSpec(Wiring wiring, uint8_t pods_per_node, size_t nodes) {
  ClusterSpec spec;
  spec.lab.wiring = wiring;
  spec.lab.nodes = nodes;
  spec.pods_per_node = pods_per_node;
  return spec;
}

Shop::Shop(ClusterSpec spec,
           const std::map<std::string, std::string>& apps,
           const std::vector<const char*>& policies)
    : cluster(std::move(spec)),
      objects(ObjectsWithApps(cluster.lab(), "shop", apps)) {
  for (const char* policy : policies) {
    objects.policies.push_back(PolicyFromYaml(policy));
  }
  cluster.Apply(objects);
  cluster.StartControllers();
}

Probe Shop::Question(const std::string& from,
                     const std::string& to,
                     Transport transport,
                     uint16_t port,
                     Family family) {
  const Lab& lab = cluster.lab();
  return {&lab.pod(from), {}, lab.pod(to).Address(family), transport, port};
}

bool Shop::Passes(const std::string& from,
                  const std::string& to,
                  Transport transport,
                  uint16_t port,
                  Family family) {
  return Reaches(cluster.engine(), Question(from, to, transport, port, family));
}

}  // namespace portcullis::lab
