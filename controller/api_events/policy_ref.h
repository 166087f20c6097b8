// SPDX-License-Identifier: Apache-2.0
//
// What identifies one form of a policy to those who write Events about it.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_POLICY_REF_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_POLICY_REF_H_

#include <cstdint>
#include <string>

#include "k8s-client/types.h"

namespace portcullis::api_events {

struct PolicyRef {
  k8s::ObjectKey key;
  std::string uid;
  int64_t generation = 0;
  std::string resource_version;

  explicit PolicyRef(const k8s::ObjectMeta& meta)
      : key(meta.key),
        uid(meta.uid),
        generation(meta.generation),
        resource_version(meta.resource_version) {}

  /// Whether both have the same spec: they may differ in what the API server does not count.
  [[nodiscard]] bool IsSameChange(const PolicyRef& other) const {
    return uid == other.uid && generation == other.generation;
  }
};

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_POLICY_REF_H_
