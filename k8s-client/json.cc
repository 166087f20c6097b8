// SPDX-License-Identifier: Apache-2.0
//
// See json.h.
#include "k8s-client/json.h"

#include "k8s-client/fields.h"

namespace portcullis::k8s::json {
namespace {

void ReadLabels(Value value, const Path& path, Problems& problems, Labels& labels) {
  labels.clear();
  if (value.type() != Type::object) {
    problems.Add(path, "is no object");
    return;
  }
  for (auto field : value.get_object()) {
    const std::string_view key = field.unescaped_key();
    const auto text = ReadString(field.value(), Path(path, key), problems);
    if (text) {
      labels.insert_or_assign(std::string(key), std::string(*text));
    }
  }
}

void ReadText(Value value, const Path& path, Problems& problems, std::string& text) {
  text = ReadString(value, path, problems).value_or("");
}

/// 0 where it is no whole number: nothing that is enforced depends on it.
int64_t ReadGeneration(Value value) {
  int64_t number = 0;
  const bool read =
      value.type() == Type::number && value.get_int64().get(number) == simdjson::SUCCESS;
  return read ? number : 0;
}

}  // namespace

std::optional<std::string_view> ReadString(Value value, const Path& path, Problems& problems) {
  if (value.type() != Type::string) {
    problems.Add(path, "is no string");
    return std::nullopt;
  }
  return value.get_string().value();
}

std::optional<bool> ReadBool(Value value, const Path& path, Problems& problems) {
  if (value.type() != Type::boolean) {
    problems.Add(path, "is neither true nor false");
    return std::nullopt;
  }
  return value.get_bool().value();
}

std::optional<uint16_t> ReadPort(Value value, const Path& path, Problems& problems) {
  int64_t number = 0;
  // An error code rather than a throw: 80.5 and 1e99 are numbers, but no ports.
  if (value.type() != Type::number || value.get_int64().get(number) != simdjson::SUCCESS) {
    problems.Add(path, "is no whole number");
    return std::nullopt;
  }
  return CheckPort(number, path, problems);
}

std::optional<Protocol> ReadProtocol(Value value, const Path& path, Problems& problems) {
  const auto text = ReadString(value, path, problems);
  return text ? ParseProtocol(*text, path, problems) : std::nullopt;
}

ObjectMeta ReadMeta(Value value, bool& deleting, Problems& problems, const ReadMore& more) {
  ObjectMeta meta;
  deleting = false;
  const Path root;
  const Path here(root, "metadata");
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "name") {
      ReadText(child, path, problems, meta.key.name);
    } else if (key == "namespace") {
      ReadText(child, path, problems, meta.key.ns);
    } else if (key == "uid") {
      ReadText(child, path, problems, meta.uid);
    } else if (key == "resourceVersion") {
      ReadText(child, path, problems, meta.resource_version);
    } else if (key == "generation") {
      meta.generation = ReadGeneration(child);
    } else if (key == "creationTimestamp") {
      ReadText(child, path, problems, meta.creation_timestamp);
    } else if (key == "labels") {
      ReadLabels(child, path, problems, meta.labels);
    } else if (key == "deletionTimestamp") {
      deleting = true;
    } else if (more) {
      more(key, child, path);
    }
  });
  return meta;
}

}  // namespace portcullis::k8s::json
