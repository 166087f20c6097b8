// SPDX-License-Identifier: Apache-2.0
//
// Is a policy enforced on every node that has its pods? Which nodes there are to ask and whom on
// them, and what their answers mean. Pure: `portcullis status policy` asks.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_ROLLOUT_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_ROLLOUT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "controller/policy/world.h"
#include "k8s-client/types.h"

namespace portcullis::insight {

inline constexpr uint16_t kDefaultStatusPort = 10310;

/// Portcullis' pod on a node.
struct NodeAgent {
  k8s::ObjectKey pod;
  uint16_t port = kDefaultStatusPort;  ///< Of its status pages.
};

/// A node that has pods which the policy selects.
struct NodePlan {
  std::string node;
  std::vector<k8s::ObjectKey> pods;  ///< Those that are live, sorted.
  std::optional<NodeAgent> agent;    ///< Nothing: there is nobody to ask.
  std::string no_agent;              ///< Why not.
};

/// By node. Portcullis' pods are looked for in `system_namespace`; empty: anywhere.
[[nodiscard]] std::vector<NodePlan> PlanRollout(const policy::World& world,
                                                const k8s::NetworkPolicy& policy,
                                                const std::string& system_namespace);

/// What a node's page /status/policies/NAMESPACE/NAME says (docs/status.md).
struct NodeAnswer {
  bool known = false;
  bool in_force = false;
  std::string uid;
  std::string resource_version_in_force;  ///< Empty: nothing is in force.
  std::string since;
  std::vector<std::string> pods;  ///< "namespace/name": enforced and audited ones.
  std::string failure;            ///< Why the kernel does not hold what the API asks.
};

struct NodeVerdict {
  enum class State : uint8_t {
    kEnforced,
    kNot,      ///< Or not as the API server has it now.
    kUnknown,  ///< Nobody could be asked: the rules of before may be in force.
  };
  std::string node;
  size_t pods = 0;
  State state = State::kUnknown;
  std::string resource_version;  ///< In force there.
  std::string since;
  std::string trouble;  ///< Empty where it is enforced.
};

/// `answer` is nothing where the plan has nobody to ask.
[[nodiscard]] NodeVerdict Judge(const k8s::NetworkPolicy& policy,
                                const NodePlan& plan,
                                const std::optional<Result<NodeAnswer>>& answer);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_ROLLOUT_H_
