// SPDX-License-Identifier: Apache-2.0
//
// See to_protobuf.h. As the API server's encoder, it writes every scalar that a Go struct has by
// value, also where it is empty.
#include "tests/support/api/to_protobuf.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "tests/support/api/names.h"

#include <protozero/pbf_writer.hpp>

namespace portcullis::test {
namespace {

using protozero::pbf_writer;

/// Writes a message within another one.
template <typename Write>
void Nest(pbf_writer& parent, protozero::pbf_tag_type tag, const Write& write) {
  pbf_writer child(parent, tag);
  write(child);
}

void AddText(pbf_writer& writer, protozero::pbf_tag_type tag, std::string_view text) {
  writer.add_bytes(tag, text.data(), text.size());
}

/// The seconds since 1970 of "2026-01-02T03:04:05Z".
int64_t SecondsOf(std::string_view text) {
  const auto number = [text](size_t at, size_t size) {
    int value = 0;
    std::from_chars(text.data() + at, text.data() + at + size, value);
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  const std::chrono::sys_seconds time =
      std::chrono::sys_days(day) + std::chrono::hours(number(11, 2)) +
      std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2));
  return time.time_since_epoch().count();
}

/// metav1.Time, which is empty where it is not set.
void AddTime(pbf_writer& writer, protozero::pbf_tag_type tag, std::string_view text) {
  Nest(writer, tag, [&](pbf_writer& time) {
    if (!text.empty()) {
      time.add_int64(1, SecondsOf(text));
      time.add_int32(2, 0);
    }
  });
}

void AddMeta(pbf_writer& object, const k8s::ObjectMeta& meta, bool deleting) {
  Nest(object, 1, [&](pbf_writer& writer) {
    AddText(writer, 1, meta.key.name);
    AddText(writer, 2, "");  // generateName
    AddText(writer, 3, meta.key.ns);
    AddText(writer, 4, "");  // selfLink
    AddText(writer, 5, meta.uid);
    AddText(writer, 6, meta.resource_version);
    writer.add_int64(7, meta.generation);
    AddTime(writer, 8, meta.creation_timestamp);
    if (deleting) {
      AddTime(writer, 9, "2026-01-01T00:00:00Z");
    }
    for (const auto& label : meta.labels) {
      Nest(writer, 11, [&label](pbf_writer& entry) {
        AddText(entry, 1, label.first);
        AddText(entry, 2, label.second);
      });
    }
  });
}

void AddContainer(pbf_writer& spec, const std::vector<k8s::ContainerPort>& ports) {
  Nest(spec, 2, [&](pbf_writer& container) {
    AddText(container, 1, "main");
    AddText(container, 2, "none");  // image
    for (const k8s::ContainerPort& port : ports) {
      Nest(container, 6, [&port](pbf_writer& writer) {
        AddText(writer, 1, port.name);
        writer.add_int32(2, 0);  // hostPort
        writer.add_int32(3, port.port);
        AddText(writer, 4, NameOf(port.protocol));
        AddText(writer, 5, "");  // hostIP
      });
    }
  });
}

void AddStatus(pbf_writer& object, const k8s::Pod& pod) {
  Nest(object, 3, [&](pbf_writer& status) {
    AddText(status, 1, NameOf(pod.phase));
    AddText(status, 6, pod.addresses.empty() ? "" : pod.addresses.front().ToString());
    for (const IpAddress& address : pod.addresses) {
      Nest(status, 12, [&](pbf_writer& entry) { AddText(entry, 1, address.ToString()); });
    }
  });
}

}  // namespace

std::string ToProtobuf(const k8s::Pod& pod) {
  std::string bytes;
  pbf_writer writer(bytes);
  AddMeta(writer, pod.meta, pod.deleting);
  Nest(writer, 2, [&](pbf_writer& spec) {
    AddContainer(spec, pod.ports);
    AddText(spec, 10, pod.node_name);
    spec.add_bool(11, pod.host_network);
  });
  AddStatus(writer, pod);
  return bytes;
}

std::string ToProtobuf(const k8s::Namespace& ns) {
  std::string bytes;
  pbf_writer writer(bytes);
  AddMeta(writer, ns.meta, /*deleting=*/false);
  return bytes;
}

std::string ToProtobuf(const k8s::Node& node) {
  std::string bytes;
  pbf_writer writer(bytes);
  AddMeta(writer, node.meta, /*deleting=*/false);
  Nest(writer, 2, [&](pbf_writer& spec) {
    AddText(spec, 1, node.pod_cidrs.empty() ? "" : node.pod_cidrs.front().ToString());
    AddText(spec, 3, "");     // providerID
    spec.add_bool(4, false);  // unschedulable
    for (const Cidr& cidr : node.pod_cidrs) {
      AddText(spec, 7, cidr.ToString());
    }
  });
  return bytes;
}

void AddUnread(std::string& message, size_t size) {
  constexpr size_t kPiece = 150;  // Some 40 of them in a pod.
  constexpr protozero::pbf_tag_type kUnknown = 100;
  const std::string piece(kPiece, 'f');
  pbf_writer writer(message);
  for (size_t left = size; left > 0; left -= std::min(left, kPiece)) {
    AddText(writer, kUnknown, std::string_view(piece).substr(0, left));
  }
}

std::string ProtobufEnvelope(std::string_view kind,
                             std::string_view api_version,
                             std::string_view message) {
  std::string bytes("k8s\0", 4);
  pbf_writer writer(bytes);
  Nest(writer, 1, [&](pbf_writer& type) {
    AddText(type, 1, api_version);
    AddText(type, 2, kind);
  });
  AddText(writer, 2, message);
  AddText(writer, 3, "");  // contentEncoding
  AddText(writer, 4, "");  // contentType
  return bytes;
}

std::string ProtobufList(std::string_view kind,
                         std::string_view api_version,
                         std::string_view resource_version,
                         std::string_view continue_token,
                         const std::vector<const std::string*>& messages) {
  std::string list;
  pbf_writer writer(list);
  Nest(writer, 1, [&](pbf_writer& meta) {
    AddText(meta, 1, "");  // selfLink
    AddText(meta, 2, resource_version);
    AddText(meta, 3, continue_token);
  });
  for (const std::string* message : messages) {
    AddText(writer, 2, *message);
  }
  return ProtobufEnvelope(kind, api_version, list);
}

std::string ProtobufEvent(std::string_view type,
                          std::string_view kind,
                          std::string_view api_version,
                          std::string_view message) {
  std::string bytes;
  pbf_writer writer(bytes);
  AddText(writer, 1, type);
  Nest(writer, 2, [&](pbf_writer& extension) {
    AddText(extension, 1, ProtobufEnvelope(kind, api_version, message));
  });
  return bytes;
}

std::string ProtobufStatus(int code, std::string_view message) {
  std::string bytes;
  pbf_writer writer(bytes);
  AddText(writer, 2, code < 300 ? "Success" : "Failure");
  AddText(writer, 3, message);
  writer.add_int32(6, code);
  return bytes;
}

std::string ProtobufVersion(std::string_view resource_version) {
  k8s::ObjectMeta meta;
  meta.resource_version = resource_version;
  std::string bytes;
  pbf_writer writer(bytes);
  AddMeta(writer, meta, /*deleting=*/false);
  return bytes;
}

std::string WithLength(std::string_view frame) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes.push_back(static_cast<char>(frame.size() >> shift));
  }
  return bytes.append(frame);
}

}  // namespace portcullis::test
