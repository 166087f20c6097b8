// SPDX-License-Identifier: Apache-2.0
//
// See yaml_text.h.
#include "controller/cli/yaml_text.h"

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace portcullis::cli {
namespace {

using Json = nlohmann::ordered_json;

// NOLINTNEXTLINE(misc-no-recursion): as deep as the document, which is ours
void Emit(const Json& value, YAML::Emitter& yaml) {
  if (value.is_object()) {
    yaml << YAML::BeginMap;
    for (const auto& [key, member] : value.items()) {
      yaml << YAML::Key << key << YAML::Value;
      Emit(member, yaml);
    }
    yaml << YAML::EndMap;
  } else if (value.is_array()) {
    yaml << YAML::BeginSeq;
    for (const Json& member : value) {
      Emit(member, yaml);
    }
    yaml << YAML::EndSeq;
  } else if (value.is_string()) {
    // Quoted: "7", "true" and times are texts.
    yaml << YAML::DoubleQuoted << value.get<std::string>();
  } else if (value.is_null()) {
    yaml << YAML::Null;
  } else {
    yaml << value.dump();
  }
}

}  // namespace

Result<std::string> YamlText(const std::string& json) {
  const Json value = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    return Fail(ErrorCode::kUnavailable, "the answer is no JSON");
  }
  YAML::Emitter yaml;
  Emit(value, yaml);
  return std::string(yaml.c_str()) + "\n";
}

}  // namespace portcullis::cli
