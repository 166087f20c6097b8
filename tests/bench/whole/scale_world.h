// SPDX-License-Identifier: Apache-2.0
//
// The objects of a cluster of a given size, and the few in it that packets are sent between. Values
// only, the same at every call. Neighbours: support/world makes most of them; bodies writes them
// out as an API server holds them; setting gives three pods their network namespaces.
//
//   ns-N     what support/world makes: pods, 107 of them on the node, and the policies
//   bench    the targets, on the node: `open` (no policy yet), `guarded` and `vault` (isolated)
//   clients  empty; a pod in it with app=client may reach `guarded`
//   moving   pods that may reach `vault` once the namespace has the label vault=yes
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_SCALE_WORLD_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_SCALE_WORLD_H_

#include <string>
#include <vector>

#include "k8s-client/types.h"
#include "tests/bench/support/world.h"

namespace portcullis::bench {

struct Scale {
  std::string name;  ///< "10k"
  size_t pods = 0;   ///< Of the cluster, those of the node included.
  size_t policies = 0;
};

/// 1k, 10k and 100k pods, with 100, 1,000 and 5,000 policies.
[[nodiscard]] const std::vector<Scale>& Scales();

inline constexpr size_t kLocalPods = 110;

/// One of the three that have a network namespace, on kLocalNode.
enum class Target : uint8_t { kOpen, kGuarded, kVault };
/// Its name in namespace "bench", and the last part of its address, 10.244.1.N.
[[nodiscard]] std::string NameOf(Target target);
[[nodiscard]] uint8_t NumberOf(Target target);

class ScaleWorld {
 public:
  explicit ScaleWorld(Scale scale) : scale_(std::move(scale)) {}

  [[nodiscard]] const Scale& scale() const { return scale_; }
  /// All that is there before anything is measured.
  [[nodiscard]] k8s::Objects Objects() const;

  /// How many pods "moving" has: 5,000; of less than ten thousand a quarter.
  [[nodiscard]] size_t MovingCount() const;
  [[nodiscard]] static k8s::Pod Moving(size_t number);
  /// The namespace, without or with the label that lets them in.
  [[nodiscard]] static k8s::Namespace MovingNamespace(bool admitted);

  /// A remote pod that is not in the world, in one of its namespaces.
  [[nodiscard]] k8s::Pod Newcomer(size_t number) const;
  /// A pod that may reach `guarded`; all have the same address.
  [[nodiscard]] static k8s::Pod Client(size_t number);
  /// The policy that isolates `open`.
  [[nodiscard]] static k8s::NetworkPolicy Deny();
  /// An address that no pod has and no policy allows to `guarded` or `vault`.
  [[nodiscard]] static IpAddress Stranger();

 private:
  /// How many support/world makes.
  [[nodiscard]] size_t OthersCount() const;

  Scale scale_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_SCALE_WORLD_H_
