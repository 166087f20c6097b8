// SPDX-License-Identifier: Apache-2.0
//
// See reasons.h.
#include "controller/insight/reasons.h"

#include <algorithm>
#include <set>
#include <variant>
#include <vector>

#include "controller/insight/port_set.h"
#include "controller/policy/selector.h"

namespace portcullis::insight {
namespace {

void Append(std::string& text, const std::string& part, const char* separator) {
  text += (text.empty() ? "" : separator) + part;
}

/// "pod shop/web has role=backend", "pod shop/web has no label role".
std::string LabelOf(const std::string& key, const k8s::Labels& labels, const std::string& who) {
  const auto label = labels.find(key);
  return who + " has " +
         (label == labels.end() ? "no label " + key : key + "=" + policy::Escape(label->second));
}

Entry JudgeBlock(const k8s::IpBlock& block, const IpAddress& address) {
  Entry entry{"ipBlock " + block.cidr.ToString(), false, ""};
  std::string excepts;
  for (const Cidr& except : block.except) {
    Append(excepts, except.ToString(), ", ");
  }
  entry.text += excepts.empty() ? "" : " except " + excepts;
  if (!block.cidr.Contains(address)) {
    entry.reason = "does not contain " + address.ToString();
    return entry;
  }
  for (const Cidr& except : block.except) {
    if (except.Contains(address)) {
      entry.reason = "except " + except.ToString() + " cuts out " + address.ToString();
      return entry;
    }
  }
  entry.matches = true;
  entry.reason = "contains " + address.ToString();
  return entry;
}

std::string TextOf(const k8s::PodPeer& peer) {
  std::string text;
  if (peer.pod_selector) {
    text = "podSelector " + policy::ToText(*peer.pod_selector);
  }
  if (peer.namespace_selector) {
    Append(text, "namespaceSelector " + policy::ToText(*peer.namespace_selector), " and ");
  }
  return text;
}

/// Whether the namespace of `pod` is one that `peer` is about.
Entry JudgeNamespace(const k8s::PodPeer& peer,
                     const std::string& policy_namespace,
                     const k8s::Pod& pod,
                     const policy::World& world) {
  const std::string& ns = pod.meta.key.ns;
  if (!peer.namespace_selector) {
    return {"",
            ns == policy_namespace,
            "means pods of namespace " + policy_namespace + " alone, pod " +
                pod.meta.key.ToString() + " is in " + ns};
  }
  const auto known = world.namespaces().find({"", ns});
  if (known == world.namespaces().end()) {
    return {"", false, "namespace " + ns + " is not known, so no namespaceSelector matches it"};
  }
  return JudgeSelector(*peer.namespace_selector, known->second.meta.labels, "namespace " + ns);
}

Entry JudgePods(const k8s::PodPeer& peer,
                const std::string& policy_namespace,
                const Party& party,
                const policy::World& world) {
  Entry entry{TextOf(peer), false, ""};
  if (party.pod == nullptr) {
    entry.reason = party.host_network
                       ? "selects no pods of their node's network, and " + party.name + " is one"
                       : "selects pods alone, and " + party.name + " is none";
    return entry;
  }
  const Entry ns = JudgeNamespace(peer, policy_namespace, *party.pod, world);
  const Entry pods = peer.pod_selector
                         ? JudgeSelector(*peer.pod_selector, party.pod->meta.labels, party.name)
                         : Entry{"", true, ""};
  entry.matches = ns.matches && pods.matches;
  if (entry.matches) {
    entry.reason = "matches " + party.name;
    return entry;
  }
  for (const Entry& part : {ns, pods}) {
    if (!part.matches) {
      Append(entry.reason, part.reason, "; ");
    }
  }
  return entry;
}

/// What a name stands for: "is 8080 at pod shop/web", or that it is no port's.
std::string NumbersText(const std::set<uint16_t>& numbers, const std::string& who) {
  if (numbers.empty()) {
    return "names no port of " + who;
  }
  std::string text;
  for (const uint16_t number : numbers) {
    Append(text, std::to_string(number), " and ");
  }
  return "is " + text + " at " + who;
}

Entry JudgeName(const k8s::PortName& port,
                k8s::Protocol protocol,
                const AskedPort& asked,
                const Party& destination) {
  if (destination.pod == nullptr) {
    return {"", false, "names a port of a pod, and " + destination.name + " is none"};
  }
  std::set<uint16_t> numbers;
  for (const k8s::ContainerPort& each : destination.pod->ports) {
    if (each.name == port.name && each.protocol == protocol) {
      numbers.insert(each.port);
    }
  }
  return {"", numbers.count(asked.port) != 0, NumbersText(numbers, destination.name)};
}

std::string TextOf(const k8s::PolicyPort& entry) {
  if (!entry.port) {
    return "all " + NameOf(entry.protocol);
  }
  if (const auto* name = std::get_if<k8s::PortName>(&*entry.port)) {
    return name->name + "/" + NameOf(entry.protocol);
  }
  return ToText(PortSet::Of(entry.protocol, {std::get<k8s::PortRange>(*entry.port)}));
}

std::string NumberText(const k8s::PortRange& range, bool contains) {
  if (range.first == range.last) {
    return contains ? "is " : "is not ";
  }
  return contains ? "contains " : "does not contain ";
}

std::string ProtocolText(const AskedPort& asked) {
  return HasPorts(asked) ? "is not " + NameOf(static_cast<k8s::Protocol>(asked.protocol))
                         : "is not ICMP, which only a rule without ports allows";
}

/// As JudgePort, without the text, where the protocol is the one asked for.
Entry JudgeNumber(const k8s::PolicyPort& entry, const AskedPort& asked, const Party& destination) {
  if (!entry.port) {
    return {"", true, "contains " + ToText(asked)};
  }
  if (const auto* name = std::get_if<k8s::PortName>(&*entry.port)) {
    return JudgeName(*name, entry.protocol, asked, destination);
  }
  const auto& range = std::get<k8s::PortRange>(*entry.port);
  const bool contains = range.first <= asked.port && asked.port <= range.last;
  return {"", contains, NumberText(range, contains) + ToText(asked)};
}

}  // namespace

Entry JudgeSelector(const k8s::LabelSelector& selector,
                    const k8s::Labels& labels,
                    const std::string& who) {
  Entry entry{policy::ToText(selector), policy::Matches(selector, labels), ""};
  if (!selector.valid) {
    entry.reason = "the selector could not be understood, so it matches nothing";
    return entry;
  }
  for (const k8s::Requirement& requirement : selector.requirements) {
    const k8s::LabelSelector alone{{requirement}, true};
    if (!policy::Matches(alone, labels)) {
      Append(entry.reason,
             "needs " + policy::ToText(alone) + ", " + LabelOf(requirement.key, labels, who),
             "; ");
    }
  }
  return entry;
}

Entry JudgePeer(const k8s::Peer& peer,
                const std::string& policy_namespace,
                const Party& party,
                const policy::World& world) {
  if (const auto* block = std::get_if<k8s::IpBlock>(&peer)) {
    return JudgeBlock(*block, party.address);
  }
  return JudgePods(std::get<k8s::PodPeer>(peer), policy_namespace, party, world);
}

Entry JudgePort(const k8s::PolicyPort& entry, const AskedPort& asked, const Party& destination) {
  Entry judged;
  if (asked.protocol != static_cast<uint8_t>(entry.protocol)) {
    judged.reason = ProtocolText(asked);
  } else {
    judged = JudgeNumber(entry, asked, destination);
  }
  judged.text = TextOf(entry);
  return judged;
}

}  // namespace portcullis::insight
