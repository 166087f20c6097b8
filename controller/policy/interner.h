// SPDX-License-Identifier: Apache-2.0
//
// Equal values under one number, for as long as somebody refers to it. Pure. Used by vocabulary.h
// and pod_classes.h: thousands of pods say the same things, and numbers are quick to compare.
#ifndef PORTCULLIS_CONTROLLER_POLICY_INTERNER_H_
#define PORTCULLIS_CONTROLLER_POLICY_INTERNER_H_

#include <cstdint>
#include <optional>
#include <utility>

#include "controller/policy/id_set.h"
#include "controller/policy/slab.h"

namespace portcullis::policy {

template <typename T, typename HashOf>
class Interner {
 public:
  Interner() : ids_(KeyOf{&slots_}) {}
  ~Interner() = default;
  Interner(const Interner&) = delete;
  Interner& operator=(const Interner&) = delete;
  Interner(Interner&&) = delete;
  Interner& operator=(Interner&&) = delete;

  struct Acquired {
    uint32_t id = 0;
    bool is_new = false;
  };

  /// The number of the value, with one more reference. `view` may be of any type that T can be made
  /// of, compared with and hashed like.
  template <typename View>
  Acquired Acquire(const View& view) {
    if (const auto found = ids_.Find(view)) {
      ++slots_[*found].references;
      return {*found, false};
    }
    const uint32_t id = slots_.Add({T(view), 1});
    ids_.Add(id);
    return {id, true};
  }

  void Retain(uint32_t id) { ++slots_[id].references; }

  /// One reference less; the value, where that was the last one.
  std::optional<T> Release(uint32_t id) {
    if (--slots_[id].references > 0) {
      return std::nullopt;
    }
    ids_.Remove(id);
    std::optional<T> value = std::move(slots_[id].value);
    slots_.Remove(id);
    return value;
  }

  template <typename View>
  [[nodiscard]] std::optional<uint32_t> Find(const View& view) const {
    return ids_.Find(view);
  }
  [[nodiscard]] const T& operator[](uint32_t id) const { return slots_[id].value; }
  [[nodiscard]] size_t size() const { return ids_.size(); }

 private:
  struct Slot {
    T value{};
    uint32_t references = 0;
  };
  struct KeyOf {
    const Slab<Slot>* slots;
    const T& operator()(uint32_t id) const { return (*slots)[id].value; }
  };

  Slab<Slot> slots_;
  IdSet<KeyOf, HashOf> ids_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_INTERNER_H_
