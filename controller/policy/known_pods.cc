// SPDX-License-Identifier: Apache-2.0
//
// See known_pods.h.
#include "controller/policy/known_pods.h"

#include <utility>

#include "controller/policy/sets.h"

namespace portcullis::policy {

void KnownPods::SetRanges(PodRanges ranges) {
  ranges = Disjoint(std::move(ranges));
  if (ranges_ == ranges) {
    return;
  }
  ranges_ = std::move(ranges);
  shown_.clear();
  dirty_.clear();
  pods_.ForEachOwned([this](const IpAddress& address) { Touch(address); });
}

void KnownPods::Touch(const IpAddress& address) {
  if (ranges_ && Hold(*ranges_, address)) {
    dirty_.insert(address);
  }
}

void KnownPods::Settle(Delta* delta) {
  for (const IpAddress& address : std::exchange(dirty_, {})) {
    const bool known = pods_.ClassAt(address) != kNone;
    if (known == (shown_.count(address) != 0)) {
      continue;
    }
    if (delta != nullptr) {
      const SetEdit edit = EditSet(*delta, EmptyKnownSet(address.family()));
      AddElement(known ? edit.after : edit.before, AddressElement(address));
    }
    if (known) {
      shown_.insert(address);
    } else {
      shown_.erase(address);
    }
  }
}

void KnownPods::WriteAll(std::map<std::string, nft::Set>& sets) const {
  for (nft::Set& set : EmptyKnownSets(ranges_.value_or(PodRanges{}))) {
    sets.insert_or_assign(set.name, std::move(set));
  }
  for (const IpAddress& address : shown_) {
    AddElement(sets.at(KnownSetName(address.family())), AddressElement(address));
  }
}

}  // namespace portcullis::policy
