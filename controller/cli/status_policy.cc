// SPDX-License-Identifier: Apache-2.0
//
// See status_policy.h.
#include "controller/cli/status_policy.h"

#include <chrono>
#include <utility>

#include "controller/cli/cluster.h"
#include "controller/cli/complaint.h"
#include "controller/cli/load_objects.h"
#include "controller/cli/object_key.h"
#include "controller/cli/progress.h"
#include "controller/cli/status_policy_report.h"
#include "controller/process/exit_codes.h"
#include "k8s-client/kinds.h"

namespace portcullis::cli {
namespace {

// A node that is away keeps the API server waiting.
constexpr std::chrono::milliseconds kPatience{15'000};
constexpr size_t kMaxPage = size_t{16} << 20U;

constexpr int kOk = 200;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFoundStatus = 404;

/// What the answer of the API server, or of the pod behind it, means.
Result<insight::NodeAnswer> ReadAnswer(const insight::NodeAgent& agent,
                                       const k8s::Response& response,
                                       const std::string& body) {
  const std::string who = "its Portcullis pod " + agent.pod.ToString();
  if (response.status == kOk) {
    auto answer = ParseAnswer(body);
    return answer ? std::move(answer) : Fail(answer.error().WithContext(who));
  }
  if (response.status == kNotFoundStatus) {
    return Fail(ErrorCode::kUnavailable, who + " has no such page: it is an older version");
  }
  k8s::Right needed = k8s::kProxyPods;
  needed.ns = agent.pod.ns;
  const std::string what = who + ": the server answers " + std::to_string(response.status) + ": " +
                           k8s::DecodeStatus(response.error_body).message +
                           k8s::RemedyFor(response.status, needed);
  const bool refused = response.status == kForbidden || response.status == kUnauthorized;
  return Fail(refused ? ErrorCode::kPermission : ErrorCode::kUnavailable, what);
}

/// Asks the node's pod through the API server.
/// ERRORS: kPermission where the person may not.
Result<insight::NodeAnswer> AskNode(k8s::Transport& transport,
                                    const k8s::ObjectKey& policy,
                                    const insight::NodeAgent& agent) {
  std::string body;
  const auto response =
      transport.Get({k8s::PodProxyPath(agent.pod, agent.port) + "/status/policies/" + policy.ns +
                         "/" + policy.name,
                     kPatience},
                    [&body](const k8s::Response& /*head*/, std::string_view bytes) {
                      body += bytes;
                      return body.size() <= kMaxPage;
                    },
                    {});
  return response ? ReadAnswer(agent, *response, body) : Fail(response.error());
}

/// Asks node by node.
/// ERRORS: kPermission: where one may not be asked, none may.
Result<std::vector<insight::NodeVerdict>> AskAll(k8s::Transport& transport,
                                                 const k8s::NetworkPolicy& policy,
                                                 const std::vector<insight::NodePlan>& plans) {
  std::vector<insight::NodeVerdict> verdicts;
  Progress progress("asking the nodes");
  for (const insight::NodePlan& plan : plans) {
    progress.Update(verdicts.size(), plans.size(), "nodes");
    std::optional<Result<insight::NodeAnswer>> answer;
    if (plan.agent) {
      answer = AskNode(transport, policy.meta.key, *plan.agent);
      if (!*answer && answer->error().code == ErrorCode::kPermission) {
        return Fail(answer->error().WithContext("node " + plan.node));
      }
    }
    verdicts.push_back(insight::Judge(policy, plan, answer));
  }
  return verdicts;
}

Result<PolicyReport> Inquire(const StatusPolicyOptions& options) {
  const auto config = FindCluster(options.cluster);
  if (!config) {
    return Fail(config.error());
  }
  auto transport = ConnectTo(*config);
  auto loaded = FetchCluster(*config, transport, options.cluster);
  if (!loaded) {
    return Fail(loaded.error());
  }
  const policy::World world(loaded->objects);
  const k8s::ObjectKey key = KeyOf(options.policy, NamespaceOf(*config, options.default_namespace));
  const auto policy = world.policies().find(key);
  if (policy == world.policies().end()) {
    return Fail(ErrorCode::kNotFound,
                "there is no NetworkPolicy " + key.ToString() +
                    "; kubectl get networkpolicies -A shows those that there are");
  }
  const auto plans = insight::PlanRollout(world, policy->second, options.system_namespace);
  auto nodes = AskAll(transport, policy->second, plans);
  if (!nodes) {
    return Fail(nodes.error());
  }
  policy::Engine engine("");
  engine.Apply(policy::EverythingOf(std::move(loaded->objects)));
  return PolicyReport{
      policy->second, std::move(*nodes), insight::FindingsOf(policy->second, engine)};
}

}  // namespace

int StatusPolicy(const StatusPolicyOptions& options) {
  const auto report = Inquire(options);
  if (!report) {
    return Complain(report.error(), kExitNoAnswer);
  }
  if (!Print(options.output == StatusPolicyOutput::kJson ? ToJson(*report) : ToText(*report))) {
    return kExitNoAnswer;
  }
  return report->enforced() ? kExitOk : kExitNo;
}

}  // namespace portcullis::cli
