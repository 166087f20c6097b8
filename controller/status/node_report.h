// SPDX-License-Identifier: Apache-2.0
//
// What /status tells of this node, as values: gathered from the reconciler's view (by an inquiry),
// from the status board and from the packet counts. Pure. node_report_json.h writes it, and
// docs/status.md says what each part means.
#ifndef PORTCULLIS_CONTROLLER_STATUS_NODE_REPORT_H_
#define PORTCULLIS_CONTROLLER_STATUS_NODE_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "controller/status/loop_view.h"
#include "controller/status/packet_totals.h"
#include "controller/status/status.h"

namespace portcullis {

/// A policy that a pod is isolated by, and since when it is in force as it is.
struct PolicySince {
  k8s::ObjectKey policy;
  std::string since;  ///< RFC 3339; empty where the kernel does not hold it yet.
};

/// How a pod is isolated in one direction.
struct IsolationReport {
  bool audit = false;  ///< By policies in audit mode alone: nothing is dropped.
  std::vector<PolicySince> policies;
};

struct PodReport {
  k8s::ObjectKey key;
  std::vector<IpAddress> addresses;
  std::optional<IsolationReport> ingress;  ///< Nothing: open.
  std::optional<IsolationReport> egress;   ///< As above.
};

/// The live pods of this node, by key.
[[nodiscard]] std::vector<PodReport> ReportPods(const LoopView& view);

struct NodeReport {
  std::string node;
  std::string version;
  Status status;
  std::vector<PodReport> pods;
  PacketTotals packets;
};

/// Whether this node enforces a policy, for "is it enforced on every node that has its pods?".
struct PolicyReport {
  std::string node;
  k8s::ObjectKey policy;
  bool known = false;            ///< The API server has told this node of it.
  std::string resource_version;  ///< As told last.
  std::string uid;
  bool isolates_ingress = false;
  bool isolates_egress = false;
  std::vector<std::string> problems;          ///< Parts that were not understood.
  std::string resource_version_in_force;      ///< Empty: the kernel holds none of it.
  std::string since;                          ///< Of that.
  std::vector<k8s::ObjectKey> enforced_pods;  ///< Live pods of this node that it isolates.
  std::vector<k8s::ObjectKey> audited_pods;   ///< Those that it would, in audit mode.
  std::string failure;                        ///< Why the kernel does not hold what the API asks.

  /// The kernel holds it as the API server told it last.
  [[nodiscard]] bool in_force() const {
    return known && failure.empty() && resource_version_in_force == resource_version;
  }
};

[[nodiscard]] PolicyReport ReportPolicy(const LoopView& view, const k8s::ObjectKey& policy);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_NODE_REPORT_H_
