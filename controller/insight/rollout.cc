// SPDX-License-Identifier: Apache-2.0
//
// See rollout.h.
#include "controller/insight/rollout.h"

#include <algorithm>
#include <map>

#include "controller/policy/live_pods.h"
#include "controller/policy/selector.h"

namespace portcullis::insight {
namespace {

constexpr char kNameLabel[] = "app.kubernetes.io/name";
constexpr char kName[] = "portcullis";
constexpr char kPortName[] = "metrics";

bool IsAgent(const k8s::Pod& pod, const std::string& system_namespace) {
  const auto label = pod.meta.labels.find(kNameLabel);
  return pod.host_network && label != pod.meta.labels.end() && label->second == kName &&
         (system_namespace.empty() || pod.meta.key.ns == system_namespace);
}

/// Whether it can be asked; whether it is ready is for its answer to say.
bool Runs(const k8s::Pod& pod) {
  return pod.phase == k8s::PodPhase::kRunning && !pod.deleting;
}

uint16_t StatusPort(const k8s::Pod& pod) {
  const auto port =
      std::find_if(pod.ports.begin(), pod.ports.end(), [](const k8s::ContainerPort& each) {
        return each.name == kPortName;
      });
  return port == pod.ports.end() ? kDefaultStatusPort : port->port;
}

std::string PhaseOf(const k8s::Pod& pod) {
  switch (pod.phase) {
    case k8s::PodPhase::kPending:
      return "has not started";
    case k8s::PodPhase::kRunning:
      return "is being deleted";
    case k8s::PodPhase::kSucceeded:
    case k8s::PodPhase::kFailed:
      return "has ended";
    case k8s::PodPhase::kUnknown:
      return "has not been heard of";
  }
  return "";
}

/// The pod to ask, of those on the node.
void ChooseAgent(const std::vector<const k8s::Pod*>& agents, NodePlan& plan) {
  plan.no_agent = "no Portcullis pod is there";
  for (const k8s::Pod* pod : agents) {
    if (Runs(*pod)) {
      plan.agent = NodeAgent{pod->meta.key, StatusPort(*pod)};
      plan.no_agent.clear();
      return;
    }
    plan.no_agent = "its Portcullis pod " + pod->meta.key.ToString() + " " + PhaseOf(*pod);
  }
}

/// The first of the plan's pods that the node does not name.
std::optional<k8s::ObjectKey> MissingPod(const NodePlan& plan, const NodeAnswer& answer) {
  const auto missing =
      std::find_if(plan.pods.begin(), plan.pods.end(), [&](const k8s::ObjectKey& pod) {
        return std::find(answer.pods.begin(), answer.pods.end(), pod.ToString()) ==
               answer.pods.end();
      });
  return missing == plan.pods.end() ? std::nullopt : std::optional(*missing);
}

/// What keeps the answer from being "enforced"; empty: nothing.
std::string TroubleOf(const k8s::NetworkPolicy& policy,
                      const NodePlan& plan,
                      const NodeAnswer& answer) {
  const std::string because = answer.failure.empty() ? "" : ": " + answer.failure;
  if (!answer.known) {
    return "the node has not been told of the policy";
  }
  if (answer.uid != policy.meta.uid) {
    return "the node knows an older policy of that name";
  }
  if (answer.resource_version_in_force.empty()) {
    return "the kernel holds nothing of the policy" + because;
  }
  if (answer.resource_version_in_force != policy.meta.resource_version || !answer.in_force) {
    return "in force is resourceVersion " + answer.resource_version_in_force +
           ", the API server has " + policy.meta.resource_version + because;
  }
  if (const auto pod = MissingPod(plan, answer)) {
    return "pod " + pod->ToString() + " is not known there as one of its pods";
  }
  return "";
}

}  // namespace

std::vector<NodePlan> PlanRollout(const policy::World& world,
                                  const k8s::NetworkPolicy& policy,
                                  const std::string& system_namespace) {
  std::map<std::string, NodePlan> plans;
  for (const policy::LivePod& live : policy::LivePods(world)) {
    const k8s::Pod& pod = *live.pod;
    if (pod.meta.key.ns == policy.meta.key.ns &&
        policy::Matches(policy.pod_selector, pod.meta.labels)) {
      plans[pod.node_name].pods.push_back(pod.meta.key);
    }
  }
  std::map<std::string, std::vector<const k8s::Pod*>> agents;
  for (const auto& [key, pod] : world.pods()) {
    if (IsAgent(pod, system_namespace)) {
      agents[pod.node_name].push_back(&pod);
    }
  }
  std::vector<NodePlan> sorted;
  for (auto& [node, plan] : plans) {
    plan.node = node;
    ChooseAgent(agents[node], plan);
    sorted.push_back(std::move(plan));
  }
  return sorted;
}

NodeVerdict Judge(const k8s::NetworkPolicy& policy,
                  const NodePlan& plan,
                  const std::optional<Result<NodeAnswer>>& answer) {
  NodeVerdict verdict;
  verdict.node = plan.node;
  verdict.pods = plan.pods.size();
  if (!answer || !*answer) {
    verdict.trouble = answer ? answer->error().message : plan.no_agent;
    return verdict;
  }
  verdict.resource_version = (*answer)->resource_version_in_force;
  verdict.since = (*answer)->since;
  verdict.trouble = TroubleOf(policy, plan, **answer);
  verdict.state =
      verdict.trouble.empty() ? NodeVerdict::State::kEnforced : NodeVerdict::State::kNot;
  return verdict;
}

}  // namespace portcullis::insight
