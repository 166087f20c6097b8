// SPDX-License-Identifier: Apache-2.0
//
// See policy_index.h.
#include "controller/policy/policy_index.h"

#include <algorithm>
#include <utility>

namespace portcullis::policy {

bool SaySame(const k8s::NetworkPolicy& a, const k8s::NetworkPolicy& b) {
  return a.pod_selector == b.pod_selector && a.isolates_ingress == b.isolates_ingress &&
         a.isolates_egress == b.isolates_egress && a.ingress == b.ingress && a.egress == b.egress &&
         a.audit == b.audit;
}

PolicyIndex::PolicyIndex(Vocabulary& vocabulary, const PodClasses& classes)
    : vocabulary_(vocabulary),
      classes_(classes) {}

bool PolicyIndex::Put(k8s::NetworkPolicy policy, uint32_t list) {
  const auto [entry, is_new] = policies_.try_emplace(policy.meta.key);
  Record& record = entry->second;
  const bool same = !is_new && SaySame(record.policy, policy);
  record.list = list;
  if (same) {
    record.policy = std::move(policy);
    return false;
  }
  if (!is_new) {
    RemoveFromIndex(record);
  }
  record.policy = std::move(policy);
  AddToIndex(record);
  return true;
}

bool PolicyIndex::Remove(const k8s::ObjectKey& key) {
  const auto found = policies_.find(key);
  if (found == policies_.end()) {
    return false;
  }
  RemoveFromIndex(found->second);
  policies_.erase(found);
  return true;
}

void PolicyIndex::AddToIndex(Record& record) {
  record.ns = vocabulary_.AcquireText(record.policy.meta.key.ns);
  record.selector = vocabulary_.AcquireSelector(record.policy.pod_selector);
  by_label_.Add(record.ns, record.selector, &record);
}

void PolicyIndex::RemoveFromIndex(const Record& record) {
  by_label_.Remove(record.ns, record.selector, &record);
  vocabulary_.ReleaseText(record.ns);
  vocabulary_.ReleaseSelector(record.selector);
}

const k8s::NetworkPolicy* PolicyIndex::Find(const k8s::ObjectKey& key) const {
  const auto found = policies_.find(key);
  return found == policies_.end() ? nullptr : &found->second.policy;
}

std::vector<k8s::ObjectKey> PolicyIndex::Before(uint32_t list) const {
  std::vector<k8s::ObjectKey> keys;
  for (const auto& [key, record] : policies_) {
    if (record.list < list) {
      keys.push_back(key);
    }
  }
  return keys;
}

SelectingPolicies PolicyIndex::Selecting(uint32_t pod_class, Direction direction) const {
  SelectingPolicies policies;
  const LabelList& labels = classes_.LabelsOf(pod_class);
  by_label_.ForEachCandidate(classes_[pod_class].key.ns, labels, [&](const Record* record) {
    const bool isolates = direction == Direction::kEgress ? record->policy.isolates_egress
                                                          : record->policy.isolates_ingress;
    if (isolates && Matches(record->selector, labels)) {
      (record->policy.audit ? policies.audited : policies.enforced)
          .push_back(record->policy.meta.key);
    }
  });
  std::sort(policies.enforced.begin(), policies.enforced.end());
  std::sort(policies.audited.begin(), policies.audited.end());
  return policies;
}

std::vector<uint32_t> PolicyIndex::Selected(const k8s::ObjectKey& key) const {
  std::vector<uint32_t> selected;
  const auto found = policies_.find(key);
  if (found != policies_.end()) {
    classes_.ForEachIn(found->second.ns, /*local=*/true, [&](uint32_t pod_class) {
      if (Matches(found->second.selector, classes_.LabelsOf(pod_class))) {
        selected.push_back(pod_class);
      }
    });
  }
  return selected;
}

}  // namespace portcullis::policy
