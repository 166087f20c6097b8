// SPDX-License-Identifier: Apache-2.0
//
// The policies of the cluster, found by the labels of the pods that they isolate. Pure. Filled by
// engine.cc, read by groups.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_POLICY_INDEX_H_
#define PORTCULLIS_CONTROLLER_POLICY_POLICY_INDEX_H_

#include <cstdint>
#include <map>
#include <vector>

#include "controller/policy/anchor_index.h"
#include "controller/policy/identity.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/vocabulary.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

/// Whether both mean the same; what else an object carries changes with every write of its status.
[[nodiscard]] bool SaySame(const k8s::NetworkPolicy& a, const k8s::NetworkPolicy& b);

class PolicyIndex {
 public:
  /// Both must outlive it.
  PolicyIndex(Vocabulary& vocabulary, const PodClasses& classes);

  /// Whether the policy is new or says something else than before.
  bool Put(k8s::NetworkPolicy policy, uint32_t list);
  /// Whether it was there.
  bool Remove(const k8s::ObjectKey& key);

  /// Null where there is none.
  [[nodiscard]] const k8s::NetworkPolicy* Find(const k8s::ObjectKey& key) const;
  /// Those that a list before `list` has told of last.
  [[nodiscard]] std::vector<k8s::ObjectKey> Before(uint32_t list) const;
  [[nodiscard]] size_t size() const { return policies_.size(); }
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const auto& [key, record] : policies_) {
      visit(record.policy);
    }
  }

  /// The policies with rules for the direction that select pods of the class.
  [[nodiscard]] SelectingPolicies Selecting(uint32_t pod_class, Direction direction) const;
  /// The classes of this node's pods that the policy selects; none where there is no such policy.
  [[nodiscard]] std::vector<uint32_t> Selected(const k8s::ObjectKey& key) const;

 private:
  struct Record {
    k8s::NetworkPolicy policy;
    uint32_t list = 0;
    uint32_t ns = 0;
    IdSelector selector;
  };

  void AddToIndex(Record& record);
  void RemoveFromIndex(const Record& record);

  Vocabulary& vocabulary_;
  const PodClasses& classes_;
  std::map<k8s::ObjectKey, Record> policies_;
  AnchorIndex<const Record*> by_label_;  ///< The scope is the namespace.
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_POLICY_INDEX_H_
