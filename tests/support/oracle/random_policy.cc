// SPDX-License-Identifier: Apache-2.0
//
// RandomPolicy() of generator.h: every shape of a policy that the API admits, and, if asked, what
// the decoder makes of shapes that it does not.
#include <algorithm>
#include <set>

#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

using Operator = k8s::Requirement::Operator;

/// Draws the parts of one policy.
class PolicyMaker {
 public:
  PolicyMaker(Random& random, const k8s::Objects& objects, const GeneratorOptions& options)
      : random_(random),
        objects_(objects),
        options_(options) {
    for (const k8s::Pod& pod : objects.pods) {
      Learn(pod.meta.labels);
    }
    for (const k8s::Namespace& ns : objects.namespaces) {
      Learn(ns.meta.labels);
    }
    keys_.insert(options.label_keys.begin(), options.label_keys.end());
    values_.insert(options.label_values.begin(), options.label_values.end());
  }

  k8s::NetworkPolicy Make(const std::string& name) {
    k8s::NetworkPolicy policy;
    policy.meta.key = {PolicyNamespace(), name};
    policy.pod_selector = Selector(/*more=*/25);
    policy.isolates_ingress = random_.Chance(70);
    policy.isolates_egress = !policy.isolates_ingress || random_.Chance(50);
    policy.ingress = Rules();  // Drawn for a direction that is ignored, too (1.5).
    policy.egress = Rules();
    policy.audit = random_.Chance(options_.audited);
    return policy;
  }

 private:
  void Learn(const k8s::Labels& labels) {
    for (const auto& [key, value] : labels) {
      keys_.insert(key);
      values_.insert(value);
    }
  }

  std::string PolicyNamespace() {
    return objects_.pods.empty() ? random_.Pick(options_.namespaces)
                                 : random_.Pick(objects_.pods).meta.key.ns;
  }

  const std::string& PickFrom(const std::set<std::string>& choices) {
    return *std::next(choices.begin(), static_cast<std::ptrdiff_t>(random_.Below(choices.size())));
  }

  k8s::Requirement RandomRequirement() {
    static const std::vector<Operator> kOperators = {
        Operator::kIn, Operator::kIn, Operator::kNotIn, Operator::kExists, Operator::kDoesNotExist};
    k8s::Requirement requirement{PickFrom(keys_), random_.Pick(kOperators), {}};
    if (requirement.op == Operator::kIn || requirement.op == Operator::kNotIn) {
      std::set<std::string> values = {PickFrom(values_)};
      while (random_.Chance(40)) {
        values.insert(PickFrom(values_));
      }
      requirement.values.assign(values.begin(), values.end());
    }
    return requirement;
  }

  /// `more` is the percentage of a first requirement, and of each further one.
  k8s::LabelSelector Selector(size_t more = 45) {
    std::set<k8s::Requirement> requirements;
    while (random_.Chance(more)) {
      requirements.insert(RandomRequirement());
    }
    return {{requirements.begin(), requirements.end()},
            /*valid=*/!(options_.malformed && random_.Chance(3))};
  }

  /// A block around a pod's address, or one of the pool.
  Cidr RandomCidr() {
    const bool around_pod = !objects_.pods.empty() && random_.Chance(65);
    const auto& addresses =
        around_pod ? random_.Pick(objects_.pods).addresses : std::vector<IpAddress>();
    if (addresses.empty()) {
      return *Cidr::Parse(random_.Pick(options_.cidr_pool));
    }
    const IpAddress& address = random_.Pick(addresses);
    const size_t bits = address.size() * 8;
    const auto prefix = static_cast<uint8_t>(bits - random_.Below(5));
    return {address.FirstOf(prefix), prefix};
  }

  k8s::IpBlock Block() {
    k8s::IpBlock block{RandomCidr(), {}};
    while (random_.Chance(50)) {
      const Cidr except = RandomCidr();
      if (block.cidr.Contains(except) && except != block.cidr) {
        block.except.push_back(except);  // Others are refused by the API server (5.5).
      }
    }
    return block;
  }

  k8s::Peer RandomPeer() {
    if (random_.Chance(35)) {
      return Block();
    }
    k8s::PodPeer peer;
    if (random_.Chance(60)) {
      peer.pod_selector = Selector();
    }
    if (!peer.pod_selector || random_.Chance(50)) {
      peer.namespace_selector = Selector();
    }
    return peer;
  }

  k8s::PolicyPort RandomPort() {
    static const std::vector<k8s::Protocol> kProtocols = {
        k8s::Protocol::kTcp, k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp};
    k8s::PolicyPort entry{random_.Pick(kProtocols), std::nullopt};
    const size_t shape = random_.Below(10);
    if (shape < 4) {
      const uint16_t port = random_.Pick(options_.ports);
      entry.port = k8s::PortRange{port, port};
    } else if (shape < 6) {
      const auto [first, last] =
          std::minmax({random_.Pick(options_.ports), random_.Pick(options_.ports)});
      entry.port = k8s::PortRange{first, last};
    } else if (shape < 9) {
      entry.port = k8s::PortName{random_.Pick(options_.port_names)};
    }
    return entry;
  }

  bool KeepsList(bool has_entries) {
    return has_entries || (options_.malformed && random_.Chance(10));
  }

  k8s::PolicyRule Rule(size_t index) {
    k8s::PolicyRule rule;
    rule.index = index;
    std::vector<k8s::Peer> peers;
    std::vector<k8s::PolicyPort> ports;
    while (random_.Chance(65)) {
      peers.push_back(RandomPeer());
    }
    while (random_.Chance(60)) {
      ports.push_back(RandomPort());
    }
    if (KeepsList(!peers.empty())) {
      rule.peers = std::move(peers);
    }
    if (KeepsList(!ports.empty())) {
      rule.ports = std::move(ports);
    }
    return rule;
  }

  std::vector<k8s::PolicyRule> Rules() {
    std::vector<k8s::PolicyRule> rules;
    while (random_.Chance(55)) {
      rules.push_back(Rule(rules.size()));
    }
    return rules;
  }

  Random& random_;
  const k8s::Objects& objects_;
  const GeneratorOptions& options_;
  std::set<std::string> keys_;
  std::set<std::string> values_;
};

}  // namespace

k8s::NetworkPolicy RandomPolicy(Random& random,
                                const k8s::Objects& objects,
                                const GeneratorOptions& options,
                                const std::string& name) {
  return PolicyMaker(random, objects, options).Make(name);
}

}  // namespace portcullis::test
