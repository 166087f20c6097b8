// SPDX-License-Identifier: Apache-2.0
//
// The wanted table, kept up to date event by event: an event costs what it changes, whatever the
// size of the cluster. Pure: no I/O, clock, log or thread. Fed with Changes by the reconciler,
// which turns a Delta into one transaction. compile.h is the reference: the same objects give the
// same Ruleset there, byte for byte.
#ifndef PORTCULLIS_CONTROLLER_POLICY_ENGINE_H_
#define PORTCULLIS_CONTROLLER_POLICY_ENGINE_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "controller/policy/changes.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// What has changed of the wanted table, for the objects concerned alone.
struct Delta {
  /// A set (or verdict map) that stays is in both, with the elements that go in `sets_before` and
  /// those that come in `sets_after`. One that is new is in `sets_after` alone, with all it holds;
  /// one that goes is in `sets_before` alone.
  std::map<std::string, nft::Set> sets_before;
  std::map<std::string, nft::Set> sets_after;
  /// Chains as they shall be, without handles; nothing: it goes. Base chains are never among them.
  std::map<std::string, std::optional<nft::Chain>> chains;

  [[nodiscard]] bool empty() const {
    return sets_before.empty() && sets_after.empty() && chains.empty();
  }
};

class Engine {
 public:
  /// Pods of `node_name` are subjects; pods of all nodes are peers (8.10).
  explicit Engine(std::string node_name);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  Engine(Engine&&) = delete;
  Engine& operator=(Engine&&) = delete;

  /// Takes changes in. Deleting what is not there is no error: watches replay.
  void Apply(Changes changes);

  /// The whole wanted table but for its base chains (base_chains.h). From the first call on changes
  /// are collected for TakeDelta(); each call forgets what was collected so far.
  [[nodiscard]] nft::Ruleset TakeWhole();

  /// What has changed since the last TakeWhole() or TakeDelta(); nothing before the first
  /// TakeWhole().
  [[nodiscard]] Delta TakeDelta();

  [[nodiscard]] size_t pods() const;
  [[nodiscard]] size_t local_pods()
      const;  ///< Of this node, the host network's and finished ones too.
  [[nodiscard]] size_t namespaces() const;
  [[nodiscard]] size_t policies() const;

  /// Nothing where there is no such policy; valid until the next Apply().
  [[nodiscard]] const k8s::NetworkPolicy* FindPolicy(const k8s::ObjectKey& key) const;
  /// How many live pods of this node the policy's podSelector selects.
  [[nodiscard]] size_t CountSelected(const k8s::NetworkPolicy& policy) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_ENGINE_H_
