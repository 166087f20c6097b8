// SPDX-License-Identifier: Apache-2.0
//
// See subjects.h.
#include "controller/policy/subjects.h"

#include <utility>

#include "controller/policy/sets.h"

namespace portcullis::policy {

Subjects::Subjects(const PodClasses& classes, const PodStore& pods, const Groups& groups)
    : classes_(classes),
      pods_(pods),
      groups_(groups) {
  for (nft::Set& set : SkeletonSets()) {
    std::string name = set.name;
    skeleton_.emplace(std::move(name), std::move(set));
  }
}

Subjects::Subject Subjects::Describe(const IpAddress& address) const {
  const uint32_t pod_class = pods_.ClassAt(address);
  if (pod_class == kNone || !classes_[pod_class].key.local) {
    return {};
  }
  return {pods_.KeyAt(address),
          groups_.ChainsOf(pod_class, Direction::kEgress),
          groups_.ChainsOf(pod_class, Direction::kIngress)};
}

Subjects::Elements Subjects::ElementsOf(const IpAddress& address, const Subject& subject) {
  Elements elements;
  const Family family = address.family();
  const auto add = [&](Direction direction, const std::shared_ptr<const GroupChains>& chains) {
    for (const Tracking tracking : kTrackings) {
      if (chains != nullptr) {
        elements.emplace(
            DispatchMapName(direction, family, tracking),
            DispatchElement(address, chains->at(static_cast<size_t>(tracking)), subject.pod));
      }
    }
  };
  if (subject.in_a_group()) {
    elements.emplace(SelfSetName(family), SelfElement(address));
  }
  add(Direction::kEgress, subject.egress);
  add(Direction::kIngress, subject.ingress);
  return elements;
}

void Subjects::Settle(Delta* delta) {
  for (const IpAddress& address : std::exchange(dirty_, {})) {
    Subject now = Describe(address);
    const auto shown = shown_.find(address);
    if (delta != nullptr) {
      WriteChange(shown == shown_.end() ? Elements{} : ElementsOf(address, shown->second),
                  ElementsOf(address, now),
                  *delta);
    }
    if (now.in_a_group()) {
      shown_.insert_or_assign(address, std::move(now));
    } else if (shown != shown_.end()) {
      shown_.erase(shown);
    }
  }
}

void Subjects::WriteChange(const Elements& before, const Elements& after, Delta& delta) const {
  const auto is_in = [](const Elements& elements, const Elements::value_type& entry) {
    const auto found = elements.find(entry.first);
    return found != elements.end() && found->second == entry.second;
  };
  for (const auto& entry : before) {
    if (!is_in(after, entry)) {
      AddElement(EditSet(delta, skeleton_.at(entry.first)).before, entry.second);
    }
  }
  for (const auto& entry : after) {
    if (!is_in(before, entry)) {
      AddElement(EditSet(delta, skeleton_.at(entry.first)).after, entry.second);
    }
  }
}

void Subjects::WriteAll(std::map<std::string, nft::Set>& sets) const {
  for (const auto& [name, set] : skeleton_) {
    sets.insert_or_assign(name, set);
  }
  for (const auto& [address, subject] : shown_) {
    for (auto& [name, element] : ElementsOf(address, subject)) {
      AddElement(sets.at(name), element);
    }
  }
}

}  // namespace portcullis::policy
