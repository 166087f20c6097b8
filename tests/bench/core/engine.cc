// SPDX-License-Identifier: Apache-2.0
//
// The incremental engine: take the change in, say what changes. See subject.h.
#include "controller/policy/engine.h"

#include <utility>
#include <vector>

#include "tests/bench/core/subject.h"
#include "tests/bench/support/world.h"

namespace portcullis::bench {
namespace {

constexpr uint32_t kList = 1;

size_t CountChanges(const policy::Delta& delta) {
  size_t count = delta.chains.size();
  for (const auto* sets : {&delta.sets_before, &delta.sets_after}) {
    for (const auto& [name, set] : *sets) {
      count += set.elements.size();
    }
  }
  return count;
}

class Incremental final : public Subject {
 public:
  void Load(k8s::Objects objects) override {
    policy::Changes all;
    PutAll(all.namespaces, std::move(objects.namespaces));
    PutAll(all.policies, std::move(objects.policies));
    engine_.Apply(std::move(all));
    // Pods come page by page, so that all of them are never there twice.
    for (k8s::Pod& pod : objects.pods) {
      policy::Changes one;
      k8s::ObjectKey key = pod.meta.key;
      Put(one.pods, {std::move(key), std::move(pod)});
      engine_.Apply(std::move(one));
    }
    (void)engine_.TakeWhole();
  }

  void Prepare(AnyChange change) override {
    changes_ = {};
    std::visit([this](auto& specific) { Put(std::move(specific)); }, change);
  }

  size_t Take() override {
    engine_.Apply(std::move(changes_));
    return CountChanges(engine_.TakeDelta());
  }

 private:
  template <typename T>
  static void Put(policy::KindChanges<T>& changes, Change<T> change) {
    changes.objects.insert_or_assign(std::move(change.key),
                                     policy::ObjectChange<T>{std::move(change.object), kList});
  }
  template <typename T>
  static void PutAll(policy::KindChanges<T>& changes, std::vector<T> objects) {
    for (T& object : objects) {
      k8s::ObjectKey key = object.meta.key;
      Put(changes, {std::move(key), std::move(object)});
    }
  }

  void Put(Change<k8s::Pod> change) { Put(changes_.pods, std::move(change)); }
  void Put(Change<k8s::Namespace> change) { Put(changes_.namespaces, std::move(change)); }
  void Put(Change<k8s::NetworkPolicy> change) { Put(changes_.policies, std::move(change)); }

  policy::Engine engine_{kLocalNode};
  policy::Changes changes_;
};

}  // namespace

std::unique_ptr<Subject> MakeEngine() {
  return std::make_unique<Incremental>();
}

}  // namespace portcullis::bench
