// SPDX-License-Identifier: Apache-2.0
//
// See pairs_alike.h.
#include "controller/insight/pairs_alike.h"

#include <algorithm>

namespace portcullis::insight {
namespace {

bool IsAlike(const std::optional<std::vector<Entry>>& a,
             const std::optional<std::vector<Entry>>& b) {
  const auto is_alike = [](const Entry& left, const Entry& right) {
    return left.matches == right.matches;
  };
  return a.has_value() == b.has_value() &&
         (!a || std::equal(a->begin(), a->end(), b->begin(), b->end(), is_alike));
}

bool IsAlike(const PolicyReasons& a, const PolicyReasons& b) {
  return std::equal(a.rules.begin(),
                    a.rules.end(),
                    b.rules.begin(),
                    b.rules.end(),
                    [](const RuleReasons& left, const RuleReasons& right) {
                      return left.allows == right.allows && IsAlike(left.peers, right.peers) &&
                             IsAlike(left.ports, right.ports);
                    });
}

/// Whether two sides of the same ends differ in nothing but the addresses that are told: each entry
/// says the same to both.
bool IsAlike(const Side& a, const Side& b) {
  return a.basis == b.basis && a.allows == b.allows && a.would_deny == b.would_deny &&
         std::equal(a.policies.begin(),
                    a.policies.end(),
                    b.policies.begin(),
                    b.policies.end(),
                    [](const PolicyReasons& left, const PolicyReasons& right) {
                      return left.policy == right.policy && IsAlike(left, right);
                    });
}

}  // namespace

std::vector<std::vector<const PairAnswer*>> PairsAlike(const std::vector<PairAnswer>& pairs) {
  std::vector<std::vector<const PairAnswer*>> groups;
  for (const PairAnswer& pair : pairs) {
    const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& other) {
      return IsAlike(other.front()->egress, pair.egress) &&
             IsAlike(other.front()->ingress, pair.ingress);
    });
    if (group == groups.end()) {
      groups.push_back({&pair});
    } else {
      group->push_back(&pair);
    }
  }
  return groups;
}

}  // namespace portcullis::insight
