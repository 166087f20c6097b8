// SPDX-License-Identifier: Apache-2.0
//
// What policy rules allow, in terms of identities instead of objects: one allowance is one rule of
// a group's chain. Pure. Made from k8s::PolicyRule here, collected by resolve.h, written as
// statements by group_chain.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_ALLOWANCE_H_
#define PORTCULLIS_CONTROLLER_POLICY_ALLOWANCE_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "controller/policy/identity.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

/// A set of addresses that one end of a connection is looked up in.
using AddressMatch = std::variant<PeerSelectorId, AddressBlock, NamedPortId>;

/// A connection is allowed where all of this holds.
struct Allowance {
  std::vector<AddressMatch> source;       ///< The source is in each of these.
  std::vector<AddressMatch> destination;  ///< The destination is in each of these.
  std::optional<k8s::Protocol> protocol;  ///< Nothing: every protocol, with ports or not (6.1).
  std::vector<k8s::PortRange> ports;      ///< Disjoint and sorted; empty: every port (6.3).

  auto operator<=>(const Allowance&) const = default;
};

/// The numbers that `name` of `protocol` has among the pods of `scope`; for LocalPods those of the
/// pods that the rule is about.
using PortNumbers =
    std::function<std::set<uint16_t>(const PodScope&, const std::string& name, k8s::Protocol)>;

/// What `rule` of a policy in `policy_namespace` allows: any of these.
[[nodiscard]] std::vector<Allowance> Allowances(const k8s::PolicyRule& rule,
                                                Direction direction,
                                                const std::string& policy_namespace,
                                                const PortNumbers& numbers);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_ALLOWANCE_H_
