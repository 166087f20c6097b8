// SPDX-License-Identifier: Apache-2.0
//
// See read_protobuf.h. Numbers of fields are those of generated.proto in k8s.io/api/core/v1 and
// k8s.io/apimachinery/pkg/apis/meta/v1, which never change.
#include "k8s-client/read_protobuf.h"

#include <array>
#include <chrono>
#include <optional>

#include "k8s-client/fields.h"
#include "k8s-client/protobuf.h"

namespace portcullis::k8s::protobuf {
namespace {

/// "2026-01-02T03:04:05Z". Nothing where the year has not four digits.
std::optional<std::string> Rfc3339(int64_t seconds) {
  constexpr int64_t kYear0 = -62167219200;
  constexpr int64_t kYear10000 = 253402300800;
  if (seconds < kYear0 || seconds >= kYear10000) {
    return std::nullopt;
  }
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text = "0000-00-00T00:00:00Z";
  const auto put = [&text](size_t end, auto number) {
    for (auto rest = static_cast<unsigned>(number); rest != 0; rest /= 10) {
      text[--end] = static_cast<char>('0' + rest % 10);
    }
  };
  put(4, static_cast<int>(date.year()));
  put(7, static_cast<unsigned>(date.month()));
  put(10, static_cast<unsigned>(date.day()));
  put(13, clock.hours().count());
  put(16, clock.minutes().count());
  put(19, clock.seconds().count());
  return text;
}

/// metav1.Time; no seconds: it is not set.
std::optional<int64_t> ReadTime(std::string_view message) {
  std::optional<int64_t> seconds;
  ForEachField(message, [&](Field& field) {
    if (field.tag() != 1) {
      return false;
    }
    seconds = ReadInteger(field);
    return true;
  });
  return seconds;
}

void ReadLabel(std::string_view message, Labels& labels) {
  std::string_view key;
  std::string_view value;
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        key = ReadText(field);
        return true;
      case 2:
        value = ReadText(field);
        return true;
      default:
        return false;
    }
  });
  labels.insert_or_assign(std::string(key), std::string(value));
}

void ReadCreation(std::string_view message,
                  const Path& parent,
                  Problems& problems,
                  std::string& out) {
  const auto seconds = ReadTime(message);
  if (!seconds) {
    return;
  }
  auto text = Rfc3339(*seconds);
  if (text) {
    out = std::move(*text);
  } else {
    problems.Add(Path(parent, "creationTimestamp"), std::to_string(*seconds) + " is no time");
  }
}

ObjectMeta ReadMeta(std::string_view message, bool& deleting, Problems& problems) {
  ObjectMeta meta;
  const Path root;
  const Path here(root, "metadata");
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        meta.key.name = ReadText(field);
        return true;
      case 3:
        meta.key.ns = ReadText(field);
        return true;
      case 5:
        meta.uid = ReadText(field);
        return true;
      case 6:
        meta.resource_version = ReadText(field);
        return true;
      case 7:
        meta.generation = ReadInteger(field);
        return true;
      case 8:
        ReadCreation(ReadBytes(field), here, problems, meta.creation_timestamp);
        return true;
      case 9:
        deleting = ReadTime(ReadBytes(field)).has_value();
        return true;
      case 11:
        ReadLabel(ReadBytes(field), meta.labels);
        return true;
      default:
        return false;
    }
  });
  return meta;
}

/// Appends a container's port to `ports`, where it has a name and can be understood.
void ReadContainerPort(std::string_view message,
                       const Path& here,
                       Problems& problems,
                       std::vector<ContainerPort>& ports) {
  ContainerPort port;
  const size_t before = problems.count();
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        port.name = ReadText(field);
        return true;
      case 3:
        port.port =
            CheckPort(ReadInteger(field), Path(here, "containerPort"), problems).value_or(0);
        return true;
      case 4: {
        const std::string_view text = ReadText(field);
        if (!text.empty()) {
          port.protocol =
              ParseProtocol(text, Path(here, "protocol"), problems).value_or(Protocol::kTcp);
        }
        return true;
      }
      default:
        return false;
    }
  });
  if (problems.count() == before && !port.name.empty() && port.port != 0) {
    ports.push_back(std::move(port));
  }
}

