// SPDX-License-Identifier: Apache-2.0
//
// See world.h.
#include "controller/policy/world.h"

#include <utility>

namespace portcullis::policy {
namespace {

/// What the complete list of this number did not tell is gone.
template <typename T>
void Sweep(KindObjects<T>& kind, uint32_t list) {
  for (auto told = kind.lists.begin(); told != kind.lists.end();) {
    if (told->second < list) {
      kind.objects.erase(told->first);
      told = kind.lists.erase(told);
    } else {
      ++told;
    }
  }
}

template <typename T>
void ApplyTo(KindObjects<T>& kind, KindChanges<T>& changes) {
  for (auto& [key, change] : changes.objects) {
    if (change.object) {
      kind.objects.insert_or_assign(key, std::move(*change.object));
      kind.lists.insert_or_assign(key, change.list);
    } else {
      kind.objects.erase(key);
      kind.lists.erase(key);
    }
  }
  if (changes.complete_list) {
    Sweep(kind, *changes.complete_list);
  }
}

template <typename T>
void Insert(KindObjects<T>& into, const std::vector<T>& objects) {
  for (const T& object : objects) {
    into.objects.insert_or_assign(object.meta.key, object);
    into.lists.insert_or_assign(object.meta.key, 0);
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
  if (changes.pod_ranges) {
    pod_ranges_ = Disjoint(std::move(*changes.pod_ranges));
  }
}

}  // namespace portcullis::policy
