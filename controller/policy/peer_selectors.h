// SPDX-License-Identifier: Apache-2.0
//
// The selector peers that the node's groups refer to, and which classes of pods each selects. A new
// class meets only the selectors that ask for one of its labels, a new selector only the classes of
// the namespaces that it is for. Pure. Between pod_classes.h and what selectors are for: pod_sets.h
// and named_ports.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_PEER_SELECTORS_H_
#define PORTCULLIS_CONTROLLER_POLICY_PEER_SELECTORS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "controller/policy/anchor_index.h"
#include "controller/policy/identity.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/slab.h"
#include "controller/policy/vocabulary.h"

namespace portcullis::policy {

struct PeerSelector {
  PeerSelectorId id;
  std::optional<uint32_t> ns;  ///< Nothing: the namespaces of `namespaces`.
  IdSelector namespaces;
  IdSelector pods;
  uint32_t references = 0;
  std::vector<uint32_t> sets;     ///< Of pod_sets.h: those that it decides about.
  std::vector<uint32_t> queries;  ///< Of named_ports.h: as above.
};

class PeerSelectors {
 public:
  /// Both must outlive it.
  PeerSelectors(Vocabulary& vocabulary, PodClasses& classes);

  /// The number of the selector, with one more reference. From the first one on it is in the lists
  /// of the classes that it selects (PodClass::selectors), until the last one is released.
  [[nodiscard]] uint32_t Acquire(const PeerSelectorId& id);
  void Release(uint32_t selector);

  [[nodiscard]] PeerSelector& operator[](uint32_t selector) { return selectors_[selector]; }
  [[nodiscard]] const PeerSelector& operator[](uint32_t selector) const {
    return selectors_[selector];
  }
  [[nodiscard]] size_t size() const { return selectors_.size(); }

  /// Those that select a class, sorted, by the labels as they are now.
  [[nodiscard]] std::vector<uint32_t> Selecting(uint32_t pod_class) const;

  /// Calls `visit` with each class that the selector selects.
  template <typename Visit>
  void ForEachClass(uint32_t selector, const Visit& visit) const {
    const PeerSelector& peer = selectors_[selector];
    const auto visit_namespace = [&](uint32_t ns) {
      classes_.ForEachIn(ns, [&](uint32_t pod_class) {
        if (Matches(peer.pods, classes_.LabelsOf(pod_class))) {
          visit(pod_class);
        }
      });
    };
    if (peer.ns) {
      visit_namespace(*peer.ns);
      return;
    }
    classes_.ForEachKnownNamespace([&](uint32_t ns, const LabelList& labels) {
      if (Matches(peer.namespaces, labels)) {
        visit_namespace(ns);
      }
    });
  }

 private:
  void AddToIndex(uint32_t selector);
  void RemoveFromIndex(uint32_t selector);

  Vocabulary& vocabulary_;
  PodClasses& classes_;
  Slab<PeerSelector> selectors_;
  std::map<PeerSelectorId, uint32_t> by_id_;
  AnchorIndex<uint32_t> by_pod_label_;        ///< The scope is a namespace, or kNone for all.
  AnchorIndex<uint32_t> by_namespace_label_;  ///< Of all namespaces and without a pod's label.
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_PEER_SELECTORS_H_
