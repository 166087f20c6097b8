// SPDX-License-Identifier: Apache-2.0
//
// See random_world.h.
#include "tests/lab/random_world.h"

#include <algorithm>

namespace portcullis::lab {
namespace {

using test::GeneratorOptions;
using test::Random;

k8s::Labels RandomLabels(Random& random, const GeneratorOptions& options) {
  k8s::Labels labels;
  for (const std::string& key : options.label_keys) {
    if (random.Chance(60)) {
      labels.emplace(key, random.Pick(options.label_values));
    }
  }
  return labels;
}

/// Names may stand for another number in each pod, and for one of several protocols (6.7).
std::vector<k8s::ContainerPort> RandomPorts(Random& random, const GeneratorOptions& options) {
  std::vector<k8s::ContainerPort> ports;
  for (const std::string& name : options.port_names) {
    const std::vector<k8s::Protocol> protocols = {
        k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp};
    if (random.Chance(80)) {
      ports.push_back({name, random.Pick(protocols), random.Pick(options.ports)});
    }
  }
  return ports;
}

/// A number that no pod's name or uid has had; creation times follow it (8.6).
std::string NextNumber(const k8s::Objects& objects) {
  unsigned next = 0;
  for (const k8s::Pod& pod : objects.pods) {
    next = std::max(next, static_cast<unsigned>(std::stoul(pod.meta.uid)));
  }
  return std::to_string(next + 1);
}

void Identify(k8s::Pod& pod, const std::string& number) {
  pod.meta.key.name = "pod" + number;
  pod.meta.uid = number;
  const std::string text = "0000" + number;
  const std::string seconds = text.substr(text.size() - 4);
  pod.meta.creation_timestamp =
      "2026-01-01T00:" + seconds.substr(0, 2) + ":" + seconds.substr(2) + "Z";
}

/// Another pod gets the addresses; the old object may stay for a while, ended (8.3, 8.6).
std::string Replace(Random& random, k8s::Objects& objects, const GeneratorOptions& options) {
  const size_t index = random.Below(objects.pods.size());
  k8s::Pod pod = objects.pods[index];
  Identify(pod, NextNumber(objects));
  pod.meta.key.ns = random.Pick(options.namespaces);
  pod.meta.labels = RandomLabels(random, options);
  pod.ports = RandomPorts(random, options);
  pod.phase = k8s::PodPhase::kRunning;
  const std::string old = objects.pods[index].meta.key.ToString();
  std::string what = old + " hands its addresses to " + pod.meta.key.ToString();
  if (random.Chance(50)) {
    objects.pods[index].phase = k8s::PodPhase::kSucceeded;
    objects.pods.push_back(std::move(pod));
    return what + ", and stays as an ended pod";
  }
  objects.pods[index] = std::move(pod);
  return what;
}

/// An ended pod goes, if there is one that has a successor.
std::string Collect(k8s::Objects& objects) {
  for (auto ended = objects.pods.begin(); ended != objects.pods.end(); ++ended) {
    const bool succeeded =
        std::any_of(std::next(ended), objects.pods.end(), [&](const k8s::Pod& later) {
          return later.addresses == ended->addresses;
        });
    if (succeeded) {
      std::string what = "ended pod " + ended->meta.key.ToString() + " is deleted";
      objects.pods.erase(ended);
      return what;
    }
  }
  return "nothing";
}

}  // namespace

k8s::Pod PodObject(const Pod& pod, const std::string& ns, const std::string& name) {
  k8s::Pod object;
  object.meta.key = {ns, name};
  object.meta.uid = name;
  object.meta.creation_timestamp = "2026-01-01T00:00:00Z";
  object.node_name = "node" + std::to_string(pod.node + 1);
  object.phase = k8s::PodPhase::kRunning;
  object.addresses = pod.addresses;
  return object;
}

k8s::Namespace NamespaceObject(const std::string& name, k8s::Labels labels) {
  k8s::Namespace object;
  object.meta.key.name = name;
  object.meta.uid = name;
  object.meta.labels = std::move(labels);
  object.meta.labels.insert_or_assign("kubernetes.io/metadata.name", name);
  return object;
}

k8s::Objects ObjectsWithApps(const Lab& lab,
                             const std::string& ns,
                             const std::map<std::string, std::string>& apps) {
  k8s::Objects objects;
  objects.namespaces = {NamespaceObject(ns)};
  for (const auto& [name, app] : apps) {
    objects.pods.push_back(PodObject(lab.pod(name), ns, name));
    objects.pods.back().meta.labels = {{"app", app}};
  }
  return objects;
}

GeneratorOptions OptionsFor(const Lab& lab, const std::vector<uint16_t>& ports) {
  GeneratorOptions options;
  options.nodes.clear();
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    options.nodes.push_back(lab.node(node).name);
  }
  options.ports = ports;
  options.cidr_pool = {"0.0.0.0/0",
                       "::/0",
                       "10.244.0.0/16",
                       "10.244.1.0/30",
                       "172.17.0.0/16",
                       "172.17.1.0/24",
                       "10.0.0.0/24",
                       "192.168.66.0/25",
                       "fd44:244::/32",
                       "fd44:244:0:2::/126",
                       "fd10::/16",
                       "fd44:66::/120"};
  options.malformed = false;
  return options;
}

k8s::Objects RandomPods(Random& random, const Lab& lab, const GeneratorOptions& options) {
  k8s::Objects objects;
  for (const std::string& ns : options.namespaces) {
    objects.namespaces.push_back(NamespaceObject(ns, RandomLabels(random, options)));
  }
  for (const Pod* pod : lab.pods()) {
    k8s::Pod object = PodObject(*pod, random.Pick(options.namespaces), "");
    Identify(object, std::to_string(objects.pods.size() + 1));
    object.meta.labels = RandomLabels(random, options);
    object.ports = RandomPorts(random, options);
    objects.pods.push_back(std::move(object));
  }
  return objects;
}

std::string RandomChange(Random& random, k8s::Objects& objects, const GeneratorOptions& options) {
  switch (random.Below(6)) {
    case 0:
      return Replace(random, objects, options);
    case 1:
      return Collect(objects);
    default:
      return test::MutateLabelsOrPolicies(random, objects, options);
  }
}

}  // namespace portcullis::lab
