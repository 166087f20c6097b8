// SPDX-License-Identifier: Apache-2.0
//
// Random values of every part of k8s-client/types.h, well-formed and canonical, from a seed.
#ifndef PORTCULLIS_TESTS_K8S_CLIENT_RANDOM_OBJECTS_H_
#define PORTCULLIS_TESTS_K8S_CLIENT_RANDOM_OBJECTS_H_

#include <cstdint>
#include <random>

#include "k8s-client/node.h"
#include "k8s-client/types.h"

namespace portcullis::test {

class RandomObjects {
 public:
  explicit RandomObjects(uint64_t seed) : random_(seed) {}

  [[nodiscard]] k8s::Pod Pod();
  [[nodiscard]] k8s::Namespace Namespace();
  [[nodiscard]] k8s::Node Node();
  [[nodiscard]] k8s::NetworkPolicy Policy();
  /// 0 <= number < bound.
  [[nodiscard]] size_t Below(size_t bound);

 private:
  bool Coin() { return Below(2) == 1; }
  k8s::ObjectMeta Meta(bool namespaced);
  std::string Text();
  k8s::Labels Labels();
  k8s::Protocol Protocol();
  uint16_t Port();
  k8s::LabelSelector Selector();
  k8s::Requirement Requirement();
  IpAddress Address();
  k8s::Peer Peer();
  k8s::PolicyPort PolicyPort();
  std::vector<k8s::PolicyRule> Rules();

  std::mt19937_64 random_;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_K8S_CLIENT_RANDOM_OBJECTS_H_
