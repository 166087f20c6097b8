// SPDX-License-Identifier: Apache-2.0
//
// A reconciler on a kernel that fails on demand, the objects that it is told of, and what the whole
// compile says of them.
#ifndef PORTCULLIS_TESTS_CONTROLLER_RECONCILER_NODE_H_
#define PORTCULLIS_TESTS_CONTROLLER_RECONCILER_NODE_H_

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "controller/policy/compile.h"
#include "controller/reconcile/reconciler.h"
#include "tests/controller/fake_kernel.h"

namespace portcullis::test {

inline const policy::MarkLayout kMarks;

[[nodiscard]] inline k8s::Pod MakePod(const std::string& name, const std::string& address) {
  k8s::Pod pod;
  pod.meta.key = {"default", name};
  pod.meta.uid = name;
  pod.meta.labels = {{"app", name}};
  pod.node_name = "node1";
  pod.phase = k8s::PodPhase::kRunning;
  pod.addresses = {*IpAddress::Parse(address)};
  return pod;
}

[[nodiscard]] inline k8s::NetworkPolicy MakePolicy(const std::string& name,
                                                   const std::string& app) {
  k8s::NetworkPolicy policy;
  policy.meta.key = {"default", name};
  policy.pod_selector.requirements = {{"app", k8s::Requirement::Operator::kIn, {app}}};
  policy.isolates_ingress = true;
  return policy;
}

[[nodiscard]] inline policy::Changes FirstList() {
  policy::Changes changes;
  changes.pods.complete_list = changes.namespaces.complete_list = 1;
  changes.policies.complete_list = 1;
  changes.pods.objects[{"default", "web"}] = {MakePod("web", "10.0.0.1"), 1};
  changes.pods.objects[{"default", "db"}] = {MakePod("db", "10.0.0.2"), 1};
  k8s::Namespace ns;
  ns.meta.key = {"", "default"};
  changes.namespaces.objects[{"", "default"}] = {ns, 1};
  changes.policies.objects[{"default", "p"}] = {MakePolicy("p", "web"), 1};
  return changes;
}

template <typename T>
[[nodiscard]] policy::Changes Upsert(T object) {
  policy::Changes changes;
  const k8s::ObjectKey key = object.meta.key;
  if constexpr (std::is_same_v<T, k8s::Pod>) {
    changes.pods.objects[key] = {std::move(object), 1};
  } else {
    changes.policies.objects[key] = {std::move(object), 1};
  }
  return changes;
}

struct Node {
  FakeKernel kernel;
  FakeConntrack conntrack;
  policy::World world;  ///< What the reconciler has been told through Change().
  Reconciler reconciler{{"node1", kMarks}, kernel, conntrack};

  Result<Outcome> Change(policy::Changes changes) {
    world.Apply(changes);
    reconciler.Take(std::move(changes));
    return reconciler.Reconcile();
  }
  /// What the whole compile says.
  [[nodiscard]] nft::Ruleset Wanted(std::optional<uint32_t> generation) const {
    return policy::Compile(world, {"node1", kMarks, generation});
  }
  [[nodiscard]] std::optional<uint32_t> Generation() const {
    return policy::CurrentGeneration(*kernel.table, kMarks);
  }
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_CONTROLLER_RECONCILER_NODE_H_
