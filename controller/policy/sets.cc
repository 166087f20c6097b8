// SPDX-License-Identifier: Apache-2.0
//
// See sets.h.
#include "controller/policy/sets.h"

#include <utility>

#include "controller/policy/group_chain.h"
#include "controller/policy/names.h"

namespace portcullis::policy {
namespace {

constexpr Family kFamilies[] = {Family::kIpv4, Family::kIpv6};
constexpr Direction kDirections[] = {Direction::kEgress, Direction::kIngress};
constexpr Tracking kTrackings[] = {Tracking::kTracked, Tracking::kUntracked};

nft::KeyType AddressKey(Family family) {
  return family == Family::kIpv4 ? nft::KeyType::kIpv4Addr : nft::KeyType::kIpv6Addr;
}

std::string PortBytes(uint16_t port) {
  return {static_cast<char>(port >> 8U), static_cast<char>(port & 0xffU)};
}

void AddElement(nft::Set& set, nft::Element element) {
  set.elements.insert_or_assign(element.key, std::move(element));
}

void AddRange(nft::Set& set, std::string first, std::string last) {
  AddElement(set, {std::move(first), std::move(last), std::nullopt, ""});
}

nft::Set AddressSet(std::string name,
                    Family family,
                    const std::string& comment,
                    const std::set<IpAddress>& addresses) {
  nft::Set set{std::move(name), {AddressKey(family)}, false, false, nft::FitComment(comment), {}};
  for (const IpAddress& address : addresses) {
    if (address.family() == family) {
      AddElement(set, {address.Bytes(), "", std::nullopt, ""});
    }
  }
  return set;
}

nft::Set BlockSet(const AddressBlock& block) {
  nft::Set set{BlockSetName(block),
               {AddressKey(block.family())},
               /*interval=*/true,
               /*verdict_map=*/false,
               "ipBlocks of a rule, without what they except",
               {}};
  for (const AddressRange& range : block.ranges) {
    AddRange(set, range.first.Bytes(), range.last.Bytes());
  }
  return set;
}

nft::Set PortSet(const std::vector<k8s::PortRange>& ports) {
  nft::Set set{PortSetName(ports),
               {nft::KeyType::kInetService},
               /*interval=*/true,
               /*verdict_map=*/false,
               "ports of a rule",
               {}};
  for (const k8s::PortRange& range : ports) {
    AddRange(set, PortBytes(range.first), PortBytes(range.last));
  }
  return set;
}

/// What tells neighbours and routers of each other, without which IPv6 does not work (7.5): MLD
/// (130-132, 143) and neighbour discovery (133-137).
nft::Set NeighbourDiscoverySet() {
  nft::Set set{kNeighbourDiscoverySet,
               {nft::KeyType::kIcmpv6Type},
               /*interval=*/false,
               /*verdict_map=*/false,
               "IPv6 neighbour, router and multicast listener discovery",
               {}};
  for (const int type : {130, 131, 132, 133, 134, 135, 136, 137, 143}) {
    AddElement(set, {std::string(1, static_cast<char>(type)), "", std::nullopt, ""});
  }
  return set;
}

nft::Set SelfSet(const Resolved& resolved, Family family) {
  nft::Set set{SelfSetName(family),
               {AddressKey(family), AddressKey(family)},
               /*interval=*/false,
               /*verdict_map=*/false,
               "every isolated pod of this node with itself",
               {}};
  for (const auto& [address, subject] : resolved.subjects) {
    if (address.family() == family) {
      AddElement(set, {address.Bytes() + address.Bytes(), "", std::nullopt, ""});
    }
  }
  return set;
}

nft::Set DispatchMap(const Resolved& resolved,
                     Direction direction,
                     Family family,
                     Tracking tracking) {
  nft::Set map{DispatchMapName(direction, family, tracking),
               {AddressKey(family)},
               /*interval=*/false,
               /*verdict_map=*/true,
               "pods of this node that policies isolate for " + ToText(direction),
               {}};
  for (const auto& [address, subject] : resolved.subjects) {
    const auto& group = direction == Direction::kEgress ? subject.egress : subject.ingress;
    if (group && address.family() == family) {
      AddElement(map,
                 {address.Bytes(),
                  "",
                  nft::Verdict{nft::VerdictKind::kJump, GroupChainName(*group, tracking)},
                  nft::FitComment(subject.pod.ToString())});
    }
  }
  return map;
}

/// Collects sets; several rules may ask for the same one.
class SetCollector {
 public:
  explicit SetCollector(const Resolved& resolved) : resolved_(resolved) {}

  void Add(nft::Set set) { sets_.insert_or_assign(set.name, std::move(set)); }

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

  std::map<std::string, nft::Set> Take() { return std::move(sets_); }

 private:
  void AddFor(const PeerSelectorId& id, Family family) {
    Add(AddressSet(PodSetName(id, family), family, ToText(id), resolved_.peers.at(id)));
  }
  void AddFor(const NamedPortId& id, Family family) {
    Add(AddressSet(NamedPortSetName(id, family), family, ToText(id), resolved_.named_ports.at(id)));
  }
  void AddFor(const AddressBlock& block, Family /*family*/) { Add(BlockSet(block)); }

  const Resolved& resolved_;
  std::map<std::string, nft::Set> sets_;
};

void AddSkeleton(SetCollector& sets, const Resolved& resolved) {
  sets.Add(NeighbourDiscoverySet());
  for (const Family family : kFamilies) {
    sets.Add(SelfSet(resolved, family));
    for (const Direction direction : kDirections) {
      for (const Tracking tracking : kTrackings) {
        sets.Add(DispatchMap(resolved, direction, family, tracking));
      }
    }
  }
}

}  // namespace

std::map<std::string, nft::Set> Sets(const Resolved& resolved) {
  SetCollector sets(resolved);
  AddSkeleton(sets, resolved);
  for (const auto& [id, group] : resolved.groups) {
    for (const auto& [allowance, origins] : group.allowances) {
      for (const Family family : group.families) {
        if (AppliesTo(allowance, family)) {
          sets.AddFor(allowance, family);
        }
      }
    }
  }
  return sets.Take();
}

}  // namespace portcullis::policy
