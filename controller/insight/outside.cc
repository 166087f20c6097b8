// SPDX-License-Identifier: Apache-2.0
//
// See outside.h.
#include "controller/insight/outside.h"

#include <algorithm>
#include <string_view>
#include <variant>
#include <vector>

namespace portcullis::insight {
namespace {

Cidr Block(std::string_view text) {
  return Cidr::Parse(text).value();
}

/// Set aside for examples by RFC 5737 and RFC 3849, so that they are nobody's.
std::vector<AddressRange> Examples(Family family) {
  if (family == Family::kIpv6) {
    return {Block("2001:db8::/32").Range()};
  }
  return {Block("203.0.113.0/24").Range(),
          Block("198.51.100.0/24").Range(),
          Block("192.0.2.0/24").Range()};
}

/// Public unicast addresses; what a cluster or a node may have for itself is left out.
std::vector<AddressRange> Public(Family family) {
  if (family == Family::kIpv6) {
    return {Block("2000::/3").Range()};
  }
  return Subtract({Block("0.0.0.0/0").Range()},
                  {Block("0.0.0.0/8").Range(),
                   Block("10.0.0.0/8").Range(),
                   Block("100.64.0.0/10").Range(),
                   Block("127.0.0.0/8").Range(),
                   Block("169.254.0.0/16").Range(),
                   Block("172.16.0.0/12").Range(),
                   Block("192.168.0.0/16").Range(),
                   Block("224.0.0.0/3").Range()});
}

void AddNamed(const std::vector<k8s::PolicyRule>& rules, std::vector<AddressRange>& named) {
  const auto add = [&](const Cidr& cidr) {
    if (cidr.prefix > 0) {
      named.push_back(cidr.Range());
    }
  };
  for (const k8s::PolicyRule& rule : rules) {
    for (const k8s::Peer& peer : rule.peers.value_or(std::vector<k8s::Peer>())) {
      if (const auto* block = std::get_if<k8s::IpBlock>(&peer)) {
        add(block->cidr);
        std::for_each(block->except.begin(), block->except.end(), add);
      }
    }
  }
}

std::vector<AddressRange> NamedBlocks(const policy::World& world) {
  std::vector<AddressRange> named;
  for (const auto& [key, policy] : world.policies()) {
    AddNamed(policy.ingress, named);
    AddNamed(policy.egress, named);
  }
  return named;
}

}  // namespace

Outside AddressOutside(const policy::World& world,
                       const std::set<IpAddress>& taken,
                       Family family) {
  std::vector<AddressRange> nobodys = NamedBlocks(world);
  for (const IpAddress& address : taken) {
    nobodys.push_back({address, address});
  }
  for (const auto& candidates : {Examples(family), Public(family)}) {
    for (const AddressRange& range : candidates) {
      const auto left = Subtract({{range.first.Next().value_or(range.first), range.last}}, nobodys);
      if (!left.empty()) {
        return {left.front().first, false};
      }
    }
  }
  return {Examples(family).front().first.Next().value(), true};
}

}  // namespace portcullis::insight
