// SPDX-License-Identifier: Apache-2.0
//
// See allowance.h. A rule is the product of its peers and its ports; a named port is the exception,
// as it says something of the destination's address as well (6.7).
#include "controller/policy/allowance.h"

#include <algorithm>
#include <map>

namespace portcullis::policy {
namespace {

/// One alternative of the peer side; no match at all stands for every address (3.1).
using Peers = std::vector<AddressMatch>;

struct NumericPorts {
  std::optional<k8s::Protocol> protocol;
  std::vector<k8s::PortRange> ranges;
};

std::vector<AddressRange> RangesOf(const k8s::IpBlock& block) {
  std::vector<AddressRange> except;
  except.reserve(block.except.size());
  for (const Cidr& cidr : block.except) {
    except.push_back(cidr.Range());
  }
  return Subtract({block.cidr.Range()}, except);
}

/// The rule's ipBlocks together, one block per family (5.4). Each `except` has been taken from its
/// own block before the union, so that it cannot cut another (5.2).
std::vector<Peers> BlockPeers(const std::vector<k8s::Peer>& peers) {
  std::vector<AddressRange> all;
  for (const k8s::Peer& peer : peers) {
    if (const auto* block = std::get_if<k8s::IpBlock>(&peer)) {
      const auto ranges = RangesOf(*block);
      all.insert(all.end(), ranges.begin(), ranges.end());
    }
  }
  std::map<Family, AddressBlock> blocks;
  for (const AddressRange& range : Merge(all)) {
    blocks[range.first.family()].ranges.push_back(range);
  }
  std::vector<Peers> alternatives;
  alternatives.reserve(blocks.size());
  for (auto& [family, block] : blocks) {
    alternatives.push_back({std::move(block)});
  }
  return alternatives;
}

std::vector<Peers> PeersOf(const k8s::PolicyRule& rule, const std::string& policy_namespace) {
  if (!rule.peers) {
    return {{}};
  }
  std::vector<Peers> alternatives = BlockPeers(*rule.peers);
  for (const k8s::Peer& peer : *rule.peers) {
    const auto* selectors = std::get_if<k8s::PodPeer>(&peer);
    const auto id = selectors != nullptr ? IdentityOf(*selectors, policy_namespace) : std::nullopt;
    if (id) {
      alternatives.push_back({*id});
    }
  }
  return alternatives;
}

std::vector<k8s::PortRange> MergePorts(std::vector<k8s::PortRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<k8s::PortRange> merged;
  for (const k8s::PortRange& range : ranges) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

/// The entries without a name, one per protocol: its entries are ORed, and one without a port
/// stands for every port (6.3, 6.13).
std::vector<NumericPorts> NumericPortsOf(const k8s::PolicyRule& rule) {
  if (!rule.ports) {
    return {{}};
  }
  std::map<k8s::Protocol, std::vector<k8s::PortRange>> ranges;
  std::set<k8s::Protocol> whole;
  for (const k8s::PolicyPort& entry : *rule.ports) {
    if (!entry.port) {
      whole.insert(entry.protocol);
    } else if (const auto* range = std::get_if<k8s::PortRange>(&*entry.port)) {
      ranges[entry.protocol].push_back(*range);
    }
  }
  std::vector<NumericPorts> ports;
  for (const k8s::Protocol protocol : whole) {
    ports.push_back({protocol, {}});
    ranges.erase(protocol);
  }
  for (auto& [protocol, each] : ranges) {
    ports.push_back({protocol, MergePorts(std::move(each))});
  }
  return ports;
}

/// The pods whose own port names count: the destinations. Of an ingress rule they are the subjects,
/// of an egress rule the peers (6.7), wherever those are given by address all pods (6.8, 6.9).
PodScope DestinationPods(Direction direction, const Peers& peers) {
  if (direction == Direction::kIngress) {
    return LocalPods{};
  }
  const auto* selected = peers.empty() ? nullptr : std::get_if<PeerSelectorId>(&peers.front());
  return selected != nullptr ? PodScope(*selected) : PodScope(EveryPod{});
}

Allowance Toward(Direction direction, const Peers& peers) {
  Allowance allowance;
  (direction == Direction::kIngress ? allowance.source : allowance.destination) = peers;
  return allowance;
}

Allowance NamedAllowance(Direction direction, const Peers& peers, const NamedPortId& port) {
  Allowance allowance = Toward(direction, peers);
  if (std::holds_alternative<PeerSelectorId>(port.scope)) {
    allowance.destination.clear();  // The port's pods are selected peers already.
  }
  allowance.destination.emplace_back(port);
  allowance.protocol = port.protocol;
  allowance.ports = {{port.number, port.number}};
  return allowance;
}

/// The entries with a name, one allowance for each number the name stands for (6.7, 6.11).
std::vector<Allowance> NamedAllowances(const k8s::PolicyRule& rule,
                                       Direction direction,
                                       const Peers& peers,
                                       const PortNumbers& numbers) {
  std::vector<Allowance> allowances;
  const PodScope scope = DestinationPods(direction, peers);
  for (const k8s::PolicyPort& entry : rule.ports.value_or(std::vector<k8s::PolicyPort>())) {
    const auto* named = entry.port ? std::get_if<k8s::PortName>(&*entry.port) : nullptr;
    if (named == nullptr) {
      continue;
    }
    for (const uint16_t number : numbers(scope, named->name, entry.protocol)) {
      allowances.push_back(
          NamedAllowance(direction, peers, {scope, named->name, entry.protocol, number}));
    }
  }
  return allowances;
}

}  // namespace

std::vector<Allowance> Allowances(const k8s::PolicyRule& rule,
                                  Direction direction,
                                  const std::string& policy_namespace,
                                  const PortNumbers& numbers) {
  std::vector<Allowance> allowances;
  const auto numeric = NumericPortsOf(rule);
  for (const Peers& peers : PeersOf(rule, policy_namespace)) {
    for (const NumericPorts& ports : numeric) {
      Allowance allowance = Toward(direction, peers);
      allowance.protocol = ports.protocol;
      allowance.ports = ports.ranges;
      allowances.push_back(std::move(allowance));
    }
    const auto named = NamedAllowances(rule, direction, peers, numbers);
    allowances.insert(allowances.end(), named.begin(), named.end());
  }
  return allowances;
}

}  // namespace portcullis::policy
