// SPDX-License-Identifier: Apache-2.0
//
// The addresses of the node's pod ranges that pods are known to have, of whatever node: what
// unknown_pods.h looks in. Pure. Used by engine.cc; compile.cc is the reference.
//
// Pods of other nodes count too, since not every network gives a node's pods the addresses that its
// Node object speaks of: else their flows would look like those of pods that nobody knows.
#ifndef PORTCULLIS_CONTROLLER_POLICY_KNOWN_PODS_H_
#define PORTCULLIS_CONTROLLER_POLICY_KNOWN_PODS_H_

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/ip.h"
#include "controller/policy/delta.h"
#include "controller/policy/pod_ranges.h"
#include "controller/policy/pod_store.h"

namespace portcullis::policy {

class KnownPods {
 public:
  /// `pods` must outlive it.
  explicit KnownPods(const PodStore& pods) : pods_(pods) {}

  /// Nothing changes where they are the same as before; else WriteAll() has to follow, as no delta
  /// says which sets come and go.
  void SetRanges(PodRanges ranges);
  /// Nothing: they were never told.
  [[nodiscard]] const std::optional<PodRanges>& ranges() const { return ranges_; }

  /// A pod owns the address from now on, or no longer.
  void Touch(const IpAddress& address);

  /// Takes what has changed since the last time as told, and writes it to `delta` unless that is
  /// null.
  void Settle(Delta* delta);
  /// REQUIRES: settled.
  void WriteAll(std::map<std::string, nft::Set>& sets) const;

 private:
  const PodStore& pods_;
  std::optional<PodRanges> ranges_;
  std::set<IpAddress> shown_;  ///< As told.
  std::set<IpAddress> dirty_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_KNOWN_PODS_H_
