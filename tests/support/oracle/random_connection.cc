// SPDX-License-Identifier: Apache-2.0
//
// RandomConnection() of generator.h.
#include <variant>

#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

void AddBlockEdges(const Cidr& cidr, std::vector<IpAddress>& addresses) {
  const AddressRange range = cidr.Range();
  addresses.push_back(range.first);
  addresses.push_back(range.last);
  for (const auto& outside : {range.first.Previous(), range.last.Next()}) {
    if (outside) {
      addresses.push_back(*outside);
    }
  }
}

template <typename Visit>
void ForEachRule(const k8s::Objects& objects, const Visit& visit) {
  for (const k8s::NetworkPolicy& policy : objects.policies) {
    for (const auto* rules : {&policy.ingress, &policy.egress}) {
      for (const k8s::PolicyRule& rule : *rules) {
        visit(rule);
      }
    }
  }
}

/// Where a verdict can change: the edges of every block.
std::vector<IpAddress> BlockEdges(const k8s::Objects& objects) {
  std::vector<IpAddress> edges;
  ForEachRule(objects, [&](const k8s::PolicyRule& rule) {
    for (const k8s::Peer& peer : rule.peers.value_or(std::vector<k8s::Peer>())) {
      if (const auto* block = std::get_if<k8s::IpBlock>(&peer)) {
        AddBlockEdges(block->cidr, edges);
        for (const Cidr& except : block->except) {
          AddBlockEdges(except, edges);
        }
      }
    }
  });
  return edges;
}

std::vector<uint16_t> PortEdges(const k8s::Objects& objects, const GeneratorOptions& options) {
  std::vector<uint16_t> edges = options.ports;
  for (const uint16_t port : options.ports) {
    edges.push_back(static_cast<uint16_t>(port - 1));
    edges.push_back(static_cast<uint16_t>(port + 1));
  }
  for (const k8s::Pod& pod : objects.pods) {
    for (const k8s::ContainerPort& port : pod.ports) {
      edges.push_back(port.port);
    }
  }
  edges.push_back(0);
  edges.push_back(65535);
  return edges;
}

std::vector<IpAddress> PodAddresses(const k8s::Objects& objects) {
  std::vector<IpAddress> addresses;
  for (const k8s::Pod& pod : objects.pods) {
    addresses.insert(addresses.end(), pod.addresses.begin(), pod.addresses.end());
  }
  return addresses;
}

std::vector<IpAddress> OfFamily(const std::vector<IpAddress>& addresses, Family family) {
  std::vector<IpAddress> kept;
  for (const IpAddress& address : addresses) {
    if (address.family() == family) {
      kept.push_back(address);
    }
  }
  return kept;
}

/// One end of a connection: mostly a pod, sometimes the edge of a block, sometimes outside.
IpAddress RandomEnd(Random& random,
                    const std::vector<IpAddress>& pods,
                    const std::vector<IpAddress>& edges,
                    Family family) {
  const size_t kind = random.Below(10);
  if (kind < 7 && !pods.empty()) {
    return random.Pick(pods);
  }
  if (kind < 9 && !edges.empty()) {
    return random.Pick(edges);
  }
  return *IpAddress::Parse(family == Family::kIpv4 ? "192.0.2.7" : "2001:db8::7");
}

}  // namespace

Connection RandomConnection(Random& random,
                            const k8s::Objects& objects,
                            const GeneratorOptions& options) {
  static const std::vector<uint8_t> kProtocols = {6, 6, 6, 17, 17, 132, 1, 47};
  const bool ipv6 = options.ipv6 && (!options.ipv4 || random.Chance(50));
  const Family family = ipv6 ? Family::kIpv6 : Family::kIpv4;
  const auto pods = OfFamily(PodAddresses(objects), family);
  const auto edges = OfFamily(BlockEdges(objects), family);
  Connection connection;
  connection.source = RandomEnd(random, pods, edges, family);
  connection.destination = RandomEnd(random, pods, edges, family);
  connection.protocol = random.Pick(kProtocols);
  connection.port = random.Pick(PortEdges(objects, options));
  return connection;
}

}  // namespace portcullis::test
