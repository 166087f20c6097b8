// SPDX-License-Identifier: Apache-2.0
//
// Why one entry of a policy matches a connection or does not, in words. Pure. What matches is for
// policy/selector.h and Cidr to say; here is only what that is called. Used by explanation.h, whose
// tests hold these answers against Reach's.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_REASONS_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_REASONS_H_

#include <string>

#include "base/ip.h"
#include "controller/insight/asked_port.h"
#include "controller/policy/world.h"
#include "k8s-client/types.h"

namespace portcullis::insight {

/// One entry of a rule's `from`, `to` or `ports`.
struct Entry {
  std::string text;  ///< The entry itself: "podSelector role=frontend", "80-90/TCP".
  bool matches = false;
  std::string reason;  ///< "needs role=frontend, pod shop/web has role=backend".

  bool operator==(const Entry&) const = default;
};

/// An end of a connection, as an entry sees it.
struct Party {
  IpAddress address;
  const k8s::Pod* pod = nullptr;  ///< Whose address it is, or null.
  std::string name;               ///< "pod shop/web", "node worker-1", "203.0.113.1".
  bool host_network = false;      ///< A pod of its node's network (8.1).
};

/// Whether `selector` matches the labels of `who`, and each requirement that does not hold.
[[nodiscard]] Entry JudgeSelector(const k8s::LabelSelector& selector,
                                  const k8s::Labels& labels,
                                  const std::string& who);

/// Whether `peer` of a policy in `policy_namespace` matches `party`.
[[nodiscard]] Entry JudgePeer(const k8s::Peer& peer,
                              const std::string& policy_namespace,
                              const Party& party,
                              const policy::World& world);

/// Whether `entry` matches `asked` at `destination`.
[[nodiscard]] Entry JudgePort(const k8s::PolicyPort& entry,
                              const AskedPort& asked,
                              const Party& destination);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_REASONS_H_
