// SPDX-License-Identifier: Apache-2.0
//
// See decode.h; here pods and namespaces, decode_policy.cc has the policies.
#include "k8s-client/decode.h"

#include <algorithm>

#include "k8s-client/json.h"

namespace portcullis::k8s {
namespace {

using json::ForEachElement;
using json::ForEachField;
using json::Object;
using json::Path;
using json::Problems;
using json::Type;
using json::Value;

constexpr std::string_view kNamespaceNameLabel = "kubernetes.io/metadata.name";

PodPhase ReadPhase(Value value, const Path& path, Problems& problems) {
  const auto text = json::ReadString(value, path, problems);
  if (!text) {
    return PodPhase::kUnknown;
  }
  if (text->empty() || *text == "Pending") {
    return PodPhase::kPending;
  }
  if (*text == "Running") {
    return PodPhase::kRunning;
  }
  if (*text == "Succeeded") {
    return PodPhase::kSucceeded;
  }
  if (*text == "Failed") {
    return PodPhase::kFailed;
  }
  if (*text != "Unknown") {
    problems.Add(path, json::Quoted(*text) + " is no phase");
  }
  return PodPhase::kUnknown;
}

/// Appends a container's port to `ports`, where it has a name and can be understood.
void ReadContainerPort(Value value,
                       const Path& here,
                       Problems& problems,
                       std::vector<ContainerPort>& ports) {
  ContainerPort port;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "name") {
      port.name = json::ReadString(child, path, problems).value_or("");
    } else if (key == "containerPort") {
      port.port = json::ReadPort(child, path, problems).value_or(0);
    } else if (key == "protocol") {
      port.protocol = json::ReadProtocol(child, path, problems).value_or(Protocol::kTcp);
    }
  });
  if (problems.count() == before && !port.name.empty() && port.port != 0) {
    ports.push_back(std::move(port));
  }
}

/// The named ports of one container; of an init container only where it keeps running as a sidecar
/// (6.11).
void ReadContainer(Value value,
                   const Path& here,
                   bool init,
                   Problems& problems,
                   std::vector<ContainerPort>& ports) {
  bool sidecar = false;
  std::vector<ContainerPort> own;
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "ports") {
      own.clear();
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        ReadContainerPort(element, element_path, problems, own);
      });
    } else if (init && key == "restartPolicy") {
      sidecar = json::ReadString(child, path, problems) == "Always";
    }
  });
  if (!init || sidecar) {
    ports.insert(ports.end(), own.begin(), own.end());
  }
}

std::vector<ContainerPort> ReadContainers(Value value,
                                          const Path& path,
                                          bool init,
                                          Problems& problems) {
  std::vector<ContainerPort> ports;
  ForEachElement(value, path, problems, [&](Value element, const Path& element_path) {
    ReadContainer(element, element_path, init, problems, ports);
  });
  return ports;
}

void ReadPodSpec(Value value, Problems& problems, Pod& pod) {
  const Path root;
  const Path here(root, "spec");
  std::vector<ContainerPort> sidecar_ports;
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "nodeName") {
      pod.node_name = json::ReadString(child, path, problems).value_or("");
    } else if (key == "hostNetwork") {
      pod.host_network = json::ReadBool(child, path, problems).value_or(false);
    } else if (key == "containers") {
      pod.ports = ReadContainers(child, path, /*init=*/false, problems);
    } else if (key == "initContainers") {
      sidecar_ports = ReadContainers(child, path, /*init=*/true, problems);
    }
  });
  pod.ports.insert(pod.ports.end(), sidecar_ports.begin(), sidecar_ports.end());
}

void ReadAddress(Value value,
                 const Path& path,
                 Problems& problems,
                 std::vector<IpAddress>& addresses) {
  const auto text = json::ReadString(value, path, problems);
  if (!text || text->empty()) {
    return;
  }
  const auto address = IpAddress::Parse(*text);
  if (!address) {
    problems.Add(path, json::Quoted(*text) + " is no IP address");
  } else if (std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
    addresses.push_back(*address);
  }
}

void ReadPodStatus(Value value, Problems& problems, Pod& pod) {
  const Path root;
  const Path here(root, "status");
  std::vector<IpAddress> single;
  bool has_list = false;
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "phase") {
      pod.phase = ReadPhase(child, path, problems);
    } else if (key == "podIP") {
      single.clear();
      ReadAddress(child, path, problems, single);
    } else if (key == "podIPs") {
      pod.addresses.clear();
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        has_list = true;
        ForEachField(element, element_path, problems, [&](std::string_view name, Value ip) {
          if (name == "ip") {
            ReadAddress(ip, Path(element_path, name), problems, pod.addresses);
          }
        });
      });
    }
  });
  if (!has_list) {
    pod.addresses = std::move(single);
  }
}

Result<Pod> ReadPod(Object& object) {
  Pod pod;
  Problems problems(pod.problems);
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    Value value = field.value();
    if (value.is_null()) {
      continue;
    }
    if (key == "metadata") {
      pod.meta = json::ReadMeta(value, pod.deleting, problems);
    } else if (key == "spec") {
      ReadPodSpec(value, problems, pod);
    } else if (key == "status") {
      ReadPodStatus(value, problems, pod);
    }
  }
  if (pod.meta.key.name.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "has no metadata.name");
  }
  return pod;
}

Result<Namespace> ReadNamespace(Object& object) {
  Namespace result;
  std::vector<std::string> messages;
  Problems problems(messages);
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    bool deleting = false;
    if (key == "metadata") {
      result.meta = json::ReadMeta(field.value(), deleting, problems);
    }
  }
  if (result.meta.key.name.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "has no metadata.name");
  }
  // Nothing of a namespace matters but its labels, and a label that is left out would make NotIn
  // match: a namespace that is not there matches nothing (3.9).
  if (!messages.empty()) {
    return Fail(ErrorCode::kInvalidArgument, messages.front());
  }
  result.meta.key.ns.clear();
  result.meta.labels.insert_or_assign(std::string(kNamespaceNameLabel), result.meta.key.name);
  return result;
}

}  // namespace

Result<Pod> DecodePod(std::string_view json) {
  return json::ReadJson(json, ReadPod);
}

Result<Namespace> DecodeNamespace(std::string_view json) {
  return json::ReadJson(json, ReadNamespace);
}

}  // namespace portcullis::k8s
