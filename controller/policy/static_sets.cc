// SPDX-License-Identifier: Apache-2.0
//
// See static_sets.h.
#include "controller/policy/static_sets.h"

#include <utility>

namespace portcullis::policy {
namespace {

nft::Set WithoutElements(nft::Set set) {
  set.elements.clear();
  return set;
}

/// The elements of `a` that `b` has not, or has otherwise, in a set like `a`.
nft::Set Difference(const nft::Set& a, const nft::Set& b) {
  nft::Set difference = WithoutElements(a);
  for (const auto& [key, element] : a.elements) {
    const auto other = b.elements.find(key);
    if (other == b.elements.end() || other->second != element) {
      difference.elements.emplace(key, element);
    }
  }
  return difference;
}

void WriteChange(const std::optional<nft::Set>& before, const nft::Set* after, Delta& delta) {
  if (before && after != nullptr) {
    if (*before != *after) {
      delta.sets_before.insert_or_assign(before->name, Difference(*before, *after));
      delta.sets_after.insert_or_assign(after->name, Difference(*after, *before));
    }
  } else if (before) {
    delta.sets_before.insert_or_assign(before->name, WithoutElements(*before));
  } else if (after != nullptr) {
    delta.sets_after.insert_or_assign(after->name, *after);
  }
}

}  // namespace

void StaticSets::Remember(const std::string& name) {
  if (before_.count(name) == 0) {
    const auto found = sets_.find(name);
    before_.emplace(name, found == sets_.end() ? std::nullopt : std::optional(found->second.set));
  }
}

void StaticSets::Acquire(nft::Set set) {
  Remember(set.name);
  State& state = sets_[set.name];
  ++state.references;
  state.set = std::move(set);
}

void StaticSets::Release(const std::string& name) {
  Remember(name);
  const auto found = sets_.find(name);
  if (--found->second.references == 0) {
    sets_.erase(found);
  }
}

void StaticSets::Settle(Delta* delta) {
  if (delta != nullptr) {
    for (const auto& [name, before] : before_) {
      const auto now = sets_.find(name);
      WriteChange(before, now == sets_.end() ? nullptr : &now->second.set, *delta);
    }
  }
  before_.clear();
}

void StaticSets::WriteAll(std::map<std::string, nft::Set>& sets) const {
  for (const auto& [name, state] : sets_) {
    sets.insert_or_assign(name, state.set);
  }
}

}  // namespace portcullis::policy
