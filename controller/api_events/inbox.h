// SPDX-License-Identifier: Apache-2.0
//
// What the writer of Events has to know of the watches' objects: which policies there are, which of
// them have just changed, and where Portcullis' own pods run. Filled by the watches' threads
// (watch_taps.h), read by the writer's. One lock.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_INBOX_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_INBOX_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/api_events/policy_ref.h"
#include "controller/api_events/roster.h"
#include "k8s-client/types.h"

namespace portcullis::api_events {

struct RankedPolicy {
  PolicyRef policy;
  std::optional<unsigned> rank;  ///< The own node's among those who write; nothing: it does not.
};

/// Thread safety: all methods.
class Inbox {
 public:
  /// `own_namespace` is where Portcullis' pods are; empty: not known, so that every node writes.
  Inbox(std::string own_node, std::string own_namespace);

  // Of the watch of pods. A list begins, tells what there is, and ends: the rest is gone.
  void BeginPods();
  void SeePod(const k8s::Pod& pod);
  void ForgetPod(const k8s::ObjectKey& pod);
  void EndPods();

  // Of the watch of policies, once the reconciler can have them.
  void BeginPolicies();
  void SeeListed(const std::vector<PolicyRef>& policies);
  void SeeChanged(const PolicyRef& policy);
  void ForgetPolicy(const k8s::ObjectKey& policy);
  void EndPolicies();

  struct News {
    std::vector<RankedPolicy> changed;  ///< A list changes none.
    std::vector<k8s::ObjectKey> gone;
  };
  /// Waits for news, until `deadline` or a stop.
  [[nodiscard]] News Wait(const std::stop_token& stop,
                          std::chrono::steady_clock::time_point deadline);

  /// At most `count` policies behind `cursor`, in the order of their keys. `cursor` moves on, to
  /// nothing at the end.
  [[nodiscard]] std::vector<RankedPolicy> Next(std::optional<k8s::ObjectKey>& cursor, size_t count);

 private:
  struct Known {
    PolicyRef policy;
    uint32_t list = 0;
    uint64_t roster = 0;  ///< The version of it that `rank` is of.
    std::optional<unsigned> rank;
  };

  void Put(const PolicyRef& policy);
  [[nodiscard]] std::optional<unsigned> RankOf(Known& known) const;

  const std::string own_namespace_;
  std::mutex mutex_;
  std::condition_variable_any news_;
  // Protected by mutex_.
  Roster roster_;
  std::map<k8s::ObjectKey, uint32_t> colleagues_;  ///< Pods on the roster, by their last list.
  std::map<k8s::ObjectKey, Known> policies_;
  std::set<k8s::ObjectKey> changed_;
  std::vector<k8s::ObjectKey> gone_;
  uint32_t pod_list_ = 0;
  uint32_t policy_list_ = 0;
};

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_INBOX_H_
