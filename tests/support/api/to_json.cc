// SPDX-License-Identifier: Apache-2.0
//
// See to_json.h.
#include "tests/support/api/to_json.h"

#include <nlohmann/json.hpp>

#include "tests/support/api/names.h"

namespace portcullis::test {
namespace {

using nlohmann::json;

json MetaOf(const k8s::ObjectMeta& meta) {
  json object = {{"name", meta.key.name}};
  const auto set = [&object](const char* field, const std::string& text) {
    if (!text.empty()) {
      object[field] = text;
    }
  };
  set("namespace", meta.key.ns);
  set("uid", meta.uid);
  set("resourceVersion", meta.resource_version);
  if (meta.generation != 0) {
    object["generation"] = meta.generation;
  }
  set("creationTimestamp", meta.creation_timestamp);
  if (!meta.labels.empty()) {
    for (const auto& [key, value] : meta.labels) {
      object["labels"][key] = value;
    }
  }
  return object;
}

const char* OperatorName(k8s::Requirement::Operator op) {
  switch (op) {
    case k8s::Requirement::Operator::kIn:
      return "In";
    case k8s::Requirement::Operator::kNotIn:
      return "NotIn";
    case k8s::Requirement::Operator::kExists:
      return "Exists";
    case k8s::Requirement::Operator::kDoesNotExist:
      return "DoesNotExist";
  }
  return "";
}

json SelectorOf(const k8s::LabelSelector& selector) {
  json object = json::object();
  for (const k8s::Requirement& requirement : selector.requirements) {
    json entry = {{"key", requirement.key}, {"operator", OperatorName(requirement.op)}};
    if (!requirement.values.empty()) {
      entry["values"] = requirement.values;
    }
    object["matchExpressions"].push_back(std::move(entry));
  }
  if (!selector.valid) {
    object["matchExpressions"] = {{{"key", "unreadable"}, {"operator", "Unreadable"}}};
  }
  return object;
}

struct PeerToJson {
  json operator()(const k8s::PodPeer& peer) const {
    json object = json::object();
    if (peer.pod_selector) {
      object["podSelector"] = SelectorOf(*peer.pod_selector);
    }
    if (peer.namespace_selector) {
      object["namespaceSelector"] = SelectorOf(*peer.namespace_selector);
    }
    return object;
  }

  json operator()(const k8s::IpBlock& block) const {
    json object = {{"cidr", block.cidr.ToString()}};
    for (const Cidr& except : block.except) {
      object["except"].push_back(except.ToString());
    }
    return {{"ipBlock", std::move(object)}};
  }
};

json PortOf(const k8s::PolicyPort& port) {
  json object = {{"protocol", NameOf(port.protocol)}};
  if (!port.port) {
    return object;
  }
  if (const auto* name = std::get_if<k8s::PortName>(&*port.port)) {
    object["port"] = name->name;
    return object;
  }
  const auto& range = std::get<k8s::PortRange>(*port.port);
  object["port"] = range.first;
  if (range.last != range.first) {
    object["endPort"] = range.last;
  }
  return object;
}

json RuleOf(const k8s::PolicyRule& rule, const char* peers_field) {
  json object = json::object();
  // An empty list would mean "everything"; a list of something that means nothing stays one.
  const json nothing = {{"unreadable", true}};
  if (rule.peers) {
    object[peers_field] = rule.peers->empty() ? json::array({nothing}) : json::array();
    for (const k8s::Peer& peer : *rule.peers) {
      object[peers_field].push_back(std::visit(PeerToJson{}, peer));
    }
  }
  if (rule.ports) {
    object["ports"] = rule.ports->empty() ? json::array({nothing}) : json::array();
    for (const k8s::PolicyPort& port : *rule.ports) {
      object["ports"].push_back(PortOf(port));
    }
  }
  return object;
}

json PodSpecOf(const k8s::Pod& pod) {
  json container = {{"name", "main"}, {"image", "none"}};
  for (const k8s::ContainerPort& port : pod.ports) {
    container["ports"].push_back(
        {{"name", port.name}, {"containerPort", port.port}, {"protocol", NameOf(port.protocol)}});
  }
  json spec = {{"containers", json::array({std::move(container)})}};
  if (!pod.node_name.empty()) {
    spec["nodeName"] = pod.node_name;
  }
  if (pod.host_network) {
    spec["hostNetwork"] = true;
  }
  return spec;
}

json PodStatusOf(const k8s::Pod& pod) {
  json status = {{"phase", NameOf(pod.phase)}};
  for (const IpAddress& address : pod.addresses) {
    status["podIPs"].push_back({{"ip", address.ToString()}});
  }
  if (!pod.addresses.empty()) {
    status["podIP"] = pod.addresses.front().ToString();
  }
  return status;
}

}  // namespace

std::string ToJson(const k8s::Pod& pod) {
  json meta = MetaOf(pod.meta);
  if (pod.deleting) {
    meta["deletionTimestamp"] = "2026-01-01T00:00:00Z";
  }
  return json{{"apiVersion", "v1"},
              {"kind", "Pod"},
              {"metadata", std::move(meta)},
              {"spec", PodSpecOf(pod)},
              {"status", PodStatusOf(pod)}}
      .dump();
}

std::string ToJson(const k8s::Namespace& ns) {
  return json{{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", MetaOf(ns.meta)}}.dump();
}

std::string ToJson(const k8s::Node& node) {
  json spec = json::object();
  for (const Cidr& cidr : node.pod_cidrs) {
    spec["podCIDRs"].push_back(cidr.ToString());
  }
  if (!node.pod_cidrs.empty()) {
    spec["podCIDR"] = node.pod_cidrs.front().ToString();
  }
  return json{{"apiVersion", "v1"},
              {"kind", "Node"},
              {"metadata", MetaOf(node.meta)},
              {"spec", std::move(spec)}}
      .dump();
}

std::string ToJson(const k8s::NetworkPolicy& policy) {
  json spec = {{"podSelector", SelectorOf(policy.pod_selector)}};
  if (policy.isolates_ingress) {
    spec["policyTypes"].push_back("Ingress");
  }
  if (policy.isolates_egress) {
    spec["policyTypes"].push_back("Egress");
  }
  for (const k8s::PolicyRule& rule : policy.ingress) {
    spec["ingress"].push_back(RuleOf(rule, "from"));
  }
  for (const k8s::PolicyRule& rule : policy.egress) {
    spec["egress"].push_back(RuleOf(rule, "to"));
  }
  json meta = MetaOf(policy.meta);
  if (policy.audit) {
    meta["annotations"]["portcullis.io/audit"] = "true";
  }
  return json{{"apiVersion", "networking.k8s.io/v1"},
              {"kind", "NetworkPolicy"},
              {"metadata", std::move(meta)},
              {"spec", std::move(spec)}}
      .dump();
}

}  // namespace portcullis::test
