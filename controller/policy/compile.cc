// SPDX-License-Identifier: Apache-2.0
//
// See compile.h.
#include "controller/policy/compile.h"

#include <set>
#include <utility>
#include <vector>

#include "controller/policy/base_chains.h"
#include "controller/policy/delta.h"
#include "controller/policy/group_table.h"
#include "controller/policy/live_pods.h"
#include "controller/policy/resolve.h"
#include "controller/policy/sets.h"
#include "controller/policy/unknown_pods.h"

namespace portcullis::policy {
namespace {

void Put(nft::Ruleset& ruleset, nft::Chain chain) {
  ruleset.chains.insert_or_assign(chain.name, std::move(chain));
}

void Put(nft::Ruleset& ruleset, nft::Set set) {
  ruleset.sets.insert_or_assign(set.name, std::move(set));
}

void PutBaseChains(nft::Ruleset& ruleset,
                   const MarkLayout& marks,
                   std::optional<uint32_t> generation,
                   const PodRanges& pod_ranges) {
  for (nft::Chain& chain : BaseChains(marks, generation, pod_ranges)) {
    Put(ruleset, std::move(chain));
  }
}

/// The addresses that `id` stands for.
std::set<IpAddress> Members(const Resolved& resolved, const PodSetId& id) {
  if (const auto* port = std::get_if<NamedPortId>(&id)) {
    return resolved.named_ports.at(*port);
  }
  std::set<IpAddress> members;
  for (const PeerSelectorId& selector : std::get<PeerUnion>(id).any_of) {
    const auto& addresses = resolved.peers.at(selector);
    members.insert(addresses.begin(), addresses.end());
  }
  return members;
}

nft::Set Filled(const PodSet& shape, const Resolved& resolved) {
  nft::Set set = EmptySet(shape);
  for (const IpAddress& address : Members(resolved, shape.id)) {
    if (address.family() == shape.family) {
      AddElement(set, AddressElement(address));
    }
  }
  return set;
}

void PutGroups(nft::Ruleset& ruleset, const Resolved& resolved, LogGroup denied_log) {
  for (const auto& [id, group] : resolved.groups) {
    GroupTable table = RenderGroup(id, group, denied_log);
    for (nft::Chain& chain : table.chains) {
      Put(ruleset, std::move(chain));
    }
    for (nft::Set& set : table.sets) {
      Put(ruleset, std::move(set));
    }
    for (const PodSet& set : table.pod_sets) {
      Put(ruleset, Filled(set, resolved));
    }
  }
}

/// Where an isolated pod's address leads to.
void PutSubject(nft::Ruleset& ruleset, const IpAddress& address, const Subject& subject) {
  const Family family = address.family();
  AddElement(ruleset.sets.at(SelfSetName(family)), SelfElement(address));
  for (const auto& group : {subject.egress, subject.ingress}) {
    for (const Tracking tracking : kTrackings) {
      if (group) {
        AddElement(ruleset.sets.at(DispatchMapName(group->direction, family, tracking)),
                   DispatchElement(address, GroupChainName(*group, tracking), subject.pod));
      }
    }
  }
}

/// An address that is a pod's, of whatever node, is no unknown one's.
void PutKnownPods(nft::Ruleset& ruleset, const World& world) {
  for (nft::Set& set : EmptyKnownSets(world.pod_ranges())) {
    Put(ruleset, std::move(set));
  }
  for (const LivePod& pod : world.pod_ranges().empty() ? std::vector<LivePod>() : LivePods(world)) {
    for (const IpAddress& address : pod.addresses) {
      if (Hold(world.pod_ranges(), address)) {
        AddElement(ruleset.sets.at(KnownSetName(address.family())), AddressElement(address));
      }
    }
  }
}

}  // namespace

nft::Ruleset Compile(const World& world, const CompileOptions& options) {
  const Resolved resolved = Resolve(world, options.node_name);
  nft::Ruleset ruleset;
  ruleset.table = kTableName;
  ruleset.comment = kTableComment;
  PutBaseChains(ruleset, options.marks, options.generation, world.pod_ranges());
  for (nft::Set& set : SkeletonSets()) {
    Put(ruleset, std::move(set));
  }
  PutGroups(ruleset, resolved, options.denied_log);
  for (const auto& [address, subject] : resolved.subjects) {
    PutSubject(ruleset, address, subject);
  }
  PutKnownPods(ruleset, world);
  return ruleset;
}

nft::Ruleset WithGeneration(nft::Ruleset ruleset,
                            const MarkLayout& marks,
                            std::optional<uint32_t> generation) {
  const PodRanges pod_ranges = CountedRanges(ruleset);
  PutBaseChains(ruleset, marks, generation, pod_ranges);
  return ruleset;
}

std::optional<uint32_t> CurrentGeneration(const nft::Ruleset& ruleset, const MarkLayout& marks) {
  return AcceptedGeneration(ruleset, marks);
}

}  // namespace portcullis::policy
