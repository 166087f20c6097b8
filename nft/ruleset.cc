// SPDX-License-Identifier: Apache-2.0
//
// See ruleset.h.
#include "nft/ruleset.h"

#include <algorithm>

namespace portcullis::nft {
namespace {

constexpr char kEllipsis[] = "...";

bool IsUnquotable(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f || c == '"';
}

/// Whether the byte is one of a UTF-8 character's bytes behind its first.
bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
}

}  // namespace

size_t KeySize(KeyType type) {
  switch (type) {
    case KeyType::kIpv4Addr:
      return 4;
    case KeyType::kIpv6Addr:
      return 16;
    case KeyType::kInetService:
      return 2;
    case KeyType::kIcmpv6Type:
      return 1;
  }
  return 0;
}

size_t KeySize(const std::vector<KeyType>& key) {
  size_t size = 0;
  for (const KeyType part : key) {
    size += KeySize(part);
  }
  return size;
}

std::string FitComment(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), IsUnquotable), text.end());
  if (text.size() <= kCommentMax) {
    return text;
  }
  size_t end = kCommentMax - (sizeof(kEllipsis) - 1);
  while (end > 0 && IsContinuation(text.at(end))) {
    --end;
  }
  return text.substr(0, end) + kEllipsis;
}

}  // namespace portcullis::nft
