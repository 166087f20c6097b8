// SPDX-License-Identifier: Apache-2.0
//
// What a reflector has to know of a kind. kinds.h has the kinds there are.
#ifndef PORTCULLIS_K8S_CLIENT_RESOURCE_H_
#define PORTCULLIS_K8S_CLIENT_RESOURCE_H_

#include <memory>
#include <string>

#include "k8s-client/wire.h"

namespace portcullis::k8s {

/// Where the objects of a kind are, in all namespaces.
struct ResourcePath {
  std::string kind;    ///< For people: "Pod".
  std::string plural;  ///< As RBAC rules name it: "pods".
  std::string group;   ///< API group, as RBAC rules name it: "" for the core group.
  std::string path;
};

/// The same, and how to read its objects.
template <typename T>
struct Resource {
  ResourcePath where;
  std::unique_ptr<Wire<T>> (*json)() = nullptr;      ///< Every kind has this format.
  std::unique_ptr<Wire<T>> (*protobuf)() = nullptr;  ///< Null: never asked for.
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_RESOURCE_H_
