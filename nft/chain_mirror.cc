// SPDX-License-Identifier: Apache-2.0
//
// See chain_mirror.h. Apply() of changeset.h is the reference: it does the same to a whole table.
#include "nft/chain_mirror.h"

#include <algorithm>
#include <utility>

namespace portcullis::nft {
namespace {

using Chains = std::map<std::string, Chain>;
using Rules = std::vector<Rule>;

Rules::iterator FindRule(Rules& rules, uint64_t handle) {
  return std::find_if(
      rules.begin(), rules.end(), [&](const Rule& rule) { return rule.handle == handle; });
}

/// Does one operation after the other to the chains. Each call returns whether it fits.
class Follower {
 public:
  Follower(Chains& chains, const std::vector<uint64_t>& handles)
      : chains_(chains),
        handle_(handles.begin()),
        handles_end_(handles.end()) {}

  bool operator()(const AddTable& /*add*/) { return true; }
  bool operator()(const AddSet& /*add*/) { return true; }
  bool operator()(const DeleteSet& /*gone*/) { return true; }
  bool operator()(const AddElements& /*add*/) { return true; }
  bool operator()(const DeleteElements& /*gone*/) { return true; }

  bool operator()(const DeleteTable& /*all*/) {
    chains_.clear();
    return true;
  }

  bool operator()(const AddChain& add) {
    const Chain& chain = add.chain;
    return chains_.emplace(chain.name, Chain{chain.name, chain.base, chain.comment, {}}).second;
  }

  bool operator()(const DeleteChain& gone) { return chains_.erase(gone.name) == 1; }

  bool operator()(const AddRule& add) {
    const auto chain = chains_.find(add.chain);
    if (chain == chains_.end() || handle_ == handles_end_) {
      return false;
    }
    Rules& rules = chain->second.rules;
    auto place = add.append ? rules.end() : rules.begin();
    if (add.after != 0) {
      place = FindRule(rules, add.after);
      if (place == rules.end()) {
        return false;
      }
      ++place;
    }
    rules.insert(place, add.rule)->handle = *handle_;
    ++handle_;
    return true;
  }

  bool operator()(const DeleteRule& gone) {
    const auto chain = chains_.find(gone.chain);
    if (chain == chains_.end()) {
      return false;
    }
    Rules& rules = chain->second.rules;
    const auto rule = FindRule(rules, gone.rule.handle);
    if (rule == rules.end()) {
      return false;
    }
    rules.erase(rule);
    return true;
  }

 private:
  Chains& chains_;
  std::vector<uint64_t>::const_iterator handle_;
  std::vector<uint64_t>::const_iterator handles_end_;
};

}  // namespace

const Chain* ChainMirror::Find(const std::string& name) const {
  const auto found = chains_.find(name);
  return found == chains_.end() ? nullptr : &found->second;
}

bool ChainMirror::Take(const ChangeSet& change, const std::vector<uint64_t>& handles) {
  Follower follower(chains_, handles);
  return std::all_of(change.operations.begin(),
                     change.operations.end(),
                     [&](const Operation& operation) { return std::visit(follower, operation); });
}

}  // namespace portcullis::nft
