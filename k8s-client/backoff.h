// SPDX-License-Identifier: Apache-2.0
//
// How long to wait before the next attempt: exponentially longer, with full jitter, so that many
// nodes which fail at once do not come back at once. Pure: the random numbers come from a seed.
#ifndef PORTCULLIS_K8S_CLIENT_BACKOFF_H_
#define PORTCULLIS_K8S_CLIENT_BACKOFF_H_

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace portcullis::k8s {

class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  Backoff(Duration initial, Duration max, uint64_t seed)
      : initial_(initial),
        max_(max),
        limit_(initial),
        random_(seed) {}

  /// A wait from 0 to `initial` after the first failure, then to twice that ... to `max`.
  [[nodiscard]] Duration Next() {
    const Duration wait = Between(Duration(0), std::min(limit_, max_));
    limit_ = std::min(limit_ * 2, max_);
    return wait;
  }

  /// It works again: the next wait is a short one.
  void Reset() { limit_ = initial_; }

  template <typename D>
  [[nodiscard]] D Between(D low, D high) {
    return D(std::uniform_int_distribution<typename D::rep>(low.count(), high.count())(random_));
  }

 private:
  Duration initial_;
  Duration max_;
  Duration limit_;
  std::mt19937_64 random_;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_BACKOFF_H_
