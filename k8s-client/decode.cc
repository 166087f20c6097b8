// SPDX-License-Identifier: Apache-2.0
//
// See decode.h; here pods, namespaces and nodes, decode_policy.cc has the policies.
#include "k8s-client/decode.h"

#include "k8s-client/fields.h"
#include "k8s-client/read_json.h"

namespace portcullis::k8s {
namespace {

using json::ForEachElement;
using json::ForEachField;
using json::Object;
using json::Type;
using json::Value;

PodPhase ReadPhase(Value value, const Path& path, Problems& problems) {
  const auto text = json::ReadString(value, path, problems);
  return text ? ParsePhase(*text, path, problems) : PodPhase::kUnknown;
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
  if (text) {
    AddAddress(*text, path, problems, addresses);
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

void ReadNodeSpec(Value value, Problems& problems, Node& node) {
  const Path root;
  const Path here(root, "spec");
  std::vector<Cidr> single;
  bool has_list = false;
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "podCIDR") {
      single.clear();
      AddCidr(json::ReadString(child, path, problems).value_or(""), path, problems, single);
    } else if (key == "podCIDRs") {
      node.pod_cidrs.clear();
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        has_list = true;
        const auto text = json::ReadString(element, element_path, problems);
        AddCidr(text.value_or(""), element_path, problems, node.pod_cidrs);
      });
    }
  });
  if (!has_list) {
    node.pod_cidrs = std::move(single);
  }
}

}  // namespace

namespace json {

void ReadObject(Object& object, Reading<Pod>& reading) {
  Pod& pod = reading.object;
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
  reading.Finish({});
}

void ReadObject(Object& object, Reading<Namespace>& reading) {
  std::vector<std::string> messages;
  Problems problems(messages);
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    bool deleting = false;
    if (key == "metadata") {
      reading.object.meta = json::ReadMeta(field.value(), deleting, problems);
    }
  }
  FinishNamespace(messages, reading);
}

void ReadObject(Object& object, Reading<Node>& reading) {
  Node& node = reading.object;
  Problems problems(node.problems);
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    Value value = field.value();
    bool deleting = false;
    if (key == "metadata") {
      node.meta = json::ReadMeta(value, deleting, problems);
    } else if (key == "spec" && !value.is_null()) {
      ReadNodeSpec(value, problems, node);
    }
  }
  node.meta.key.ns.clear();
  reading.Finish({});
}

}  // namespace json

Result<Pod> DecodePod(std::string_view json) {
  return json::ReadOne<Pod>(json);
}

Result<Namespace> DecodeNamespace(std::string_view json) {
  return json::ReadOne<Namespace>(json);
}

Result<Node> DecodeNode(std::string_view json) {
  return json::ReadOne<Node>(json);
}

}  // namespace portcullis::k8s
