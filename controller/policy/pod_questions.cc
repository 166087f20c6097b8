// SPDX-License-Identifier: Apache-2.0
//
// See pod_questions.h.
#include "controller/policy/pod_questions.h"

#include <algorithm>

namespace portcullis::policy {

bool PodQuestions::AnyPod(const PodScope& scope) const {
  return AnyClass(scope, [](uint32_t /*pod_class*/) { return true; });
}

bool PodQuestions::AnyPodWithPort(const PodScope& scope,
                                  const std::string& name,
                                  k8s::Protocol protocol,
                                  const k8s::IpBlock* block) const {
  const auto text = vocabulary_.FindText(name);
  return text && AnyClass(scope, [&](uint32_t pod_class) {
           return HasPort(pod_class, *text, protocol) &&
                  (block == nullptr || IsInside(pod_class, *block));
         });
}

bool PodQuestions::AnyNamespace(const k8s::LabelSelector& selector) const {
  const IdSelector wanted = vocabulary_.FindSelector(selector);
  return classes_.AnyKnownNamespace(
      [&](uint32_t /*ns*/, const LabelList& labels) { return Matches(wanted, labels); });
}

template <typename Fits>
bool PodQuestions::AnyClass(const PodScope& scope, const Fits& fits) const {
  const auto is_live_and_fits = [&](uint32_t pod_class) {
    return classes_[pod_class].live() && fits(pod_class);
  };
  if (const auto* id = std::get_if<PeerSelectorId>(&scope)) {
    return AnyClassOf(*id, is_live_and_fits);
  }
  return classes_.Any(is_live_and_fits);
}

template <typename Fits>
bool PodQuestions::AnyClassOf(const PeerSelectorId& id, const Fits& fits) const {
  const IdSelector pods = vocabulary_.FindSelector(id.pod_selector);
  const auto any_in = [&](uint32_t ns) {
    return classes_.AnyIn(ns, [&](uint32_t pod_class) {
      return Matches(pods, classes_.LabelsOf(pod_class)) && fits(pod_class);
    });
  };
  if (id.ns) {
    const auto ns = vocabulary_.FindText(*id.ns);
    return ns && any_in(*ns);
  }
  const IdSelector namespaces = vocabulary_.FindSelector(id.namespace_selector);
  return classes_.AnyKnownNamespace([&](uint32_t ns, const LabelList& labels) {
    return Matches(namespaces, labels) && any_in(ns);
  });
}

bool PodQuestions::HasPort(uint32_t pod_class, uint32_t name, k8s::Protocol protocol) const {
  const PortList& ports = classes_.PortsOf(pod_class);
  return std::any_of(ports.begin(), ports.end(), [&](const NamedPort& port) {
    return port.name == name && port.protocol == protocol;
  });
}

bool PodQuestions::IsInside(uint32_t pod_class, const k8s::IpBlock& block) const {
  bool inside = false;
  pods_.ForEachAddress(pod_class, [&](const IpAddress& address) {
    inside =
        inside || (block.cidr.Contains(address) &&
                   std::none_of(block.except.begin(), block.except.end(), [&](const Cidr& except) {
                     return except.Contains(address);
                   }));
  });
  return inside;
}

}  // namespace portcullis::policy
