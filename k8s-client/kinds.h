// SPDX-License-Identifier: Apache-2.0
//
// The kinds there are to watch: where each is, and the formats it can be read in; and what else is
// asked of the API server. tests/manifests holds the manifests' rights against this file.
// NetworkPolicies come as JSON alone: there are few of them, and what is wrong with one is said
// with its place in the object, which the protobuf reader of a policy would have to say all over
// again.
#ifndef PORTCULLIS_K8S_CLIENT_KINDS_H_
#define PORTCULLIS_K8S_CLIENT_KINDS_H_

#include <cstdint>
#include <string>

#include "k8s-client/node.h"
#include "k8s-client/refusal.h"
#include "k8s-client/resource.h"
#include "k8s-client/wire_json.h"
#include "k8s-client/wire_protobuf.h"

namespace portcullis::k8s {

inline const Resource<Pod> kPods{
    {"Pod", "pods", "", "/api/v1/pods"}, &json::MakeWire<Pod>, &protobuf::MakeWire<Pod>};
inline const Resource<Namespace> kNamespaces{{"Namespace", "namespaces", "", "/api/v1/namespaces"},
                                             &json::MakeWire<Namespace>,
                                             &protobuf::MakeWire<Namespace>};
inline const Resource<Node> kNodes{
    {"Node", "nodes", "", "/api/v1/nodes"}, &json::MakeWire<Node>, &protobuf::MakeWire<Node>};
inline const Resource<NetworkPolicy> kNetworkPolicies{
    {"NetworkPolicy",
     "networkpolicies",
     "networking.k8s.io",
     "/apis/networking.k8s.io/v1/networkpolicies"},
    &json::MakeWire<NetworkPolicy>,
    nullptr};

/// What the agent writes: Events about policies.
inline const Right kCreateEvents{"events.k8s.io", "events", {"create"}};
[[nodiscard]] inline std::string EventsPath(const std::string& ns) {
  return "/apis/events.k8s.io/v1/namespaces/" + ns + "/events";
}

/// How a person's command asks a pod: through the API server, with the person's rights.
inline const Right kProxyPods{"", "pods/proxy", {"get"}};
[[nodiscard]] inline std::string PodProxyPath(const ObjectKey& pod, uint16_t port) {
  return "/api/v1/namespaces/" + pod.ns + "/pods/" + pod.name + ":" + std::to_string(port) +
         "/proxy";
}

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_KINDS_H_
