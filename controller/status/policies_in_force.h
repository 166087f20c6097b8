// SPDX-License-Identifier: Apache-2.0
//
// Which form of each policy the kernel holds, and since when: what "isolated by default/web since
// ..." means in the log and in the status. Pure; the time is handed in. Kept by reconcile_loop,
// which knows when a commit has succeeded.
#ifndef PORTCULLIS_CONTROLLER_STATUS_POLICIES_IN_FORCE_H_
#define PORTCULLIS_CONTROLLER_STATUS_POLICIES_IN_FORCE_H_

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "controller/policy/engine.h"
#include "controller/status/status.h"

namespace portcullis {

struct PolicyInForce {
  std::string resource_version;  ///< Of the object as it was committed last.
  /// RFC 3339 in UTC. When a commit put its present meaning in force; for what was there at the
  /// first list, when the policy was created. Writes that change no meaning do not count.
  std::string since;
};

class PoliciesInForce {
 public:
  /// Changes that `engine` is about to take.
  void Note(const policy::KindChanges<k8s::NetworkPolicy>& changes, const policy::Engine& engine);

  /// The kernel holds what `engine` asks, from `now` on.
  void Committed(const policy::Engine& engine, WallTime now);

  /// Nothing where the kernel holds nothing of it; valid until the next Committed().
  [[nodiscard]] const PolicyInForce* Find(const k8s::ObjectKey& key) const;
  [[nodiscard]] size_t size() const { return in_force_.size(); }
  /// Those that were changed since the last commit that succeeded, `most` at most.
  [[nodiscard]] std::vector<std::string> Waiting(size_t most) const;

 private:
  void Put(const k8s::NetworkPolicy& policy, const std::string& since);
  void DropGone(const policy::Engine& engine);

  std::map<k8s::ObjectKey, PolicyInForce> in_force_;
  std::set<k8s::ObjectKey> noted_;    ///< Told of since the last commit.
  std::set<k8s::ObjectKey> changed_;  ///< Those of them that say something else than before.
  bool listed_ = false;               ///< A list was complete since the last commit.
  bool first_ = true;                 ///< Nothing was committed yet.
};

/// "2026-11-26T03:09:28Z"
[[nodiscard]] std::string ToRfc3339(WallTime time);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_POLICIES_IN_FORCE_H_
