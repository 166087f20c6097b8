// SPDX-License-Identifier: Apache-2.0
//
// Files with Kubernetes objects, YAML or JSON, → Objects: several documents a file, Lists (v1 List,
// PodList, ...) unpacked. The way of `portcullis render -f`; the decoding proper is decode.h's, the
// same as for the watch.
#ifndef PORTCULLIS_K8S_CLIENT_MANIFEST_H_
#define PORTCULLIS_K8S_CLIENT_MANIFEST_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "k8s-client/types.h"

namespace portcullis::k8s {

/// One object of a file as JSON text, for tests' API server and the lab.
struct RawObject {
  std::string api_version;
  std::string kind;
  ObjectKey key;
  std::string json;
};

/// The objects of one text. Scalars follow YAML 1.2's core schema as Kubernetes reads them (so `no`
/// is a string and 010 is ten).
/// ERRORS: kInvalidArgument with the line and what is wrong: bad syntax, a duplicate key, a
/// document that is no object.
[[nodiscard]] Result<std::vector<RawObject>> ParseManifest(
    std::string_view text, const std::string& default_namespace = "default");

/// Reads files; a directory stands for the *.yaml, *.yml and *.json in it, "-" for standard input.
/// Namespaced objects without a namespace go to `default_namespace`. Kinds that play no part are
/// passed over silently.
/// ERRORS: kNotFound, kInvalidArgument; the message begins with the file's name. Two objects with
/// the same kind and key are kInvalidArgument.
[[nodiscard]] Result<LoadedObjects> ReadManifests(const std::vector<std::string>& paths,
                                                  const std::string& default_namespace = "default");

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_MANIFEST_H_
