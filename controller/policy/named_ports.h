// SPDX-License-Identifier: Apache-2.0
//
// Which numbers a port name has among the live pods of a scope (6.7), counted as pods come and go,
// for the groups whose rules name ports. Pure. Between peer_selectors.h and groups.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_NAMED_PORTS_H_
#define PORTCULLIS_CONTROLLER_POLICY_NAMED_PORTS_H_

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "controller/policy/identity.h"
#include "controller/policy/peer_selectors.h"
#include "controller/policy/pod_classes.h"

namespace portcullis::policy {

class NamedPorts {
 public:
  /// All must outlive it.
  NamedPorts(Vocabulary& vocabulary, PodClasses& classes, PeerSelectors& selectors);

  struct Question {
    PodScope scope;  ///< Never LocalPods: those are asked for by the group, whose pods they are.
    std::string name;
    k8s::Protocol protocol = k8s::Protocol::kTcp;

    auto operator<=>(const Question&) const = default;
  };

  /// The number of the question, kept answered for `group` until it is released as often.
  [[nodiscard]] uint32_t Acquire(const Question& question, uint32_t group);
  void Release(uint32_t query, uint32_t group);
  [[nodiscard]] std::set<uint16_t> NumbersOf(uint32_t query) const;

  /// Its first address came, or its last one went.
  void ClassCame(uint32_t pod_class) { CountAll(pod_class, +1); }
  void ClassWent(uint32_t pod_class) { CountAll(pod_class, -1); }
  /// A selector begins, or ceases, to select a class that is live.
  void Selected(uint32_t selector, uint32_t pod_class) { CountFor(selector, pod_class, +1); }
  void Deselected(uint32_t selector, uint32_t pod_class) { CountFor(selector, pod_class, -1); }

  /// The groups that have got another answer since the last time.
  [[nodiscard]] std::set<uint32_t> TakeChanged() { return std::exchange(changed_, {}); }
  [[nodiscard]] size_t size() const { return queries_.size(); }

 private:
  using PortKey = std::pair<uint32_t, k8s::Protocol>;

  struct Query {
    Question question;
    PortKey port;
    std::optional<uint32_t> selector;      ///< Nothing: every pod.
    std::map<uint16_t, uint32_t> classes;  ///< How many live classes have the name for a number.
    std::map<uint32_t, uint32_t> groups;   ///< How often each has acquired it.
  };

  void Fill(uint32_t query);
  void Drop(uint32_t query);
  void CountAll(uint32_t pod_class, int step);
  void CountFor(uint32_t selector, uint32_t pod_class, int step);
  void Count(uint32_t query, uint32_t pod_class, int step);

  Vocabulary& vocabulary_;
  PodClasses& classes_;
  PeerSelectors& selectors_;
  Slab<Query> queries_;
  std::map<Question, uint32_t> by_question_;
  std::map<PortKey, uint32_t> of_every_pod_;
  std::set<uint32_t> changed_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_NAMED_PORTS_H_
