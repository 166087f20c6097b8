// SPDX-License-Identifier: Apache-2.0
//
// See revocation.h.
#include "controller/policy/revocation.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "controller/policy/names.h"
#include "controller/policy/unknown_pods.h"

namespace portcullis::policy {
namespace {

using Statements = std::vector<nft::Statement>;

bool Returns(const nft::Rule& rule) {
  return !rule.statements.empty() &&
         rule.statements.back() == nft::Statement(nft::Verdict{nft::VerdictKind::kReturn, ""});
}

/// Judges one operation at a time, knowing what the others of the same change do.
class Judge {
 public:
  explicit Judge(const nft::ChangeSet& change) {
    for (const nft::Operation& operation : change.operations) {
      if (const auto* chain = std::get_if<nft::AddChain>(&operation)) {
        new_chains_.insert(chain->chain.name);
      } else if (const auto* rule = std::get_if<nft::AddRule>(&operation)) {
        added_.emplace(rule->chain, rule->rule.statements);
      }
    }
  }

  bool operator()(const nft::AddTable& /*operation*/) const { return true; }
  bool operator()(const nft::DeleteTable& /*operation*/) const { return true; }
  bool operator()(const nft::AddSet& /*operation*/) const { return false; }
  bool operator()(const nft::DeleteSet& /*operation*/) const { return false; }
  bool operator()(const nft::DeleteChain& /*operation*/) const { return false; }

  /// A base chain is in use from the start, another one from the jump to it.
  bool operator()(const nft::AddChain& operation) const { return operation.chain.base.has_value(); }

  bool operator()(const nft::AddElements& operation) const { return operation.set.verdict_map; }
  /// An address that leaves a dispatch map is no longer isolated; what leaves another map (a cell's
  /// port) is no longer allowed.
  bool operator()(const nft::DeleteElements& operation) const {
    return !operation.set.verdict_map || !IsDispatchMap(operation.set.name);
  }

  bool operator()(const nft::AddRule& operation) const {
    const bool only_allows = IsGroupChain(operation.chain) && Returns(operation.rule);
    return !only_allows && !OnlyCounts(operation.rule) && new_chains_.count(operation.chain) == 0;
  }

  /// Where the same rule is added under another comment, nothing is taken away: the allowances of a
  /// chain commute.
  bool operator()(const nft::DeleteRule& operation) const {
    const bool stays = IsGroupChain(operation.chain) && Returns(operation.rule) &&
                       added_.count({operation.chain, operation.rule.statements}) != 0;
    return !stays && !OnlyCounts(operation.rule);
  }

 private:
  std::set<std::string> new_chains_;
  std::set<std::pair<std::string, Statements>> added_;
};

}  // namespace

bool TakesAway(const nft::ChangeSet& change) {
  const Judge judge(change);
  return std::any_of(change.operations.begin(),
                     change.operations.end(),
                     [&](const nft::Operation& operation) { return std::visit(judge, operation); });
}

}  // namespace portcullis::policy
