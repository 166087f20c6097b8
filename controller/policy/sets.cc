// SPDX-License-Identifier: Apache-2.0
//
// See sets.h.
#include "controller/policy/sets.h"

#include <algorithm>
#include <utility>

namespace portcullis::policy {
namespace {

constexpr Family kFamilies[] = {Family::kIpv4, Family::kIpv6};
constexpr Direction kDirections[] = {Direction::kEgress, Direction::kIngress};

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

nft::Set SelfSet(Family family) {
  return {SelfSetName(family),
          {AddressKey(family), AddressKey(family)},
          /*interval=*/false,
          /*verdict_map=*/false,
          "every isolated pod of this node with itself",
          {}};
}

nft::Set DispatchMap(Direction direction, Family family, Tracking tracking) {
  return {DispatchMapName(direction, family, tracking),
          {AddressKey(family)},
          /*interval=*/false,
          /*verdict_map=*/true,
          "pods of this node that policies isolate for " + ToText(direction),
          {}};
}

}  // namespace

PodSet MakePodSet(PodSetId id, Family family) {
  std::string name = PodSetName(id, family);
  std::string comment = nft::FitComment(ToText(id));
  return {std::move(id), family, std::move(name), std::move(comment)};
}

std::vector<nft::Set> SkeletonSets() {
  std::vector<nft::Set> sets = {NeighbourDiscoverySet()};
  for (const Family family : kFamilies) {
    sets.push_back(SelfSet(family));
    for (const Direction direction : kDirections) {
      for (const Tracking tracking : kTrackings) {
        sets.push_back(DispatchMap(direction, family, tracking));
      }
    }
  }
  return sets;
}

nft::Set EmptySet(const PodSet& set) {
  return {set.name,
          {AddressKey(set.family)},
          /*interval=*/false,
          /*verdict_map=*/false,
          set.comment,
          {}};
}

nft::Set EmptyKnownSet(Family family) {
  return {KnownSetName(family),
          {AddressKey(family)},
          /*interval=*/false,
          /*verdict_map=*/false,
          "addresses of this node's pod ranges that known pods have",
          {}};
}

std::vector<nft::Set> EmptyKnownSets(const PodRanges& ranges) {
  std::vector<nft::Set> sets;
  for (const Family family : kFamilies) {
    if (std::any_of(ranges.begin(), ranges.end(), [family](const Cidr& range) {
          return range.address.family() == family;
        })) {
      sets.push_back(EmptyKnownSet(family));
    }
  }
  return sets;
}

nft::Element AddressElement(const IpAddress& address) {
  return {address.Bytes(), "", std::nullopt, ""};
}

nft::Element SelfElement(const IpAddress& address) {
  return {address.Bytes() + address.Bytes(), "", std::nullopt, ""};
}

nft::Element DispatchElement(const IpAddress& address,
                             std::string chain,
                             const k8s::ObjectKey& pod) {
  return {address.Bytes(),
          "",
          nft::Verdict{nft::VerdictKind::kJump, std::move(chain)},
          nft::FitComment(pod.ToString())};
}

nft::Set CellMap(const std::string& group_chain,
                 k8s::Protocol protocol,
                 const std::vector<PortCell>& cells) {
  std::string content = group_chain;
  bool interval = false;
  nft::Set map;
  for (const PortCell& cell : cells) {
    content += " " + ToText(cell.ports) + ":" + cell.chain;
    for (const k8s::PortRange& range : cell.ports) {
      interval = interval || range.first != range.last;
      AddElement(map,
                 {PortBytes(range.first),
                  PortBytes(range.last),
                  nft::Verdict{nft::VerdictKind::kGoto, cell.chain},
                  ""});
    }
  }
  if (!interval) {  // Then a hash finds them, which is faster.
    for (auto& [key, element] : map.elements) {
      element.key_end = "";
    }
  }
  map.name = CellMapName(content);
  map.key = {nft::KeyType::kInetService};
  map.interval = interval;
  map.verdict_map = true;
  map.comment = nft::FitComment(ToText(protocol) + " ports of " + group_chain);
  return map;
}

nft::Set BlockSet(const AddressBlock& block) {
  nft::Set set{BlockSetName(block),
               {AddressKey(block.family())},
               /*interval=*/true,
               /*verdict_map=*/false,
               "ipBlocks, without what they except",
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

}  // namespace portcullis::policy
