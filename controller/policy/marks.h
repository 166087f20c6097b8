// SPDX-License-Identifier: Apache-2.0
//
// The part of the conntrack mark that is ours, and what its values mean. Pure.
// A flow's value is 0 (not judged), the generation of the rules that allowed it, or Local() for a
// flow that the node itself made. A change of the rules that takes something away raises the
// generation, so that every flow is judged again at its next packet (docs/architecture.md,
// "Established flows").
#ifndef PORTCULLIS_CONTROLLER_POLICY_MARKS_H_
#define PORTCULLIS_CONTROLLER_POLICY_MARKS_H_

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace portcullis::policy {

class MarkLayout {
 public:
  static constexpr uint32_t kDefaultMask = 0xff000000;

  /// The default mask: 8 bits, 254 generations.
  MarkLayout() = default;

  /// ERRORS: kInvalidArgument unless the mask is one unbroken run of at least 2 bits.
  [[nodiscard]] static Result<MarkLayout> FromMask(uint32_t mask);
  /// Reads "0xff000000" or decimal. ERRORS: as FromMask.
  [[nodiscard]] static Result<MarkLayout> Parse(std::string_view text);

  [[nodiscard]] uint32_t mask() const { return mask_; }
  /// The mark bits of generation `number`. REQUIRES: 1 <= number <= generations().
  [[nodiscard]] uint32_t Generation(uint32_t number) const { return number << shift_; }
  /// The generation number in `mark`: 0 where there is none, generations() + 1 for Local().
  [[nodiscard]] uint32_t Number(uint32_t mark) const { return (mark & mask_) >> shift_; }
  /// The mark bits of a flow made by the node itself (9.1).
  [[nodiscard]] uint32_t Local() const { return mask_; }
  /// How many generation numbers there are: 1 ... generations().
  [[nodiscard]] uint32_t generations() const { return (mask_ >> shift_) - 1; }

 private:
  uint32_t mask_ = kDefaultMask;
  uint32_t shift_ = 24;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_MARKS_H_
