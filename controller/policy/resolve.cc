// SPDX-License-Identifier: Apache-2.0
//
// See resolve.h.
#include "controller/policy/resolve.h"

#include <functional>
#include <utility>
#include <vector>

#include "controller/policy/live_pods.h"
#include "controller/policy/selector.h"

namespace portcullis::policy {
namespace {

using Pods = std::vector<const LivePod*>;

bool Isolates(const k8s::NetworkPolicy& policy, Direction direction) {
  return direction == Direction::kEgress ? policy.isolates_egress : policy.isolates_ingress;
}

const std::vector<k8s::PolicyRule>& RulesOf(const k8s::NetworkPolicy& policy, Direction direction) {
  return direction == Direction::kEgress ? policy.egress : policy.ingress;
}

bool HasPort(const k8s::Pod& pod, const NamedPortId& id) {
  for (const k8s::ContainerPort& port : pod.ports) {
    if (port.name == id.name && port.protocol == id.protocol && port.port == id.number) {
      return true;
    }
  }
  return false;
}

/// One Resolve() call: fills `resolved_` step by step.
class Resolver {
 public:
  /// No name: the pods of every node.
  Resolver(const World& world, const std::string* node_name)
      : world_(world),
        node_name_(node_name),
        pods_(LivePods(world)) {}

  Resolved Run() {
    for (const LivePod& pod : pods_) {
      if (IsLocal(*pod.pod)) {
        AddSubject(pod);
      }
    }
    for (const auto& [id, members] : members_) {
      AddAllowances(id, members);
    }
    for (const auto& [id, group] : resolved_.groups) {
      for (const auto& [allowance, origins] : group.allowances) {
        AddAddresses(allowance.source);
        AddAddresses(allowance.destination);
      }
    }
    return std::move(resolved_);
  }

 private:
  std::optional<GroupId> GroupOf(const k8s::Pod& pod, Direction direction) const {
    SelectingPolicies policies;
    const std::string& ns = pod.meta.key.ns;
    for (auto policy = world_.policies().lower_bound({ns, ""});
         policy != world_.policies().end() && policy->first.ns == ns;
         ++policy) {
      if (Isolates(policy->second, direction) &&
          Matches(policy->second.pod_selector, pod.meta.labels)) {
        (policy->second.audit ? policies.audited : policies.enforced).push_back(policy->first);
      }
    }
    return policy::GroupOf(direction, std::move(policies));
  }

  void AddSubject(const LivePod& pod) {
    const Subject subject{pod.pod->meta.key,
                          GroupOf(*pod.pod, Direction::kEgress),
                          GroupOf(*pod.pod, Direction::kIngress)};
    for (const auto& id : {subject.egress, subject.ingress}) {
      if (id) {
        members_[*id].push_back(&pod);
      }
    }
    if (!subject.egress && !subject.ingress) {
      return;
    }
    for (const IpAddress& address : pod.addresses) {
      resolved_.subjects.emplace(address, subject);
    }
  }

  void AddAllowances(const GroupId& id, const Pods& members) {
    Group& group = resolved_.groups[id];
    for (const LivePod* member : members) {
      for (const IpAddress& address : member->addresses) {
        group.families.insert(address.family());
      }
    }
    const auto numbers = [&](const PodScope& scope, const std::string& name, k8s::Protocol proto) {
      return Numbers(
          std::holds_alternative<LocalPods>(scope) ? members : PodsOf(scope), name, proto);
    };
    for (const k8s::ObjectKey& key : id.policies) {
      policy::AddAllowances(world_.policies().at(key), id.direction, numbers, group);
    }
  }

  static std::set<uint16_t> Numbers(const Pods& pods,
                                    const std::string& name,
                                    k8s::Protocol protocol) {
    std::set<uint16_t> numbers;
    for (const LivePod* pod : pods) {
      for (const k8s::ContainerPort& port : pod->pod->ports) {
        if (port.name == name && port.protocol == protocol) {
          numbers.insert(port.port);
        }
      }
    }
    return numbers;
  }

  /// A namespace that is not known matches no selector, not even one that an empty label set would
  /// match (3.9).
  bool IsMember(const k8s::Pod& pod, const PeerSelectorId& id) const {
    if (id.ns) {
      return pod.meta.key.ns == *id.ns && Matches(id.pod_selector, pod.meta.labels);
    }
    const auto ns = world_.namespaces().find({"", pod.meta.key.ns});
    return ns != world_.namespaces().end() &&
           Matches(id.namespace_selector, ns->second.meta.labels) &&
           Matches(id.pod_selector, pod.meta.labels);
  }

  bool IsInScope(const k8s::Pod& pod, const PodScope& scope) const {
    if (const auto* id = std::get_if<PeerSelectorId>(&scope)) {
      return IsMember(pod, *id);
    }
    return std::holds_alternative<EveryPod>(scope) || IsLocal(pod);
  }

  bool IsLocal(const k8s::Pod& pod) const {
    return node_name_ == nullptr || pod.node_name == *node_name_;
  }

  const Pods& PodsOf(const PodScope& scope) {
    const auto [entry, is_new] = pods_of_.try_emplace(scope);
    if (is_new) {
      for (const LivePod& pod : pods_) {
        if (IsInScope(*pod.pod, scope)) {
          entry->second.push_back(&pod);
        }
      }
    }
    return entry->second;
  }

  void AddAddresses(const std::vector<AddressMatch>& matches) {
    for (const AddressMatch& match : matches) {
      if (const auto* peer = std::get_if<PeerSelectorId>(&match)) {
        AddAddresses(resolved_.peers, *peer, *peer, [](const k8s::Pod&) { return true; });
      } else if (const auto* port = std::get_if<NamedPortId>(&match)) {
        AddAddresses(resolved_.named_ports, *port, port->scope, [&](const k8s::Pod& pod) {
          return HasPort(pod, *port);
        });
      }
    }
  }

  template <typename Id, typename Filter>
  void AddAddresses(std::map<Id, std::set<IpAddress>>& into,
                    const Id& id,
                    const PodScope& scope,
                    const Filter& filter) {
    const auto [entry, is_new] = into.try_emplace(id);
    if (!is_new) {
      return;
    }
    for (const LivePod* pod : PodsOf(scope)) {
      if (filter(*pod->pod)) {
        entry->second.insert(pod->addresses.begin(), pod->addresses.end());
      }
    }
  }

  const World& world_;
  const std::string* const node_name_;
  const std::vector<LivePod> pods_;
  std::map<PodScope, Pods> pods_of_;  ///< What PodsOf() has found.
  std::map<GroupId, Pods> members_;
  Resolved resolved_;
};

}  // namespace

void AddAllowances(const k8s::NetworkPolicy& policy,
                   Direction direction,
                   const PortNumbers& numbers,
                   Group& group) {
  const k8s::ObjectKey& key = policy.meta.key;
  for (const k8s::PolicyRule& rule : RulesOf(policy, direction)) {
    for (Allowance& allowance : Allowances(rule, direction, key.ns, numbers)) {
      group.allowances[std::move(allowance)].insert({key, rule.index});
    }
  }
}

Resolved Resolve(const World& world, const std::string& node_name) {
  return Resolver(world, &node_name).Run();
}

Resolved ResolveEveryNode(const World& world) {
  return Resolver(world, nullptr).Run();
}

}  // namespace portcullis::policy
