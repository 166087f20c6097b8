// SPDX-License-Identifier: Apache-2.0
//
// See address_classes.h.
#include "controller/insight/address_classes.h"

#include <iterator>
#include <set>
#include <utility>

namespace portcullis::insight {
namespace {

using policy::AddressBlock;
using policy::Resolved;

AddressRange WholeOf(Family family) {
  return Cidr::Parse(family == Family::kIpv4 ? "0.0.0.0/0" : "::/0")->Range();
}

void Collect(const std::vector<policy::AddressMatch>& matches, std::set<AddressBlock>& blocks) {
  for (const policy::AddressMatch& match : matches) {
    if (const auto* block = std::get_if<AddressBlock>(&match)) {
      blocks.insert(*block);
    }
  }
}

std::set<AddressBlock> BlocksOf(const std::vector<const Resolved*>& resolved) {
  std::set<AddressBlock> blocks;
  for (const Resolved* each : resolved) {
    for (const auto& [id, group] : each->groups) {
      for (const auto& [allowance, origins] : group.allowances) {
        Collect(allowance.source, blocks);
        Collect(allowance.destination, blocks);
      }
    }
  }
  return blocks;
}

/// Where blocks begin and end: what stands at an address holds from it on.
using Edges = std::map<IpAddress, std::vector<std::pair<uint32_t, bool>>>;

Edges EdgesOf(const std::set<AddressBlock>& blocks) {
  Edges edges;
  uint32_t number = 0;
  for (const AddressBlock& block : blocks) {
    for (const AddressRange& range : block.ranges) {
      edges[range.first].emplace_back(number, true);
      if (const auto next = range.last.Next()) {
        edges[*next].emplace_back(number, false);
      }
    }
    ++number;
  }
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    static_cast<void>(edges[WholeOf(family).first]);
  }
  return edges;
}

std::vector<Zone> ZonesOf(const std::set<AddressBlock>& blocks) {
  const Edges edges = EdgesOf(blocks);
  std::map<std::pair<Family, std::set<uint32_t>>, std::vector<AddressRange>> found;
  std::set<uint32_t> inside;
  for (auto edge = edges.begin(); edge != edges.end(); ++edge) {
    const Family family = edge->first.family();
    const auto next = std::next(edge);
    if (edge->first == WholeOf(family).first) {
      inside.clear();  // Blocks that reach to the end of the family before have no edge there.
    }
    for (const auto& [block, begins] : edge->second) {
      begins ? static_cast<void>(inside.insert(block)) : static_cast<void>(inside.erase(block));
    }
    const bool is_last = next == edges.end() || next->first.family() != family;
    found[{family, inside}].push_back(
        {edge->first, is_last ? WholeOf(family).last : *next->first.Previous()});
  }
  std::vector<Zone> zones;
  zones.reserve(found.size());
  for (auto& [key, ranges] : found) {
    zones.push_back({Merge(std::move(ranges)), !key.second.empty()});
  }
  return zones;
}

}  // namespace

AddressClasses::AddressClasses(const std::vector<const Resolved*>& resolved)
    : resolved_(resolved),
      zones_(ZonesOf(BlocksOf(resolved))) {
  for (uint32_t index = 0; index < zones_.size(); ++index) {
    for (const AddressRange& range : zones_[index].ranges) {
      zone_from_.emplace(range.first, index);
    }
  }
  uint32_t number = 0;
  const auto add = [&](const auto& sets) {
    for (const auto& [id, addresses] : sets) {
      for (const IpAddress& address : addresses) {
        memberships_[address].push_back(number);
      }
      ++number;
    }
  };
  for (const Resolved* each : resolved_) {
    add(each->peers);
    add(each->named_ports);
  }
}

AddressClasses::Signature AddressClasses::SignatureOf(const IpAddress& address) const {
  Signature signature{std::prev(zone_from_.upper_bound(address))->second};
  for (const Resolved* each : resolved_) {
    const auto group = [&](const std::optional<policy::GroupId>& id) {
      return id ? static_cast<uint32_t>(
                      std::distance(each->groups.begin(), each->groups.find(*id)) + 1)
                : 0;
    };
    const auto subject = each->subjects.find(address);
    const bool is_subject = subject != each->subjects.end();
    signature.push_back(is_subject ? group(subject->second.egress) : 0);
    signature.push_back(is_subject ? group(subject->second.ingress) : 0);
  }
  const auto memberships = memberships_.find(address);
  if (memberships != memberships_.end()) {
    signature.insert(signature.end(), memberships->second.begin(), memberships->second.end());
  }
  return signature;
}

std::optional<uint32_t> AddressClasses::Find(const IpAddress& address) const {
  const auto found = classes_.find(SignatureOf(address));
  return found == classes_.end() ? std::nullopt : std::optional(found->second);
}

uint32_t AddressClasses::ClassOf(const IpAddress& address) {
  const auto [entry, is_new] =
      classes_.try_emplace(SignatureOf(address), static_cast<uint32_t>(classes_.size()));
  if (is_new) {
    samples_.emplace_back();
  }
  std::vector<IpAddress>& samples = samples_[entry->second];
  if (samples.empty() || (samples.size() == 1 && samples.front() != address)) {
    samples.push_back(address);
  }
  return entry->second;
}

}  // namespace portcullis::insight
