// SPDX-License-Identifier: Apache-2.0
//
// World → Ruleset: what the kernel's table shall hold so that exactly what the NetworkPolicy
// objects allow passes on one node. Pure and total: never fails, never logs; the same objects give
// the same bytes whatever the order in which they came. Between resolve.h (which pods are subjects
// and peers of what) and nft/diff.
#ifndef PORTCULLIS_CONTROLLER_POLICY_COMPILE_H_
#define PORTCULLIS_CONTROLLER_POLICY_COMPILE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/denied_log.h"
#include "controller/policy/marks.h"
#include "controller/policy/names.h"
#include "controller/policy/world.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

struct CompileOptions {
  std::string node_name;  ///< Pods of this node are subjects; pods of all nodes are peers (8.10).
  MarkLayout marks;
  /// The generation number that accepted flows are marked with and recognised by. Nothing: no
  /// number is fit for use, every packet is judged.
  std::optional<uint32_t> generation = 1;
  LogGroup denied_log = kDefaultLogGroup;
};

[[nodiscard]] nft::Ruleset Compile(const World& world, const CompileOptions& options);

/// The same ruleset at another generation: only rules of base chains change.
[[nodiscard]] nft::Ruleset WithGeneration(nft::Ruleset ruleset,
                                          const MarkLayout& marks,
                                          std::optional<uint32_t> generation);

/// The generation a table (as dumped) accepts flows of; nothing where it has none, or was made with
/// another mask.
[[nodiscard]] std::optional<uint32_t> CurrentGeneration(const nft::Ruleset& ruleset,
                                                        const MarkLayout& marks);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_COMPILE_H_
