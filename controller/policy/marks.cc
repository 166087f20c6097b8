// SPDX-License-Identifier: Apache-2.0
//
// See marks.h.
#include "controller/policy/marks.h"

#include <charconv>
#include <optional>
#include <string>

namespace portcullis::policy {
namespace {

/// The 32-bit number that all of `text` spells.
std::optional<uint32_t> ParseNumber(std::string_view text) {
  const bool hex = text.substr(0, 2) == "0x" || text.substr(0, 2) == "0X";
  if (hex) {
    text.remove_prefix(2);
  }
  uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

Result<MarkLayout> MarkLayout::FromMask(uint32_t mask) {
  const auto shift = mask == 0 ? 0U : static_cast<uint32_t>(__builtin_ctz(mask));
  const uint64_t run = mask >> shift;
  if (run < 3 || (run & (run + 1)) != 0) {
    return Fail(ErrorCode::kInvalidArgument,
                "the conntrack mark's mask must be one unbroken run of at least 2 bits");
  }
  MarkLayout layout;
  layout.mask_ = mask;
  layout.shift_ = shift;
  return layout;
}

Result<MarkLayout> MarkLayout::Parse(std::string_view text) {
  const auto mask = ParseNumber(text);
  if (!mask) {
    return Fail(ErrorCode::kInvalidArgument,
                "\"" + std::string(text) + "\" is no 32-bit number such as 0xff000000");
  }
  return FromMask(*mask);
}

}  // namespace portcullis::policy
