// SPDX-License-Identifier: Apache-2.0
//
// The fixed part of the table: the chains that hooks call, and those they share. They depend on
// the generation and on the node's pod ranges, never on the cluster's objects; those live in the
// maps that the rules here look in. Pure. Used by compile.cc; docs/architecture.md tells a packet's
// way through them.
#ifndef PORTCULLIS_CONTROLLER_POLICY_BASE_CHAINS_H_
#define PORTCULLIS_CONTROLLER_POLICY_BASE_CHAINS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "controller/policy/marks.h"
#include "controller/policy/pod_ranges.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

[[nodiscard]] std::vector<nft::Chain> BaseChains(const MarkLayout& marks,
                                                 std::optional<uint32_t> generation,
                                                 const PodRanges& pod_ranges);

/// CurrentGeneration() of compile.h: beside the rules that it reads.
[[nodiscard]] std::optional<uint32_t> AcceptedGeneration(const nft::Ruleset& ruleset,
                                                         const MarkLayout& marks);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_BASE_CHAINS_H_
