// SPDX-License-Identifier: Apache-2.0
//
// See node_report.h.
#include "controller/status/node_report.h"

#include <algorithm>
#include <utility>

namespace portcullis {
namespace {

std::optional<IsolationReport> Describe(const policy::GroupId* group, const LoopView& view) {
  if (group == nullptr) {
    return std::nullopt;
  }
  IsolationReport report{group->audit, {}};
  for (const k8s::ObjectKey& policy : group->policies) {
    const PolicyInForce* in_force = view.in_force.Find(policy);
    report.policies.push_back({policy, in_force == nullptr ? "" : in_force->since});
  }
  return report;
}

bool Names(const policy::GroupId* group, const k8s::ObjectKey& policy, bool audit) {
  return group != nullptr && group->audit == audit &&
         std::binary_search(group->policies.begin(), group->policies.end(), policy);
}

std::vector<k8s::ObjectKey> PodsOf(const LoopView& view, const k8s::ObjectKey& policy, bool audit) {
  std::vector<k8s::ObjectKey> pods;
  for (const policy::Engine::LocalPod& pod : view.engine.LocalPods()) {
    if (Names(pod.ingress, policy, audit) || Names(pod.egress, policy, audit)) {
      pods.push_back(pod.key);
    }
  }
  return pods;
}

}  // namespace

std::vector<PodReport> ReportPods(const LoopView& view) {
  std::vector<PodReport> pods;
  for (policy::Engine::LocalPod& pod : view.engine.LocalPods()) {
    pods.push_back({std::move(pod.key),
                    std::move(pod.addresses),
                    Describe(pod.ingress, view),
                    Describe(pod.egress, view)});
  }
  return pods;
}

PolicyReport ReportPolicy(const LoopView& view, const k8s::ObjectKey& policy) {
  PolicyReport report;
  report.policy = policy;
  if (const k8s::NetworkPolicy* object = view.engine.FindPolicy(policy)) {
    report.known = true;
    report.resource_version = object->meta.resource_version;
    report.uid = object->meta.uid;
    report.isolates_ingress = object->isolates_ingress;
    report.isolates_egress = object->isolates_egress;
    report.problems = object->problems;
  }
  if (const PolicyInForce* in_force = view.in_force.Find(policy)) {
    report.resource_version_in_force = in_force->resource_version;
    report.since = in_force->since;
  }
  report.enforced_pods = PodsOf(view, policy, /*audit=*/false);
  report.audited_pods = PodsOf(view, policy, /*audit=*/true);
  return report;
}

}  // namespace portcullis