/// The named ports of one container; of an init container only where it keeps running as a sidecar
/// (6.11).
void ReadContainer(std::string_view message,
                   const Path& here,
                   bool init,
                   Problems& problems,
                   std::vector<ContainerPort>& ports) {
  const Path list(here, "ports");
  bool sidecar = false;
  size_t index = 0;
  std::vector<ContainerPort> own;
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 6:
        ReadContainerPort(ReadBytes(field), Path(list, index), problems, own);
        ++index;
        return true;
      case 24:
        sidecar = ReadText(field) == "Always";
        return true;
      default:
        return false;
    }
  });
  if (!init || sidecar) {
    ports.insert(ports.end(), own.begin(), own.end());
  }
}

void ReadPodSpec(std::string_view message, Problems& problems, Pod& pod) {
  const Path root;
  const Path here(root, "spec");
  const Path containers(here, "containers");
  const Path init_containers(here, "initContainers");
  size_t index = 0;
  size_t init_index = 0;
  std::vector<ContainerPort> sidecar_ports;
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 2:
        ReadContainer(ReadBytes(field), Path(containers, index), false, problems, pod.ports);
        ++index;
        return true;
      case 10:
        pod.node_name = ReadText(field);
        return true;
      case 11:
        pod.host_network = ReadBool(field);
        return true;
      case 20:
        ReadContainer(
            ReadBytes(field), Path(init_containers, init_index), true, problems, sidecar_ports);
        ++init_index;
        return true;
      default:
        return false;
    }
  });
  pod.ports.insert(pod.ports.end(), sidecar_ports.begin(), sidecar_ports.end());
}

void ReadPodIp(std::string_view message, const Path& here, Problems& problems, Pod& pod) {
  ForEachField(message, [&](Field& field) {
    if (field.tag() != 1) {
      return false;
    }
    AddAddress(ReadText(field), Path(here, "ip"), problems, pod.addresses);
    return true;
  });
}

void ReadPodStatus(std::string_view message, Problems& problems, Pod& pod) {
  const Path root;
  const Path here(root, "status");
  const Path list(here, "podIPs");
  std::vector<IpAddress> single;
  size_t index = 0;
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        pod.phase = ParsePhase(ReadText(field), Path(here, "phase"), problems);
        return true;
      case 6:
        single.clear();
        AddAddress(ReadText(field), Path(here, "podIP"), problems, single);
        return true;
      case 12:
        ReadPodIp(ReadBytes(field), Path(list, index), problems, pod);
        ++index;
        return true;
      default:
        return false;
    }
  });
  if (index == 0) {
    pod.addresses = std::move(single);
  }
}

void ReadNodeSpec(std::string_view message, Problems& problems, Node& node) {
  const Path root;
  const Path here(root, "spec");
  const Path list(here, "podCIDRs");
  std::vector<Cidr> single;
  size_t index = 0;
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        single.clear();
        AddCidr(ReadText(field), Path(here, "podCIDR"), problems, single);
        return true;
      case 7:
        AddCidr(ReadText(field), Path(list, index), problems, node.pod_cidrs);
        ++index;
        return true;
      default:
        return false;
    }
  });
  if (index == 0) {
    node.pod_cidrs = std::move(single);
  }
}

}  // namespace

void ReadObject(std::string_view message, Reading<Pod>& reading) {
  Pod& pod = reading.object;
  Problems problems(pod.problems);
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        pod.meta = ReadMeta(ReadBytes(field), pod.deleting, problems);
        return true;
      case 2:
        ReadPodSpec(ReadBytes(field), problems, pod);
        return true;
      case 3:
        ReadPodStatus(ReadBytes(field), problems, pod);
        return true;
      default:
        return false;
    }
  });
  reading.Finish({});
}

void ReadObject(std::string_view message, Reading<Namespace>& reading) {
  std::vector<std::string> messages;
  Problems problems(messages);
  ForEachField(message, [&](Field& field) {
    if (field.tag() != 1) {
      return false;
    }
    bool deleting = false;
    reading.object.meta = ReadMeta(ReadBytes(field), deleting, problems);
    return true;
  });
  FinishNamespace(messages, reading);
}

void ReadObject(std::string_view message, Reading<Node>& reading) {
  Node& node = reading.object;
  Problems problems(node.problems);
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 1: {
        bool deleting = false;
        node.meta = ReadMeta(ReadBytes(field), deleting, problems);
        return true;
      }
      case 2:
        ReadNodeSpec(ReadBytes(field), problems, node);
        return true;
      default:
        return false;
    }
  });
  node.meta.key.ns.clear();
  reading.Finish({});
}

}  // namespace portcullis::k8s::protobuf
