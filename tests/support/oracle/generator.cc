// SPDX-License-Identifier: Apache-2.0
//
// See generator.h: pods, namespaces, and their changes. Policies are random_policy.cc's,
// connections random_connection.cc's.
#include "tests/support/oracle/generator.h"

#include <algorithm>

namespace portcullis::test {
namespace {

constexpr size_t kAddressPool = 14;  // Fewer than pods at times, so that some share an address.

k8s::Labels RandomLabels(Random& random, const GeneratorOptions& options) {
  k8s::Labels labels;
  for (const std::string& key : options.label_keys) {
    if (random.Chance(60)) {
      labels[key] = random.Pick(options.label_values);
    }
  }
  return labels;
}

k8s::PodPhase RandomPhase(Random& random) {
  if (random.Chance(75)) {
    return k8s::PodPhase::kRunning;
  }
  static const std::vector<k8s::PodPhase> kRest = {k8s::PodPhase::kPending,
                                                   k8s::PodPhase::kSucceeded,
                                                   k8s::PodPhase::kFailed,
                                                   k8s::PodPhase::kUnknown};
  return random.Pick(kRest);
}

void AddRandomAddress(Random& random, const char* prefix, k8s::Pod& pod) {
  if (random.Chance(85)) {
    const std::string text = prefix + std::to_string(1 + random.Below(kAddressPool));
    pod.addresses.push_back(*IpAddress::Parse(text));
  }
}

std::vector<k8s::ContainerPort> RandomPorts(Random& random, const GeneratorOptions& options) {
  static const std::vector<k8s::Protocol> kProtocols = {
      k8s::Protocol::kTcp, k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp};
  std::vector<k8s::ContainerPort> ports;
  for (const std::string& name : options.port_names) {
    while (random.Chance(45)) {
      ports.push_back({name, random.Pick(kProtocols), random.Pick(options.ports)});
    }
  }
  return ports;
}

k8s::Pod RandomPod(Random& random, const GeneratorOptions& options, const std::string& name) {
  k8s::Pod pod;
  pod.meta.key = {random.Pick(options.namespaces), name};
  pod.meta.uid = "uid-" + std::to_string(random.Below(1000));
  pod.meta.creation_timestamp = "2026-01-01T00:00:0" + std::to_string(random.Below(3)) + "Z";
  pod.meta.labels = RandomLabels(random, options);
  pod.node_name = random.Pick(options.nodes);
  pod.phase = RandomPhase(random);
  pod.host_network = random.Chance(8);
  pod.deleting = random.Chance(10);
  if (options.ipv4) {
    AddRandomAddress(random, "10.0.0.", pod);
  }
  if (options.ipv6) {
    AddRandomAddress(random, "fd00::", pod);
  }
  pod.ports = RandomPorts(random, options);
  return pod;
}

k8s::Namespace RandomNamespace(Random& random,
                               const GeneratorOptions& options,
                               const std::string& name) {
  k8s::Namespace ns;
  ns.meta.key = {"", name};
  ns.meta.labels = RandomLabels(random, options);
  ns.meta.labels["kubernetes.io/metadata.name"] = name;  // 4.7
  return ns;
}

/// A name that no object of `objects` has.
template <typename T>
std::string FreshName(Random& random, const std::vector<T>& objects, const std::string& prefix) {
  std::string name;
  do {
    name = prefix + std::to_string(random.Below(10000));
  } while (std::any_of(objects.begin(), objects.end(), [&](const T& object) {
    return object.meta.key.name == name;
  }));
  return name;
}

template <typename T>
std::string Erase(Random& random, std::vector<T>& objects, const std::string& kind) {
  if (objects.empty()) {
    return "nothing";
  }
  const size_t index = random.Below(objects.size());
  std::string what = "delete " + kind + " " + objects[index].meta.key.ToString();
  objects.erase(objects.begin() + static_cast<std::ptrdiff_t>(index));
  return what;
}

template <typename T>
std::string Relabel(Random& random,
                    std::vector<T>& objects,
                    const GeneratorOptions& options,
                    const std::string& kind) {
  if (objects.empty() || options.label_keys.empty()) {
    return "nothing";
  }
  T& object = objects[random.Below(objects.size())];
  const std::string& key = random.Pick(options.label_keys);
  if (random.Chance(30)) {
    object.meta.labels.erase(key);
  } else {
    object.meta.labels[key] = random.Pick(options.label_values);
  }
  return "relabel " + kind + " " + object.meta.key.ToString();
}

std::string AddPolicy(Random& random, k8s::Objects& objects, const GeneratorOptions& options) {
  const std::string name = FreshName(random, objects.policies, "policy");
  objects.policies.push_back(RandomPolicy(random, objects, options, name));
  return "add policy " + objects.policies.back().meta.key.ToString();
}

std::string ChangePolicy(Random& random, k8s::Objects& objects, const GeneratorOptions& options) {
  if (objects.policies.empty()) {
    return "nothing";
  }
  k8s::NetworkPolicy& policy = objects.policies[random.Below(objects.policies.size())];
  const k8s::ObjectMeta meta = policy.meta;
  policy = RandomPolicy(random, objects, options, meta.key.name);
  policy.meta = meta;
  return "change policy " + meta.key.ToString();
}

std::string AddPod(Random& random, k8s::Objects& objects, const GeneratorOptions& options) {
  objects.pods.push_back(RandomPod(random, options, FreshName(random, objects.pods, "pod")));
  return "add pod " + objects.pods.back().meta.key.ToString();
}

std::string ChangePod(Random& random, k8s::Objects& objects, const GeneratorOptions& options) {
  if (objects.pods.empty()) {
    return "nothing";
  }
  k8s::Pod& pod = objects.pods[random.Below(objects.pods.size())];
  const k8s::ObjectMeta meta = pod.meta;
  pod = RandomPod(random, options, meta.key.name);
  pod.meta = meta;
  return "change pod " + meta.key.ToString();
}

std::string ToggleNamespace(Random& random,
                            k8s::Objects& objects,
                            const GeneratorOptions& options) {
  const std::string& name = random.Pick(options.namespaces);
  const auto found = std::find_if(
      objects.namespaces.begin(), objects.namespaces.end(), [&](const k8s::Namespace& ns) {
        return ns.meta.key.name == name;
      });
  if (found != objects.namespaces.end()) {
    objects.namespaces.erase(found);
    return "delete namespace " + name;
  }
  objects.namespaces.push_back(RandomNamespace(random, options, name));
  return "add namespace " + name;
}

}  // namespace

k8s::Objects RandomObjects(Random& random, const GeneratorOptions& options) {
  k8s::Objects objects;
  for (const std::string& name : options.namespaces) {
    if (random.Chance(85)) {
      objects.namespaces.push_back(RandomNamespace(random, options, name));
    }
  }
  for (size_t count = 1 + random.Below(12); count > 0; --count) {
    (void)AddPod(random, objects, options);
  }
  for (size_t count = random.Below(10); count > 0; --count) {
    (void)AddPolicy(random, objects, options);
  }
  return objects;
}

std::string MutateLabelsOrPolicies(Random& random,
                                   k8s::Objects& objects,
                                   const GeneratorOptions& options) {
  switch (random.Below(5)) {
    case 0:
      return Relabel(random, objects.pods, options, "pod");
    case 1:
      return Relabel(random, objects.namespaces, options, "namespace");
    case 2:
      return Erase(random, objects.policies, "policy");
    case 3:
      return ChangePolicy(random, objects, options);
    default:
      return AddPolicy(random, objects, options);
  }
}

std::string Mutate(Random& random, k8s::Objects& objects, const GeneratorOptions& options) {
  switch (random.Below(8)) {
    case 0:
      return AddPod(random, objects, options);
    case 1:
      return ChangePod(random, objects, options);
    case 2:
      return Erase(random, objects.pods, "pod");
    case 3:
      return ToggleNamespace(random, objects, options);
    default:
      return MutateLabelsOrPolicies(random, objects, options);
  }
}

}  // namespace portcullis::test
