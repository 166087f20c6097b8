// SPDX-License-Identifier: Apache-2.0
//
// Which pods count, and which addresses are theirs (docs/semantics.md, section 8): the only place
// that turns a pod's address into an identity. Pure. Used by resolve.cc.
#ifndef PORTCULLIS_CONTROLLER_POLICY_LIVE_PODS_H_
#define PORTCULLIS_CONTROLLER_POLICY_LIVE_PODS_H_

#include <vector>

#include "base/ip.h"
#include "controller/policy/world.h"

namespace portcullis::policy {

struct LivePod {
  const k8s::Pod* pod = nullptr;     ///< Of the world it was made from; never null.
  std::vector<IpAddress> addresses;  ///< Never empty; no other pod has one of them.
};

/// The pods that can be subjects and selector peers, by key: not of the host's network (8.1), not
/// finished (8.3), and with at least one address of their own. An address that several of them
/// claim belongs to one alone (8.6).
[[nodiscard]] std::vector<LivePod> LivePods(const World& world);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_LIVE_PODS_H_
