// SPDX-License-Identifier: Apache-2.0
//
// The wanted table, kept up to date event by event: an event costs what it changes, whatever the
// size of the cluster. Pure: no I/O, clock, log or thread. Fed with Changes by the reconciler,
// which turns a Delta into one transaction. compile.h is the reference: the same objects give the
// same Ruleset there, byte for byte.
#ifndef PORTCULLIS_CONTROLLER_POLICY_ENGINE_H_
#define PORTCULLIS_CONTROLLER_POLICY_ENGINE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/changes.h"
#include "controller/policy/delta.h"
#include "controller/policy/denied_log.h"
#include "controller/policy/identity.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

class PodQuestions;

class Engine {
 public:
  /// Pods of `node_name` are subjects; pods of all nodes are peers (8.10).
  explicit Engine(std::string node_name, LogGroup denied_log = kDefaultLogGroup);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  Engine(Engine&&) = delete;
  Engine& operator=(Engine&&) = delete;

  /// Takes changes in. Deleting what is not there is no error: watches replay. Where they bring
  /// other pod ranges than there were, TakeWhole() has to follow.
  void Apply(Changes changes);

  /// The whole wanted table but for its base chains (base_chains.h). From the first call on changes
  /// are collected for TakeDelta(); each call forgets what was collected so far.
  [[nodiscard]] nft::Ruleset TakeWhole();

  /// What has changed since the last TakeWhole() or TakeDelta(); nothing before the first
  /// TakeWhole().
  [[nodiscard]] Delta TakeDelta();

  /// INVARIANT: Disjoint(). Nothing: they were never told.
  [[nodiscard]] const std::optional<PodRanges>& pod_ranges() const;

  [[nodiscard]] size_t pods() const;
  [[nodiscard]] size_t local_pods()
      const;  ///< Of this node, the host network's and finished ones too.
  [[nodiscard]] size_t namespaces() const;
  [[nodiscard]] size_t policies() const;

  /// Nothing where there is no such policy; valid until the next Apply().
  [[nodiscard]] const k8s::NetworkPolicy* FindPolicy(const k8s::ObjectKey& key) const;
  template <typename Visit>
  void ForEachPolicy(const Visit& visit) const {
    for (const k8s::NetworkPolicy* policy : Policies()) {
      visit(*policy);
    }
  }

  /// The pod, of whatever node, that has the address (8.6); nothing where none has.
  [[nodiscard]] std::optional<k8s::ObjectKey> FindPod(const IpAddress& address) const;
  /// The node that has the address, as the pods of its host's network show (node_addresses.h); null
  /// where none does.
  [[nodiscard]] const std::string* FindNode(const IpAddress& address) const;

  // Groups as the last TakeWhole() or TakeDelta() has them. Pointers are valid until the next one
  // or the next Apply(); null says that there is none.

  /// The policies that isolate the pod of this node at the address.
  [[nodiscard]] const GroupId* FindGroup(const IpAddress& address, Direction direction) const;
  /// The group whose packets are judged in that chain, tracked ones or untracked ones.
  [[nodiscard]] const GroupId* FindGroup(std::string_view chain) const;
  /// Those that were there before that call and are not any more. Valid until the next one.
  [[nodiscard]] const std::vector<GroupId>& DepartedGroups() const;
  /// A live pod of this node.
  struct LocalPod {
    k8s::ObjectKey key;
    std::vector<IpAddress> addresses;  ///< Never empty; sorted.
    const GroupId* egress = nullptr;
    const GroupId* ingress = nullptr;
  };
  /// By key.
  [[nodiscard]] std::vector<LocalPod> LocalPods() const;

  /// How many live pods of this node the policy's podSelector selects.
  [[nodiscard]] size_t CountSelected(const k8s::NetworkPolicy& policy) const;

  /// Valid as long as the engine; what it answers is as of the last Apply().
  [[nodiscard]] PodQuestions questions() const;

  /// How many of each there are: what memory is spent on.
  struct Footprint {
    size_t pods = 0;
    size_t classes = 0;     ///< Of pods that are alike to every policy.
    size_t vocabulary = 0;  ///< Texts, and lists of them, that pods and policies use.
    size_t selectors = 0;   ///< Peers that the node's groups refer to.
    size_t port_names = 0;  ///< As above.
    size_t pod_sets = 0;
    size_t groups = 0;
    size_t subjects = 0;  ///< Addresses of this node's pods that are in a group.
    size_t nodes = 0;     ///< Of which an address is known.

    bool operator==(const Footprint&) const = default;
  };
  [[nodiscard]] Footprint Measure() const;

 private:
  [[nodiscard]] std::vector<const k8s::NetworkPolicy*> Policies() const;

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_ENGINE_H_
