// SPDX-License-Identifier: Apache-2.0
//
// See group_sets.h.
#include "controller/policy/group_sets.h"

#include <utility>

namespace portcullis::policy {
namespace {

template <typename T>
std::string Keep(std::map<std::string, T>& sets, T set) {
  std::string name = set.name;
  sets.insert_or_assign(name, std::move(set));
  return name;
}

template <typename T>
std::vector<T> TakeAll(std::map<std::string, T>& sets) {
  std::vector<T> taken;
  taken.reserve(sets.size());
  for (auto& [name, set] : sets) {
    taken.push_back(std::move(set));
  }
  sets.clear();
  return taken;
}

}  // namespace

std::string GroupSets::Name(PodSetId id, Family family) {
  return Keep(pod_sets_, MakePodSet(std::move(id), family));
}

std::string GroupSets::Name(const AddressBlock& block) {
  return Keep(sets_, BlockSet(block));
}

std::string GroupSets::Name(const std::vector<k8s::PortRange>& ports) {
  return Keep(sets_, PortSet(ports));
}

std::string GroupSets::Name(nft::Set map) {
  return Keep(sets_, std::move(map));
}

std::vector<nft::Set> GroupSets::TakeSets() {
  return TakeAll(sets_);
}

std::vector<PodSet> GroupSets::TakePodSets() {
  return TakeAll(pod_sets_);
}

}  // namespace portcullis::policy
