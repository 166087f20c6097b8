// SPDX-License-Identifier: Apache-2.0
//
// The addresses of the node's pods that are in a group: the elements of the dispatch maps and self
// sets. Pure. Used by engine.cc; compile.cc is the reference.
#ifndef PORTCULLIS_CONTROLLER_POLICY_SUBJECTS_H_
#define PORTCULLIS_CONTROLLER_POLICY_SUBJECTS_H_

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/ip.h"
#include "controller/policy/delta.h"
#include "controller/policy/groups.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/pod_store.h"

namespace portcullis::policy {

class Subjects {
 public:
  /// All must outlive it.
  Subjects(const PodClasses& classes, const PodStore& pods, const Groups& groups);

  /// The address has another owner, or its owner is in other groups.
  void Touch(const IpAddress& address) { dirty_.insert(address); }

  /// Takes what has changed since the last time as told, and writes it to `delta` unless that is
  /// null. REQUIRES: the groups are settled.
  void Settle(Delta* delta);
  /// The sets that base chains look in, whole. REQUIRES: settled.
  void WriteAll(std::map<std::string, nft::Set>& sets) const;

  [[nodiscard]] size_t size() const { return shown_.size(); }

 private:
  /// The elements that an address has, by set.
  using Elements = std::map<std::string, nft::Element>;

  /// What those follow from.
  struct Subject {
    k8s::ObjectKey pod;
    std::shared_ptr<const GroupChains> egress;
    std::shared_ptr<const GroupChains> ingress;

    [[nodiscard]] bool in_a_group() const { return egress != nullptr || ingress != nullptr; }
  };

  [[nodiscard]] Subject Describe(const IpAddress& address) const;
  [[nodiscard]] static Elements ElementsOf(const IpAddress& address, const Subject& subject);
  void WriteChange(const Elements& before, const Elements& after, Delta& delta) const;

  const PodClasses& classes_;
  const PodStore& pods_;
  const Groups& groups_;
  std::map<std::string, nft::Set> skeleton_;  ///< Their shapes.
  std::map<IpAddress, Subject> shown_;        ///< As told; those in a group alone.
  std::set<IpAddress> dirty_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_SUBJECTS_H_
