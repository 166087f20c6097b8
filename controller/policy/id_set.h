// SPDX-License-Identifier: Apache-2.0
//
// A flat hash set of numbers (slab.h) that are found by what they stand for: the key itself is kept
// once, where the number leads. The one user of tsl::robin_set. Pure.
#ifndef PORTCULLIS_CONTROLLER_POLICY_ID_SET_H_
#define PORTCULLIS_CONTROLLER_POLICY_ID_SET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include <tsl/robin_set.h>

namespace portcullis::policy {

/// A number that depends on every bit of both.
[[nodiscard]] inline size_t MixHash(size_t seed, size_t value) {
  uint64_t mixed = (seed ^ (value + 0x9e3779b97f4a7c15U)) * 0xbf58476d1ce4e5b9U;
  mixed ^= mixed >> 29U;
  return static_cast<size_t>(mixed * 0x94d049bb133111ebU ^ (mixed >> 32U));
}

/// KeyOf: (uint32_t) -> the key of a number. HashOf: (key) -> size_t, for every type of key.
template <typename KeyOf, typename HashOf>
class IdSet {
 public:
  explicit IdSet(KeyOf key_of) : ids_(0, Hash{key_of}, Equal{key_of}) {
    ids_.max_load_factor(0.7F);
    ids_.min_load_factor(0.15F);
  }

  template <typename Key>
  [[nodiscard]] std::optional<uint32_t> Find(const Key& key) const {
    const auto found = ids_.find(Wrapped<Key>{key});
    return found == ids_.end() ? std::nullopt : std::optional<uint32_t>(*found);
  }

  /// REQUIRES: no number with its key is in.
  void Add(uint32_t id) { ids_.insert(id); }
  void Remove(uint32_t id) { ids_.erase(id); }

  [[nodiscard]] size_t size() const { return ids_.size(); }
  [[nodiscard]] auto begin() const { return ids_.begin(); }
  [[nodiscard]] auto end() const { return ids_.end(); }

 private:
  /// Tells a key from a number, even where keys are numbers as well.
  template <typename Key>
  struct Wrapped {
    const Key& key;
  };

  struct Hash {
    KeyOf key_of;
    size_t operator()(uint32_t id) const { return HashOf()(key_of(id)); }
    template <typename Key>
    size_t operator()(const Wrapped<Key>& wrapped) const {
      return HashOf()(wrapped.key);
    }
  };

  struct Equal {
    using is_transparent = void;
    KeyOf key_of;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    template <typename Key>
    bool operator()(uint32_t id, const Wrapped<Key>& wrapped) const {
      return key_of(id) == wrapped.key;
    }
    template <typename Key>
    bool operator()(const Wrapped<Key>& wrapped, uint32_t id) const {
      return key_of(id) == wrapped.key;
    }
  };

  tsl::robin_set<uint32_t, Hash, Equal> ids_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_ID_SET_H_
