// SPDX-License-Identifier: Apache-2.0
//
// What has changed of the wanted table, as engine.h tells it: for the objects concerned alone.
// Pure. Written by the engine's parts, read by the reconciler.
#ifndef PORTCULLIS_CONTROLLER_POLICY_DELTA_H_
#define PORTCULLIS_CONTROLLER_POLICY_DELTA_H_

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "nft/ruleset.h"

namespace portcullis::policy {

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

/// Both sides of a set that stays.
struct SetEdit {
  nft::Set& before;
  nft::Set& after;
};

/// The entries of the set like `empty` on both sides of the delta, made where they are not there
/// yet.
[[nodiscard]] inline SetEdit EditSet(Delta& delta, const nft::Set& empty) {
  return {delta.sets_before.try_emplace(empty.name, empty).first->second,
          delta.sets_after.try_emplace(empty.name, empty).first->second};
}

inline void AddElement(nft::Set& set, nft::Element element) {
  set.elements.insert_or_assign(element.key, std::move(element));
}

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_DELTA_H_
