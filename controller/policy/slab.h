// SPDX-License-Identifier: Apache-2.0
//
// Values under small numbers, which stay theirs until they are removed; numbers of removed values
// are used again. Grows by pieces, so that neither values move nor memory is copied. Pure.
#ifndef PORTCULLIS_CONTROLLER_POLICY_SLAB_H_
#define PORTCULLIS_CONTROLLER_POLICY_SLAB_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace portcullis::policy {

/// The number that no value has.
inline constexpr uint32_t kNone = UINT32_MAX;

template <typename T>
class Slab {
 public:
  /// The number of the value from now on.
  uint32_t Add(T value) {
    if (free_.empty()) {
      Grow();
    }
    const uint32_t id = free_.back();
    free_.pop_back();
    (*this)[id] = std::move(value);
    return id;
  }

  /// REQUIRES: `id` is in use.
  void Remove(uint32_t id) {
    (*this)[id] = T{};
    free_.push_back(id);
  }

  /// REQUIRES: `id` is in use.
  [[nodiscard]] T& operator[](uint32_t id) { return (*pieces_[id / kPiece])[id % kPiece]; }
  [[nodiscard]] const T& operator[](uint32_t id) const {
    return (*pieces_[id / kPiece])[id % kPiece];
  }

  [[nodiscard]] size_t size() const { return pieces_.size() * kPiece - free_.size(); }

 private:
  static constexpr uint32_t kPiece = 128;

  void Grow() {
    const auto first = static_cast<uint32_t>(pieces_.size() * kPiece);
    pieces_.push_back(std::make_unique<std::array<T, kPiece>>());
    for (uint32_t id = first + kPiece; id > first; --id) {
      free_.push_back(id - 1);
    }
  }

  std::vector<std::unique_ptr<std::array<T, kPiece>>> pieces_;
  std::vector<uint32_t> free_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_SLAB_H_
