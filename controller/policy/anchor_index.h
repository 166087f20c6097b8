// SPDX-License-Identifier: Apache-2.0
//
// Which selectors can match given labels at all: each selector waits under one of the labels that
// it asks for, so that labels meet only the selectors that ask for one of them, and those that ask
// for none. Pure. Used by peer_selectors.h and policy_index.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_ANCHOR_INDEX_H_
#define PORTCULLIS_CONTROLLER_POLICY_ANCHOR_INDEX_H_

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "controller/policy/id_set.h"
#include "controller/policy/slab.h"
#include "controller/policy/vocabulary.h"

namespace portcullis::policy {

/// `Item` stands for a selector; scopes keep selectors apart that are for different things.
template <typename Item>
class AnchorIndex {
 public:
  void Add(uint32_t scope, const IdSelector& selector, Item item) {
    ForEachPlace(scope, selector, [&](const Place& place) { items_[place].push_back(item); });
  }

  /// REQUIRES: it was added with the same arguments.
  void Remove(uint32_t scope, const IdSelector& selector, Item item) {
    ForEachPlace(scope, selector, [&](const Place& place) {
      std::vector<Item>& items = items_[place];
      items.erase(std::find(items.begin(), items.end(), item));
      if (items.empty()) {
        items_.erase(place);
      }
    });
  }

  /// Calls `visit` once with every item whose selector may match `labels`.
  template <typename Visit>
  void ForEachCandidate(uint32_t scope, const LabelList& labels, const Visit& visit) const {
    VisitAt({scope, {kNone, kNone}}, visit);
    for (const Label& label : labels) {
      VisitAt({scope, label}, visit);
    }
  }

 private:
  struct Place {
    uint32_t scope = 0;
    Label label;  ///< kNone: of selectors that ask for no label.

    bool operator==(const Place&) const = default;
  };
  struct PlaceHash {
    size_t operator()(const Place& place) const {
      return MixHash(place.scope, (uint64_t{place.label.key} << 32U) | place.label.value);
    }
  };

  template <typename Visit>
  static void ForEachPlace(uint32_t scope, const IdSelector& selector, const Visit& visit) {
    const IdSelector::Requirement* anchor = AnchorOf(selector);
    if (anchor == nullptr) {
      visit(Place{scope, {kNone, kNone}});
      return;
    }
    for (const uint32_t value : anchor->values) {
      visit(Place{scope, {anchor->key, value}});
    }
  }

  template <typename Visit>
  void VisitAt(const Place& place, const Visit& visit) const {
    const auto found = items_.find(place);
    if (found != items_.end()) {
      std::for_each(found->second.begin(), found->second.end(), visit);
    }
  }

  std::unordered_map<Place, std::vector<Item>, PlaceHash> items_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_ANCHOR_INDEX_H_
