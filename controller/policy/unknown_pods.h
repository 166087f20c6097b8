// SPDX-License-Identifier: Apache-2.0
//
// The chains that count new flows from and to addresses of the node's pod ranges which no pod is
// known to have: a new pod's, before its address has come from the API, or a gone one's. They count
// and decide nothing: what passes, and what is marked, is the same with and without them. Pure.
// Used by base_chains.cc; known_pods.h keeps the sets that they look in.
#ifndef PORTCULLIS_CONTROLLER_POLICY_UNKNOWN_PODS_H_
#define PORTCULLIS_CONTROLLER_POLICY_UNKNOWN_PODS_H_

#include <string>
#include <vector>

#include "controller/policy/pod_ranges.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// None where there are no ranges.
[[nodiscard]] std::vector<nft::Chain> UnknownPodsChains(const PodRanges& ranges);

/// The rule of a base chain that leads a flow's first packets to one of them: kUnknownPodsChain, or
/// kUnknownSourcesChain where the destination is the node's own.
[[nodiscard]] nft::Rule CountUnknown(const char* chain);

/// The ranges that a table (as dumped) counts for.
[[nodiscard]] PodRanges CountedRanges(const nft::Ruleset& ruleset);

/// Whether a rule can only be one of the above: it ends nothing, marks nothing, and leads nowhere
/// but to their chains.
[[nodiscard]] bool OnlyCounts(const nft::Rule& rule);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_UNKNOWN_PODS_H_
