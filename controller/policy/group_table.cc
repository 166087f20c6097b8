// SPDX-License-Identifier: Apache-2.0
//
// See group_table.h.
#include "controller/policy/group_table.h"

#include <utility>

#include "controller/policy/group_cells.h"
#include "controller/policy/group_chain.h"
#include "controller/policy/group_rules.h"

namespace portcullis::policy {
namespace {

/// Up to so many rules a chain with a rule for each allowance is as fast as cells are
/// (docs/performance.md, "Packets"), reads better, and shares its sets with other groups.
constexpr size_t kMaxPlainRules = 16;

size_t CountRules(const Group& group) {
  size_t count = 0;
  for (const auto& [allowance, origins] : group.allowances) {
    for (const Family family : group.families) {
      count += AppliesTo(allowance, family) ? 1U : 0U;
    }
  }
  return count;
}

}  // namespace

GroupTable RenderGroup(const GroupId& id, const Group& group, LogGroup log) {
  const bool plain = CountRules(group) <= kMaxPlainRules;
  GroupTable table;
  GroupSets sets;
  for (const Tracking tracking : kTrackings) {
    if (plain) {
      table.chains.push_back(GroupChain(id, group, tracking, log, sets));
    } else {
      for (nft::Chain& chain : GroupCells(id, group, tracking, log, sets)) {
        table.chains.push_back(std::move(chain));
      }
    }
  }
  table.sets = sets.TakeSets();
  table.pod_sets = sets.TakePodSets();
  return table;
}

}  // namespace portcullis::policy
