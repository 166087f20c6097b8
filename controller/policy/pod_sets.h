// SPDX-License-Identifier: Apache-2.0
//
// The sets of pods' addresses that the node's groups refer to. Who is in one is never stored: an
// address is in a set where the class of its pod is. What changes between two settlements is kept
// per set, and what comes and goes again cancels out. Pure. Between peer_selectors.h and engine.cc.
#ifndef PORTCULLIS_CONTROLLER_POLICY_POD_SETS_H_
#define PORTCULLIS_CONTROLLER_POLICY_POD_SETS_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ip.h"
#include "controller/policy/delta.h"
#include "controller/policy/peer_selectors.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/pod_store.h"
#include "controller/policy/sets.h"

namespace portcullis::policy {

class PodSets {
 public:
  /// All must outlive it.
  PodSets(Vocabulary& vocabulary,
          PodClasses& classes,
          const PodStore& pods,
          PeerSelectors& selectors);

  /// The number of the set, with one more reference.
  [[nodiscard]] uint32_t Acquire(const PodSet& set);
  /// One reference less; a set without any goes at the next settlement.
  void Release(uint32_t set);

  /// The sets that a class's addresses are in, by the selectors that it has now; sorted.
  [[nodiscard]] std::vector<uint32_t> SetsOf(uint32_t pod_class) const;
  /// An address has become, or ceases to be, a member.
  void Toggle(uint32_t set, const IpAddress& address, bool gained);

  /// Takes what has changed since the last time as told, and writes it to `delta` unless that is
  /// null.
  void Settle(Delta* delta);
  /// All sets with all their members. REQUIRES: they are settled.
  void WriteAll(std::map<std::string, nft::Set>& sets) const;

  [[nodiscard]] size_t size() const { return sets_.size(); }

 private:
  struct State {
    PodSet shape;
    std::vector<uint32_t> selectors;  ///< Of the union, or of a named port's scope; sorted.
    std::optional<NamedPort> port;    ///< Only pods that have it.
    bool local = false;               ///< Only pods of this node.
    uint32_t references = 0;
    bool told = false;     ///< It was there at the last settlement.
    bool touched = false;  ///< It is in `touched_`.
    std::unordered_map<IpAddress, bool, AddressHash> pending;  ///< Whether each was gained.
  };

  void Touch(uint32_t set);
  void Attach(uint32_t set);
  void Drop(uint32_t set);
  void Fill(const State& state, nft::Set& set) const;
  void WriteChange(State& state, Delta& delta) const;
  [[nodiscard]] bool HasPort(uint32_t pod_class, const NamedPort& port) const;
  [[nodiscard]] bool IsFirst(const State& state, uint32_t selector, const PodClass& of) const;

  template <typename Visit>
  void ForEachClassIn(const State& state, const Visit& visit) const;

  Vocabulary& vocabulary_;
  PodClasses& classes_;
  const PodStore& pods_;
  PeerSelectors& selectors_;
  Slab<State> sets_;
  std::map<std::string, uint32_t> by_name_;
  std::map<NamedPort, std::vector<uint32_t>> by_port_;  ///< Those without a selector.
  std::vector<uint32_t> touched_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_POD_SETS_H_
