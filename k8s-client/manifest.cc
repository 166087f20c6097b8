// SPDX-License-Identifier: Apache-2.0
//
// See manifest.h.
#include "k8s-client/manifest.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <system_error>
#include <tuple>

#include "k8s-client/decode.h"
#include "k8s-client/read_file.h"
#include "k8s-client/yaml.h"

namespace portcullis::k8s {
namespace {

using nlohmann::json;

constexpr char kListSuffix[] = "List";

/// The string at `field`, or "" where it is absent; anything else is the caller's to refuse.
std::string TextOf(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool IsList(const json& object, const std::string& kind) {
  const std::string_view suffix(kListSuffix);
  return kind.size() >= suffix.size() && object.contains("items") &&
         std::string_view(kind).substr(kind.size() - suffix.size()) == suffix;
}

bool IsNamespaced(const std::string& kind) {
  return kind == "Pod" || kind == "NetworkPolicy";
}

/// The group and version in which this program knows `kind`; empty for kinds that play no part.
std::string KnownApiVersion(const std::string& kind) {
  if (kind == "Pod" || kind == "Namespace") {
    return "v1";
  }
  return kind == "NetworkPolicy" ? "networking.k8s.io/v1" : "";
}

Result<RawObject> ToRawObject(json object, const std::string& default_namespace) {
  RawObject raw;
  raw.api_version = TextOf(object, "apiVersion");
  raw.kind = TextOf(object, "kind");
  if (raw.kind.empty() || raw.api_version.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "an object without kind and apiVersion");
  }
  const auto meta = object.find("metadata");
  if (meta == object.end() || !meta->is_object() || TextOf(*meta, "name").empty()) {
    return Fail(ErrorCode::kInvalidArgument, "a " + raw.kind + " without metadata.name");
  }
  if (IsNamespaced(raw.kind) && TextOf(*meta, "namespace").empty()) {
    (*meta)["namespace"] = default_namespace;
  }
  raw.key = {raw.kind == "Namespace" ? "" : TextOf(*meta, "namespace"), TextOf(*meta, "name")};
  raw.json = object.dump();
  return raw;
}

/// Appends the object, or the objects of a list of them. The items of a typed list (PodList) may
/// leave out what the list's kind says.
// NOLINTNEXTLINE(misc-no-recursion): lists within lists; yaml.cc bounds the depth
Result<void> Unpack(json object,
                    const std::string& default_namespace,
                    std::vector<RawObject>& objects) {
  if (!object.is_object()) {
    return Fail(ErrorCode::kInvalidArgument, "not a Kubernetes object");
  }
  const std::string kind = TextOf(object, "kind");
  if (!IsList(object, kind)) {
    auto raw = ToRawObject(std::move(object), default_namespace);
    if (!raw) {
      return Fail(raw.error());
    }
    objects.push_back(std::move(*raw));
    return {};
  }
  const std::string item_kind = kind.substr(0, kind.size() - std::string_view(kListSuffix).size());
  json items = std::move(object["items"]);
  if (!items.is_array() && !items.is_null()) {
    return Fail(ErrorCode::kInvalidArgument, "the items of a " + kind + " are no list");
  }
  for (json& item : items) {
    if (item.is_object() && !item_kind.empty()) {
      item.emplace("kind", item_kind);
      item.emplace("apiVersion", TextOf(object, "apiVersion"));
    }
    auto unpacked = Unpack(std::move(item), default_namespace, objects);
    if (!unpacked) {
      return unpacked;
    }
  }
  return {};
}

/// Unpack, for texts that cannot be written as JSON since they are no UTF-8.
Result<void> UnpackSafely(json object,
                          const std::string& default_namespace,
                          std::vector<RawObject>& objects) {
  try {
    return Unpack(std::move(object), default_namespace, objects);
  } catch (const json::exception& error) {
    return Fail(ErrorCode::kInvalidArgument, error.what());
  }
}

Result<std::string> ReadAll(const std::string& path) {
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
  }
  return ReadFile(path);
}

/// The files that `path` stands for, in the order of their names.
Result<std::vector<std::string>> ExpandPath(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return std::vector<std::string>{path};
  }
  std::vector<std::string> files;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string extension = entry->path().extension();
    if (extension == ".yaml" || extension == ".yml" || extension == ".json") {
      files.push_back(entry->path());
    }
  }
  if (error) {
    return Fail(ErrorCode::kNotFound, path + ": " + error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// Gathers the objects of all files.
class Collector {
 public:
  explicit Collector(std::string default_namespace)
      : default_namespace_(std::move(default_namespace)) {}

  Result<void> AddFile(const std::string& path) {
    const auto text = ReadAll(path);
    if (!text) {
      return Fail(text.error());
    }
    const std::string name = path == "-" ? "standard input" : path;
    const auto objects = ParseManifest(*text, default_namespace_);
    if (!objects) {
      return Fail(objects.error().WithContext(name));
    }
    for (const RawObject& object : *objects) {
      const auto added = Add(name, object);
      if (!added) {
        return Fail(added.error().WithContext(name));
      }
    }
    return {};
  }

  [[nodiscard]] LoadedObjects Take() { return std::move(loaded_); }

 private:
  Result<void> Add(const std::string& file, const RawObject& object) {
    const std::string known = KnownApiVersion(object.kind);
    if (known.empty()) {
      return {};
    }
    const std::string label = object.kind + " " + object.key.ToString();
    std::string context = file;
    context += ": " + label;
    if (object.api_version != known) {
      loaded_.problems.push_back(context + ": passed over, since its apiVersion is not " + known);
      return {};
    }
    const auto [first, added] = origins_.emplace(std::tuple(object.kind, object.key), file);
    if (!added) {
      return Fail(ErrorCode::kInvalidArgument,
                  label + " is in " + first->second +
                      " already; what a new version changes: portcullis diff -f NEW --against "
                      "CLUSTER");
    }
    Decode(context, object);
    return {};
  }

  void Decode(const std::string& context, const RawObject& object) {
    if (object.kind == "Pod") {
      Keep(context, DecodePod(object.json), loaded_.objects.pods);
    } else if (object.kind == "Namespace") {
      Keep(context, DecodeNamespace(object.json), loaded_.objects.namespaces);
    } else {
      Keep(context, DecodeNetworkPolicy(object.json), loaded_.objects.policies);
    }
  }

  template <typename T>
  void Keep(const std::string& context, Result<T> decoded, std::vector<T>& objects) {
    if (!decoded) {
      loaded_.problems.push_back(context + ": " + decoded.error().message);
      return;
    }
    if constexpr (!std::is_same_v<T, Namespace>) {
      for (const std::string& problem : decoded->problems) {
        loaded_.problems.push_back(context);
        loaded_.problems.back().append(": ").append(problem);
      }
    }
    objects.push_back(std::move(*decoded));
  }

  const std::string default_namespace_;
  LoadedObjects loaded_;
  std::map<std::tuple<std::string, ObjectKey>, std::string> origins_;  ///< The file of each object.
};

}  // namespace

Result<std::vector<RawObject>> ParseManifest(std::string_view text,
                                             const std::string& default_namespace) {
  auto documents = ParseYaml(text);
  if (!documents) {
    return Fail(documents.error());
  }
  std::vector<RawObject> objects;
  for (YamlDocument& document : *documents) {
    const auto unpacked = UnpackSafely(std::move(document.value), default_namespace, objects);
    if (!unpacked) {
      return Fail(unpacked.error().WithContext("line " + std::to_string(document.line)));
    }
  }
  return objects;
}

Result<LoadedObjects> ReadManifests(const std::vector<std::string>& paths,
                                    const std::string& default_namespace) {
  Collector collector(default_namespace);
  for (const std::string& path : paths) {
    const auto files = ExpandPath(path);
    if (!files) {
      return Fail(files.error());
    }
    for (const std::string& file : *files) {
      const auto added = collector.AddFile(file);
      if (!added) {
        return Fail(added.error());
      }
    }
  }
  return collector.Take();
}

}  // namespace portcullis::k8s
