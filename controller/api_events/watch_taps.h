// SPDX-License-Identifier: Apache-2.0
//
// Sinks that pass a watch's objects on to the next sink and tell the Inbox of them.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_WATCH_TAPS_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_WATCH_TAPS_H_

#include <utility>
#include <vector>

#include "controller/api_events/inbox.h"
#include "k8s-client/target.h"

namespace portcullis::api_events {

/// There is one for each kind that the inbox hears of.
template <typename T>
class Tap;

template <>
class Tap<k8s::Pod> final : public k8s::Sink<k8s::Pod> {
 public:
  /// Both must outlive it.
  Tap(k8s::Sink<k8s::Pod>& next, Inbox& inbox) : next_(next), inbox_(inbox) {}

  void BeginList() override {
    inbox_.BeginPods();
    next_.BeginList();
  }
  void AddListed(std::vector<k8s::Pod> pods) override {
    for (const k8s::Pod& pod : pods) {
      inbox_.SeePod(pod);
    }
    next_.AddListed(std::move(pods));
  }
  void EndList() override {
    inbox_.EndPods();
    next_.EndList();
  }
  void Upsert(k8s::Pod pod) override {
    inbox_.SeePod(pod);
    next_.Upsert(std::move(pod));
  }
  void Delete(const k8s::ObjectKey& key) override {
    inbox_.ForgetPod(key);
    next_.Delete(key);
  }

 private:
  k8s::Sink<k8s::Pod>& next_;
  Inbox& inbox_;
};

/// The inbox hears of a policy only when the next sink has it, so that who is asked about it knows
/// it.
template <>
class Tap<k8s::NetworkPolicy> final : public k8s::Sink<k8s::NetworkPolicy> {
 public:
  /// Both must outlive it.
  Tap(k8s::Sink<k8s::NetworkPolicy>& next, Inbox& inbox) : next_(next), inbox_(inbox) {}

  void BeginList() override {
    next_.BeginList();
    inbox_.BeginPolicies();
  }
  void AddListed(std::vector<k8s::NetworkPolicy> policies) override {
    std::vector<PolicyRef> refs;
    refs.reserve(policies.size());
    for (const k8s::NetworkPolicy& policy : policies) {
      refs.emplace_back(policy.meta);
    }
    next_.AddListed(std::move(policies));
    inbox_.SeeListed(refs);
  }
  void EndList() override {
    next_.EndList();
    inbox_.EndPolicies();
  }
  void Upsert(k8s::NetworkPolicy policy) override {
    const PolicyRef ref(policy.meta);
    next_.Upsert(std::move(policy));
    inbox_.SeeChanged(ref);
  }
  void Delete(const k8s::ObjectKey& key) override {
    next_.Delete(key);
    inbox_.ForgetPolicy(key);
  }

 private:
  k8s::Sink<k8s::NetworkPolicy>& next_;
  Inbox& inbox_;
};

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_WATCH_TAPS_H_
