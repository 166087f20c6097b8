// SPDX-License-Identifier: Apache-2.0
//
// YAML or JSON text → JSON values, as Kubernetes' tools read them. The only user of yaml-cpp; opens
// no file. manifest.cc and client_config.cc are its callers.
#ifndef PORTCULLIS_K8S_CLIENT_YAML_H_
#define PORTCULLIS_K8S_CLIENT_YAML_H_

#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace portcullis::k8s {

struct YamlDocument {
  int line = 1;  ///< Where it begins.
  nlohmann::json value;
};

/// The documents of `text`, without empty ones. Plain scalars follow YAML 1.2's core schema rather
/// than yaml-cpp's 1.1: `no` is a string, 010 is ten; quoted ones are strings. Anchors, aliases and
/// merge keys (`<<`) are expanded, within bounds. A text that is one JSON value is read as JSON.
/// ERRORS: kInvalidArgument with the line: bad syntax, a duplicate key, a key that is no scalar,
/// aliases that expand without end.
[[nodiscard]] Result<std::vector<YamlDocument>> ParseYaml(std::string_view text);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_YAML_H_
