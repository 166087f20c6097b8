// SPDX-License-Identifier: Apache-2.0
//
// See yaml.h. yaml-cpp builds the graph of nodes; what a scalar means is decided here, since
// yaml-cpp 0.7 would read 010 as eight and keep duplicate keys.
#include "k8s-client/yaml.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>
#include <string>

#include <yaml-cpp/yaml.h>

namespace portcullis::k8s {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 100;
// The graph is small in memory however often aliases repeat a part; its expansion is not. The
// largest object the API server stores has some 10^5 values.
constexpr size_t kMaxValues = 2'000'000;

/// Thrown within this file alone: conversion is recursive, and every level may fail.
struct BadYaml {
  int line = 0;  ///< 1 is the first; 0: not known.
  std::string what;
};

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view WithoutSign(std::string_view text) {
  return !text.empty() && (text.front() == '-' || text.front() == '+') ? text.substr(1) : text;
}

/// Nothing where the number is too large: JSON has no infinity.
std::optional<json> ParseFloat(const std::string& text) {
  const double number = std::strtod(text.c_str(), nullptr);
  return std::isfinite(number) ? std::make_optional<json>(number) : std::nullopt;
}

std::optional<json> ParseInteger(std::string_view text, int base) {
  if (base != 10 && text.rfind('-', 0) == 0) {
    return std::nullopt;  // from_chars would take a sign behind 0x.
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error == std::errc::result_out_of_range && base == 10) {
    return ParseFloat(std::string(text));  // As JSON does: a number, if not an exact one.
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool IsFloat(std::string_view text) {
  text = WithoutSign(text);
  const size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    if (!IsDigits(WithoutSign(text.substr(exponent + 1)))) {
      return false;
    }
    text = text.substr(0, exponent);
  }
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) {
    return IsDigits(text);
  }
  const std::string_view whole = text.substr(0, dot);
  const std::string_view fraction = text.substr(dot + 1);
  return (whole.empty() || IsDigits(whole)) && (fraction.empty() || IsDigits(fraction)) &&
         !(whole.empty() && fraction.empty());
}

/// What a plain scalar means by the core schema (YAML 1.2.2, section 10.3.2).
json ResolvePlain(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") {
    return nullptr;
  }
  if (text == "true" || text == "True" || text == "TRUE") {
    return true;
  }
  if (text == "false" || text == "False" || text == "FALSE") {
    return false;
  }
  std::optional<json> number;
  if (IsDigits(WithoutSign(text))) {
    number = ParseInteger(text.front() == '+' ? std::string_view(text).substr(1) : text, 10);
  } else if (text.rfind("0x", 0) == 0) {
    number = ParseInteger(std::string_view(text).substr(2), 16);
  } else if (text.rfind("0o", 0) == 0) {
    number = ParseInteger(std::string_view(text).substr(2), 8);
  } else if (IsFloat(text)) {
    number = ParseFloat(text);
  }
  return number.value_or(text);
}

// NOLINTBEGIN(misc-no-recursion): kMaxDepth bounds it
class Converter {
 public:
  json Convert(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth || ++values_ > kMaxValues) {
      throw BadYaml{LineOf(node), "is nested too deeply, or its aliases expand to too much"};
    }
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return nullptr;
      case YAML::NodeType::Scalar:
        return Scalar(node);
      case YAML::NodeType::Sequence:
        return Sequence(node, depth);
      case YAML::NodeType::Map:
        return Map(node, depth);
    }
    return nullptr;
  }

  static int LineOf(const YAML::Node& node) {
    return node.Mark().is_null() ? 0 : node.Mark().line + 1;
  }

 private:
  static json Scalar(const YAML::Node& node) {
    const std::string& tag = node.Tag();  // "?": plain; "!": quoted or block.
    if (tag == "!" || tag == "tag:yaml.org,2002:str") {
      return node.Scalar();
    }
    if (tag != "?" && !tag.empty()) {
      throw BadYaml{LineOf(node), "has the tag " + tag + ", which is not supported"};
    }
    return ResolvePlain(node.Scalar());
  }

  json Sequence(const YAML::Node& node, int depth) {
    json list = json::array();
    for (const YAML::Node& element : node) {
      list.push_back(Convert(element, depth + 1));
    }
    return list;
  }

  json Map(const YAML::Node& node, int depth) {
    json object = json::object();
    json merged = json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) {
        throw BadYaml{LineOf(entry.first), "has a key that is no string"};
      }
      const std::string& key = entry.first.Scalar();
      if (key == "<<" && entry.first.Tag() == "?") {
        Merge(entry.second, depth, merged);
      } else if (!object.emplace(key, Convert(entry.second, depth + 1)).second) {
        throw BadYaml{LineOf(entry.first), "has the key \"" + key + "\" twice"};
      }
    }
    object.insert(merged.begin(), merged.end());  // Keeps what is there already.
    return object;
  }

  /// A merge key's value is a map or a list of them, the earlier of which win.
  void Merge(const YAML::Node& node, int depth, json& merged) {
    json value = Convert(node, depth + 1);
    if (!value.is_array()) {
      value = json::array({std::move(value)});
    }
    for (const json& part : value) {
      if (!part.is_object()) {
        throw BadYaml{LineOf(node), "merges (<<) what is no map"};
      }
      merged.insert(part.begin(), part.end());
    }
  }

  size_t values_ = 0;
};
// NOLINTEND(misc-no-recursion)

/// Reads `text` as one JSON value; nothing where it is none. nlohmann keeps the last of duplicate
/// keys, hence the callback.
std::optional<json> ParseJson(std::string_view text) {
  std::vector<std::set<std::string>> keys;
  const auto check = [&keys](int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kMaxDepth) {
      throw BadYaml{0, "is nested too deeply"};
    }
    if (event == json::parse_event_t::object_start) {
      keys.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      keys.pop_back();
    } else if (event == json::parse_event_t::key &&
               !keys.back().insert(parsed.get<std::string>()).second) {
      throw BadYaml{0, "has the key " + parsed.dump() + " twice"};
    }
    return true;
  };
  json value = json::parse(text, check, /*allow_exceptions=*/false);
  return value.is_discarded() ? std::nullopt : std::make_optional(std::move(value));
}

std::vector<YamlDocument> ParseDocuments(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) {
    if (auto value = ParseJson(text)) {
      return {{1, std::move(*value)}};
    }
  }
  std::vector<YamlDocument> documents;
  for (const YAML::Node& node : YAML::LoadAll(std::string(text))) {
    json value = Converter().Convert(node, 0);
    if (!value.is_null()) {
      documents.push_back({std::max(Converter::LineOf(node), 1), std::move(value)});
    }
  }
  return documents;
}

std::string AtLine(int line) {
  return line > 0 ? "line " + std::to_string(line) + ": " : "";
}

}  // namespace

Result<std::vector<YamlDocument>> ParseYaml(std::string_view text) {
  try {
    return ParseDocuments(text);
  } catch (const BadYaml& bad) {
    return Fail(ErrorCode::kInvalidArgument, AtLine(bad.line) + bad.what);
  } catch (const YAML::Exception& error) {
    const int line = error.mark.is_null() ? 0 : error.mark.line + 1;
    return Fail(ErrorCode::kInvalidArgument, AtLine(line) + error.msg);
  } catch (const json::exception& error) {
    return Fail(ErrorCode::kInvalidArgument, error.what());
  }
}

}  // namespace portcullis::k8s
