// SPDX-License-Identifier: Apache-2.0
//
// See group_table.h.
#include "controller/policy/group_table.h"

#include <map>
#include <utility>

#include "controller/policy/group_chain.h"

namespace portcullis::policy {
namespace {

/// Collects sets by name; several rules may ask for the same one.
class SetCollector {
 public:
  void AddFor(const Allowance& allowance, Family family) {
    for (const auto* matches : {&allowance.source, &allowance.destination}) {
      for (const AddressMatch& match : *matches) {
        std::visit([&](const auto& id) { AddFor(id, family); }, match);
      }
    }
    if (allowance.ports.size() > 1) {
      Add(PortSet(allowance.ports));
    }
  }

  void MoveTo(GroupTable& table) {
    for (auto& [name, set] : sets_) {
      table.sets.push_back(std::move(set));
    }
    for (auto& [name, set] : pod_sets_) {
      table.pod_sets.push_back(std::move(set));
    }
  }

 private:
  void Add(nft::Set set) {
    std::string name = set.name;
    sets_.emplace(std::move(name), std::move(set));
  }
  void Add(PodSet set) {
    std::string name = set.name;
    pod_sets_.emplace(std::move(name), std::move(set));
  }
  void AddFor(const PeerSelectorId& id, Family family) { Add(MakePodSet(PeerUnion{{id}}, family)); }
  void AddFor(const NamedPortId& id, Family family) { Add(MakePodSet(id, family)); }
  void AddFor(const AddressBlock& block, Family /*family*/) { Add(BlockSet(block)); }

  std::map<std::string, nft::Set> sets_;
  std::map<std::string, PodSet> pod_sets_;
};

}  // namespace

GroupTable RenderGroup(const GroupId& id, const Group& group) {
  GroupTable table;
  table.chains.push_back(GroupChain(id, group, Tracking::kTracked));
  table.chains.push_back(GroupChain(id, group, Tracking::kUntracked));
  SetCollector sets;
  for (const auto& [allowance, origins] : group.allowances) {
    for (const Family family : group.families) {
      if (AppliesTo(allowance, family)) {
        sets.AddFor(allowance, family);
      }
    }
  }
  sets.MoveTo(table);
  return table;
}

}  // namespace portcullis::policy
