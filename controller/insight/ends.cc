// SPDX-License-Identifier: Apache-2.0
//
// See ends.h.
#include "controller/insight/ends.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "controller/insight/close_names.h"
#include "controller/insight/outside.h"
#include "controller/insight/wording.h"
#include "controller/policy/live_pods.h"

namespace portcullis::insight {
namespace {

constexpr std::string_view kNodePrefix = "node/";

End HostPod(const k8s::Pod& pod) {
  End end{End::Kind::kHostPod, pod.meta.key, pod.node_name, pod.addresses, {}};
  std::sort(end.addresses.begin(), end.addresses.end());
  end.notes.push_back("Pod " + pod.meta.key.ToString() +
                      " is in its node's network: policies do not hold for it, and to others it is "
                      "its node's address, which no selector matches.");
  return end;
}

bool IsFinished(const k8s::Pod& pod) {
  return pod.phase == k8s::PodPhase::kSucceeded || pod.phase == k8s::PodPhase::kFailed;
}

std::string LowerCase(std::string text) {
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return text;
}

/// Pods of the namespace that are called much like it, the same name in other namespaces, and a
/// node of that name.
std::vector<std::string> CloseTo(const k8s::ObjectKey& key, const policy::World& world) {
  std::vector<std::string> neighbours;
  std::vector<std::string> close;
  for (const auto& [other, pod] : world.pods()) {
    if (pod.host_network && pod.node_name == key.name && close.empty()) {
      close.push_back(std::string(kNodePrefix) + key.name);
    }
    if (other.ns == key.ns) {
      neighbours.push_back(other.name);
    } else if (other.name == key.name && close.size() < 3) {
      close.push_back(other.ToString());
    }
  }
  for (const std::string& name : CloseNames(key.name, neighbours)) {
    close.push_back(k8s::ObjectKey{key.ns, name}.ToString());
  }
  return close;
}

bool HasPods(const policy::World& world, const std::string& ns) {
  const auto first = world.pods().lower_bound({ns, ""});
  return first != world.pods().end() && first->first.ns == ns;
}

/// What kubectl has before a slash where here is a namespace.
bool IsKindOfObject(const std::string& text) {
  static const std::set<std::string, std::less<>> kKinds = {"svc",
                                                            "service",
                                                            "services",
                                                            "deploy",
                                                            "deployment",
                                                            "deployments",
                                                            "sts",
                                                            "statefulset",
                                                            "ds",
                                                            "daemonset",
                                                            "daemonsets",
                                                            "rs",
                                                            "replicaset",
                                                            "job",
                                                            "po",
                                                            "pod",
                                                            "pods",
                                                            "endpoints"};
  return kKinds.count(text) > 0;
}

/// What may have been meant where no name is close.
std::string HintAt(const k8s::ObjectKey& key, const policy::World& world) {
  if (world.pods().empty()) {
    return ", nor any other: no Pod object was read, and a Deployment or a Service is none; "
           "kubectl "
           "get pods,namespaces,networkpolicies -A -o yaml has all that is needed";
  }
  if (HasPods(world, key.ns)) {
    return "";
  }
  if (IsKindOfObject(key.ns)) {
    return ": ends are named [NAMESPACE/]POD; of a Service or a Deployment name one of its pods";
  }
  return key.name.find('.') == std::string::npos
             ? ", nor any other in namespace " + key.ns + ": is it the right one (-n)?"
             : ", nor is it an address; names of hosts are not looked up: give an address";
}

tl::unexpected<Error> NoSuchPod(const k8s::ObjectKey& key, const policy::World& world) {
  const auto close = CloseTo({LowerCase(key.ns), LowerCase(key.name)}, world);
  return Fail(ErrorCode::kNotFound,
              "there is no pod " + key.ToString() +
                  (close.empty() ? HintAt(key, world) : DidYouMean(close)));
}

tl::unexpected<Error> NoEnd(std::string_view text) {
  return Fail(ErrorCode::kInvalidArgument,
              "'" + std::string(text) +
                  "' names no end of a connection: give [NAMESPACE/]POD, an address, node/NAME or "
                  "external");
}

}  // namespace

Result<EndName> ParseEnd(std::string_view text, const std::string& default_namespace) {
  if (text == "external") {
    return External{};
  }
  if (const auto address = IpAddress::Parse(text)) {
    return *address;
  }
  if (text.substr(0, kNodePrefix.size()) == kNodePrefix && text.size() > kNodePrefix.size()) {
    return NodeName{std::string(text.substr(kNodePrefix.size()))};
  }
  if (Cidr::Parse(text)) {
    return Fail(ErrorCode::kInvalidArgument,
                "'" + std::string(text) +
                    "' is a block of addresses, and a connection ends at one: give one that is in "
                    "the block");
  }
  const size_t slash = text.find('/');
  const std::string ns =
      slash == std::string_view::npos ? default_namespace : std::string(text.substr(0, slash));
  const std::string name(slash == std::string_view::npos ? text : text.substr(slash + 1));
  if (ns.empty() || name.empty() || name.find_first_of("/:[") != std::string::npos) {
    return NoEnd(text);
  }
  return k8s::ObjectKey{ns, name};
}

std::string ToText(const End& end) {
  switch (end.kind) {
    case End::Kind::kPod:
    case End::Kind::kHostPod:
      return end.pod.ToString();
    case End::Kind::kNode:
      return "node " + end.node;
    case End::Kind::kAddress:
      return end.addresses.front().ToString();
    case End::Kind::kExternal:
      return "external";
  }
  return "";
}

Directory::Directory(const policy::World& world) : world_(world) {
  for (const policy::LivePod& pod : policy::LivePods(world)) {
    for (const IpAddress& address : pod.addresses) {
      owners_.emplace(address, pod.pod);
    }
  }
  for (const auto& [key, pod] : world.pods()) {
    if (pod.host_network && !IsFinished(pod) && !pod.node_name.empty()) {
      nodes_[pod.node_name].insert(pod.addresses.begin(), pod.addresses.end());
    }
  }
  for (const auto& [node, addresses] : nodes_) {
    for (const IpAddress& address : addresses) {
      node_of_.emplace(address, node);
    }
  }
}

const k8s::Pod* Directory::PodAt(const IpAddress& address) const {
  const auto owner = owners_.find(address);
  return owner == owners_.end() ? nullptr : owner->second;
}

std::string Directory::NodeAt(const IpAddress& address) const {
  const auto node = node_of_.find(address);
  return node == node_of_.end() ? "" : node->second;
}

Result<End> Directory::Find(const EndName& name) const {
  if (const auto* key = std::get_if<k8s::ObjectKey>(&name)) {
    return FindPod(*key);
  }
  if (const auto* node = std::get_if<NodeName>(&name)) {
    return FindNode(node->name);
  }
  if (const auto* address = std::get_if<IpAddress>(&name)) {
    return FindAddress(*address);
  }
  return FindExternal();
}

Result<End> Directory::FindPod(const k8s::ObjectKey& key) const {
  const auto found = world_.pods().find(key);
  if (found == world_.pods().end()) {
    return NoSuchPod(key, world_);
  }
  const k8s::Pod& pod = found->second;
  if (IsFinished(pod)) {
    return Fail(ErrorCode::kNotFound,
                "pod " + key.ToString() +
                    " has finished: its address is nobody's, or another pod's by now");
  }
  if (pod.addresses.empty()) {
    return Fail(ErrorCode::kNotFound,
                "pod " + key.ToString() +
                    " has no address yet, so no policy holds for it: ask again when it runs "
                    "(status.podIPs)");
  }
  return pod.host_network ? HostPod(pod) : FindOwnAddresses(pod);
}

Result<End> Directory::FindOwnAddresses(const k8s::Pod& pod) const {
  const k8s::ObjectKey& key = pod.meta.key;
  End end{End::Kind::kPod, key, pod.node_name, {}, {}};
  for (const IpAddress& address : pod.addresses) {
    if (PodAt(address) == &pod) {
      end.addresses.push_back(address);
    } else {
      end.notes.push_back("Address " + address.ToString() + " in the status of pod " +
                          key.ToString() + " is not taken for its own: " + WhoHas(address) + ".");
    }
  }
  if (end.addresses.empty()) {
    return Fail(ErrorCode::kNotFound,
                "pod " + key.ToString() + " has no address of its own: of " +
                    pod.addresses.front().ToString() + ", " + WhoHas(pod.addresses.front()));
  }
  std::sort(end.addresses.begin(), end.addresses.end());
  end.addresses.erase(std::unique(end.addresses.begin(), end.addresses.end()), end.addresses.end());
  return end;
}

std::string Directory::WhoHas(const IpAddress& address) const {
  const k8s::Pod* owner = PodAt(address);
  return owner != nullptr ? "pod " + owner->meta.key.ToString() + " claims it too, and has it"
                          : "it cannot be a pod's";
}

Result<End> Directory::FindNode(const std::string& name) const {
  const auto node = nodes_.find(name);
  if (node != nodes_.end()) {
    return End{End::Kind::kNode,
               {},
               name,
               {node->second.begin(), node->second.end()},
               {"Node " + name + " is known by the addresses of its hostNetwork pods alone."}};
  }
  std::vector<std::string> names;
  for (const auto& [other, addresses] : nodes_) {
    names.push_back(other);
  }
  return Fail(ErrorCode::kNotFound,
              "no node " + name + " is known (nodes are known by their hostNetwork pods)" +
                  DidYouMean(CloseNames(name, names)));
}

End Directory::FindAddress(const IpAddress& address) const {
  if (const k8s::Pod* owner = PodAt(address)) {
    const k8s::ObjectKey& key = owner->meta.key;
    return {End::Kind::kPod,
            key,
            owner->node_name,
            {address},
            {"Address " + address.ToString() + " is that of pod " + key.ToString() + "."}};
  }
  if (const std::string node = NodeAt(address); !node.empty()) {
    return {End::Kind::kNode,
            {},
            node,
            {address},
            {"Address " + address.ToString() + " is that of node " + node + "."}};
  }
  return {End::Kind::kAddress,
          {},
          "",
          {address},
          {"Address " + address.ToString() +
           " is of no pod or node that is known, so only blocks of addresses name it. If it is a "
           "Service's, ask about a pod behind it: policies see connections after the Service's "
           "address has been replaced."}};
}

End Directory::FindExternal() const {
  std::set<IpAddress> taken;
  for (const auto& [key, pod] : world_.pods()) {
    taken.insert(pod.addresses.begin(), pod.addresses.end());
  }
  End end{End::Kind::kExternal, {}, "", {}, {}};
  std::vector<std::string> texts;
  bool is_named = false;
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const Outside outside = AddressOutside(world_, taken, family);
    end.addresses.push_back(outside.address);
    texts.push_back(outside.address.ToString());
    is_named = is_named || outside.is_named;
  }
  end.notes.push_back("External stands for " + Joined(texts, "and") +
                      (is_named ? "; blocks of policies leave no address unnamed."
                                : ", which no block of a policy names."));
  return end;
}

}  // namespace portcullis::insight
