// SPDX-License-Identifier: Apache-2.0
//
// See world.h.
#include "controller/policy/world.h"

#include <utility>

namespace portcullis::policy {
namespace {

template <typename T>
void ApplyTo(std::map<k8s::ObjectKey, T>& objects, KindChanges<T>& changes) {
  if (changes.replace) {
    objects.clear();
  }
  for (auto& [key, object] : changes.objects) {
    if (object) {
      objects.insert_or_assign(key, std::move(*object));
    } else {
      objects.erase(key);
    }
  }
}

template <typename T>
void Insert(std::map<k8s::ObjectKey, T>& into, const std::vector<T>& objects) {
  for (const T& object : objects) {
    into.insert_or_assign(object.meta.key, object);
  }
}

}  // namespace

World::World(const k8s::Objects& objects) {
  Insert(pods_, objects.pods);
  Insert(namespaces_, objects.namespaces);
  Insert(policies_, objects.policies);
}

void World::Apply(Changes changes) {
  ApplyTo(pods_, changes.pods);
  ApplyTo(namespaces_, changes.namespaces);
  ApplyTo(policies_, changes.policies);
}

}  // namespace portcullis::policy
