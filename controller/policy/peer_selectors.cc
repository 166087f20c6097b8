// SPDX-License-Identifier: Apache-2.0
//
// See peer_selectors.h.
#include "controller/policy/peer_selectors.h"

#include <algorithm>
#include <utility>

namespace portcullis::policy {
namespace {

constexpr uint32_t kAllNamespaces = kNone;
constexpr uint32_t kOnlyScope = 0;

}  // namespace

PeerSelectors::PeerSelectors(Vocabulary& vocabulary, PodClasses& classes)
    : vocabulary_(vocabulary),
      classes_(classes) {}

uint32_t PeerSelectors::Acquire(const PeerSelectorId& id) {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) {
    ++selectors_[found->second].references;
    return found->second;
  }
  PeerSelector peer;
  peer.id = id;
  if (id.ns) {
    peer.ns = vocabulary_.AcquireText(*id.ns);
  }
  peer.namespaces = vocabulary_.AcquireSelector(id.namespace_selector);
  peer.pods = vocabulary_.AcquireSelector(id.pod_selector);
  peer.references = 1;
  const uint32_t selector = selectors_.Add(std::move(peer));
  by_id_.emplace(id, selector);
  AddToIndex(selector);
  ForEachClass(selector, [&](uint32_t pod_class) {
    auto& selecting = classes_[pod_class].selectors;
    selecting.insert(std::lower_bound(selecting.begin(), selecting.end(), selector), selector);
  });
  return selector;
}

void PeerSelectors::Release(uint32_t selector) {
  PeerSelector& peer = selectors_[selector];
  if (--peer.references > 0) {
    return;
  }
  ForEachClass(selector, [&](uint32_t pod_class) {
    auto& selecting = classes_[pod_class].selectors;
    selecting.erase(std::lower_bound(selecting.begin(), selecting.end(), selector));
  });
  RemoveFromIndex(selector);
  by_id_.erase(peer.id);
  if (peer.ns) {
    vocabulary_.ReleaseText(*peer.ns);
  }
  vocabulary_.ReleaseSelector(peer.namespaces);
  vocabulary_.ReleaseSelector(peer.pods);
  selectors_.Remove(selector);
}

void PeerSelectors::AddToIndex(uint32_t selector) {
  const PeerSelector& peer = selectors_[selector];
  if (peer.ns || AnchorOf(peer.pods) != nullptr) {
    by_pod_label_.Add(peer.ns.value_or(kAllNamespaces), peer.pods, selector);
  } else {
    by_namespace_label_.Add(kOnlyScope, peer.namespaces, selector);
  }
}

void PeerSelectors::RemoveFromIndex(uint32_t selector) {
  const PeerSelector& peer = selectors_[selector];
  if (peer.ns || AnchorOf(peer.pods) != nullptr) {
    by_pod_label_.Remove(peer.ns.value_or(kAllNamespaces), peer.pods, selector);
  } else {
    by_namespace_label_.Remove(kOnlyScope, peer.namespaces, selector);
  }
}

std::vector<uint32_t> PeerSelectors::Selecting(uint32_t pod_class) const {
  const LabelList& labels = classes_.LabelsOf(pod_class);
  const uint32_t ns = classes_[pod_class].key.ns;
  const LabelList* ns_labels = classes_.LabelsOfNamespace(ns);
  std::vector<uint32_t> selecting;
  const auto consider = [&](uint32_t selector) {
    const PeerSelector& peer = selectors_[selector];
    const bool of_namespace =
        peer.ns || (ns_labels != nullptr && Matches(peer.namespaces, *ns_labels));
    if (of_namespace && Matches(peer.pods, labels)) {
      selecting.push_back(selector);
    }
  };
  by_pod_label_.ForEachCandidate(ns, labels, consider);
  if (ns_labels != nullptr) {
    by_pod_label_.ForEachCandidate(kAllNamespaces, labels, consider);
    by_namespace_label_.ForEachCandidate(kOnlyScope, *ns_labels, consider);
  }
  std::sort(selecting.begin(), selecting.end());
  return selecting;
}

}  // namespace portcullis::policy
