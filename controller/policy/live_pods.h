// SPDX-License-Identifier: Apache-2.0
//
// Which pods count, and which addresses are theirs (docs/semantics.md, section 8): the only place
// that turns a pod's address into an identity. Pure. Used by resolve.cc and pod_store.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_LIVE_PODS_H_
#define PORTCULLIS_CONTROLLER_POLICY_LIVE_PODS_H_

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "controller/policy/world.h"

namespace portcullis::policy {

struct LivePod {
  const k8s::Pod* pod = nullptr;     ///< Of the world it was made from; never null.
  std::vector<IpAddress> addresses;  ///< Never empty; no other pod has one of them.
};

/// Whether a pod can have addresses of its own: not one of the host's network (8.1), nor one that
/// has finished (8.3).
[[nodiscard]] bool CanHaveIdentity(const k8s::Pod& pod);

/// Whether an address can be a pod's: none can be reached at the others from elsewhere; a status
/// that names one is wrong, and an element for it would give a pod's rights to other traffic.
[[nodiscard]] bool IsUnicast(const IpAddress& address);

/// How good a pod's claim to an address is, as far as its key plays no part (8.6). Where two are
/// equal, the greater key prevails.
struct Claim {
  bool running = false;
  bool not_deleting = false;
  int64_t created = 0;  ///< Seconds; 0 where the pod does not say when.

  auto operator<=>(const Claim&) const = default;
};
[[nodiscard]] Claim ClaimOf(const k8s::Pod& pod);

/// The pods that can be subjects and selector peers, by key: not of the host's network (8.1), not
/// finished (8.3), and with at least one address of their own. An address that several of them
/// claim belongs to one alone (8.6).
[[nodiscard]] std::vector<LivePod> LivePods(const World& world);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_LIVE_PODS_H_
