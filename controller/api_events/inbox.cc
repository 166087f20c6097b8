// SPDX-License-Identifier: Apache-2.0
//
// See inbox.h.
#include "controller/api_events/inbox.h"

#include <utility>

namespace portcullis::api_events {
namespace {

constexpr char kNameLabel[] = "app.kubernetes.io/name";
constexpr char kName[] = "portcullis";

/// Whether the pod may well be able to write. Whether its container is ready cannot be seen here;
/// that is why several nodes write (roster.h).
bool Works(const k8s::Pod& pod) {
  return pod.phase == k8s::PodPhase::kRunning && !pod.deleting && !pod.node_name.empty();
}

}  // namespace

Inbox::Inbox(std::string own_node, std::string own_namespace)
    : own_namespace_(std::move(own_namespace)),
      roster_(std::move(own_node)) {}

void Inbox::BeginPods() {
  const std::lock_guard lock(mutex_);
  ++pod_list_;
}

void Inbox::SeePod(const k8s::Pod& pod) {
  if (own_namespace_.empty() || pod.meta.key.ns != own_namespace_) {
    return;
  }
  const auto label = pod.meta.labels.find(kNameLabel);
  const bool colleague = label != pod.meta.labels.end() && label->second == kName && Works(pod);
  const std::lock_guard lock(mutex_);
  if (colleague) {
    roster_.Put(pod.meta.key, pod.node_name);
    colleagues_[pod.meta.key] = pod_list_;
  } else {
    roster_.Remove(pod.meta.key);
    colleagues_.erase(pod.meta.key);
  }
}

void Inbox::ForgetPod(const k8s::ObjectKey& pod) {
  const std::lock_guard lock(mutex_);
  roster_.Remove(pod);
  colleagues_.erase(pod);
}

void Inbox::EndPods() {
  const std::lock_guard lock(mutex_);
  std::erase_if(colleagues_, [this](const auto& colleague) {
    const bool gone = colleague.second < pod_list_;
    if (gone) {
      roster_.Remove(colleague.first);
    }
    return gone;
  });
}

void Inbox::BeginPolicies() {
  const std::lock_guard lock(mutex_);
  ++policy_list_;
}

void Inbox::SeeListed(const std::vector<PolicyRef>& policies) {
  const std::lock_guard lock(mutex_);
  for (const PolicyRef& policy : policies) {
    Put(policy);
  }
}

void Inbox::SeeChanged(const PolicyRef& policy) {
  const std::lock_guard lock(mutex_);
  Put(policy);
  changed_.insert(policy.key);
  news_.notify_all();
}

void Inbox::ForgetPolicy(const k8s::ObjectKey& policy) {
  const std::lock_guard lock(mutex_);
  if (policies_.erase(policy) > 0) {
    gone_.push_back(policy);
  }
}

void Inbox::EndPolicies() {
  const std::lock_guard lock(mutex_);
  std::erase_if(policies_, [this](const auto& known) {
    const bool gone = known.second.list < policy_list_;
    if (gone) {
      gone_.push_back(known.first);
    }
    return gone;
  });
}

/// REQUIRES: mutex_ is held.
void Inbox::Put(const PolicyRef& policy) {
  const auto [entry, is_new] = policies_.try_emplace(policy.key, Known{policy, 0, 0, {}});
  Known& known = entry->second;
  if (known.policy.uid != policy.uid) {
    known.roster = 0;
  }
  known.policy = policy;
  known.list = policy_list_;
}

/// REQUIRES: mutex_ is held.
std::optional<unsigned> Inbox::RankOf(Known& known) const {
  if (known.roster != roster_.version()) {
    known.rank = roster_.OwnRank(known.policy.uid);
    known.roster = roster_.version();
  }
  return known.rank;
}

Inbox::News Inbox::Wait(const std::stop_token& stop,
                        std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  news_.wait_until(lock, stop, deadline, [this] { return !changed_.empty(); });
  News news;
  news.gone = std::exchange(gone_, {});
  for (const k8s::ObjectKey& key : std::exchange(changed_, {})) {
    if (const auto known = policies_.find(key); known != policies_.end()) {
      news.changed.push_back({known->second.policy, RankOf(known->second)});
    }
  }
  return news;
}

std::vector<RankedPolicy> Inbox::Next(std::optional<k8s::ObjectKey>& cursor, size_t count) {
  const std::lock_guard lock(mutex_);
  std::vector<RankedPolicy> policies;
  auto known = cursor ? policies_.upper_bound(*cursor) : policies_.begin();
  for (; known != policies_.end() && count > 0; ++known, --count) {
    cursor = known->first;
    policies.push_back({known->second.policy, RankOf(known->second)});
  }
  if (known == policies_.end()) {
    cursor.reset();
  }
  return policies;
}

}  // namespace portcullis::api_events
