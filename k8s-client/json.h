// SPDX-License-Identifier: Apache-2.0
//
// Reading JSON with simdjson on demand: the helpers that the decoders of JSON share; private to
// them. Simdjson reads forward only, so that every reader here goes once through the fields of an
// object. Broken JSON throws simdjson_error, which ReadJson() turns into an Error;
// a value of the wrong type throws nothing and is a problem of its own.
#ifndef PORTCULLIS_K8S_CLIENT_JSON_H_
#define PORTCULLIS_K8S_CLIENT_JSON_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/result.h"
#include "k8s-client/problems.h"
#include "k8s-client/types.h"

namespace portcullis::k8s::json {

using Value = simdjson::ondemand::value;
using Object = simdjson::ondemand::object;
using Array = simdjson::ondemand::array;
using Type = simdjson::ondemand::json_type;

/// Reads a value of one type; where it has another one that is a problem, and nothing. The text of
/// a string lives as long as the document.
[[nodiscard]] std::optional<std::string_view> ReadString(Value value,
                                                         const Path& path,
                                                         Problems& problems);
[[nodiscard]] std::optional<bool> ReadBool(Value value, const Path& path, Problems& problems);
[[nodiscard]] std::optional<uint16_t> ReadPort(Value value, const Path& path, Problems& problems);
[[nodiscard]] std::optional<Protocol> ReadProtocol(Value value,
                                                   const Path& path,
                                                   Problems& problems);

/// Calls `read(key, value)` for each field that is not null; false where `value` is no object.
template <typename Read>
bool ForEachField(Value value, const Path& path, Problems& problems, const Read& read) {
  if (value.type() != Type::object) {
    return problems.Add(path, "is no object");
  }
  for (auto field : value.get_object()) {
    const std::string_view key = field.unescaped_key();
    Value child = field.value();
    if (!child.is_null()) {
      read(key, child);
    }
  }
  return true;
}

/// Calls `read(element, path)` for each element; false where `value` is no list.
template <typename Read>
bool ForEachElement(Value value, const Path& path, Problems& problems, const Read& read) {
  if (value.type() != Type::array) {
    return problems.Add(path, "is no list");
  }
  size_t index = 0;
  for (auto element : value.get_array()) {
    read(element.value(), Path(path, index));
    ++index;
  }
  return true;
}

/// Takes a field of the metadata that not every kind needs.
using ReadMore = std::function<void(std::string_view key, Value value, const Path& path)>;

/// The metadata of an object. What it does not understand is left out and a problem; fields that it
/// does not know it leaves to `more`.
[[nodiscard]] ObjectMeta ReadMeta(Value value,
                                  bool& deleting,
                                  Problems& problems,
                                  const ReadMore& more = {});

/// Parses `text`, whose root must be an object, and calls `read(root object)`, which returns a
/// Result and must go through all its fields.
/// ERRORS: kInvalidArgument for what is no JSON, and those of `read`.
template <typename Read>
auto ReadPaddedJson(simdjson::padded_string_view text,
                    simdjson::ondemand::parser& parser,
                    const Read& read) -> decltype(read(std::declval<Object&>())) {
  try {
    auto document = parser.iterate(text).value();
    if (document.type() != Type::object) {
      return Fail(ErrorCode::kInvalidArgument, "is no JSON object");
    }
    Object root = document.get_object();
    auto result = read(root);
    if (result && document.current_location().error() != simdjson::OUT_OF_BOUNDS) {
      return Fail(ErrorCode::kInvalidArgument, "bad JSON: text behind the object");
    }
    return result;
  } catch (const simdjson::simdjson_error& error) {
    return Fail(ErrorCode::kInvalidArgument, std::string("bad JSON: ") + error.what());
  }
}

/// The same for a text that has no padding behind it.
template <typename Read>
auto ReadJson(std::string_view text, const Read& read) {
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  return ReadPaddedJson(padded, parser, read);
}

}  // namespace portcullis::k8s::json

#endif  // PORTCULLIS_K8S_CLIENT_JSON_H_
