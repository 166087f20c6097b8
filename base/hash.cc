// SPDX-License-Identifier: Apache-2.0
//
// See hash.h.
#include "base/hash.h"

#include <array>

#include <openssl/sha.h>

namespace portcullis {
namespace {

constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
constexpr size_t kDigestBytes = 10;  // 80 bits: 16 base32 characters without padding.

}  // namespace

std::string ShortDigest(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  const std::string bytes(text);
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string encoded;
  unsigned buffer = 0;
  unsigned bits = 0;
  for (size_t i = 0; i < kDigestBytes; ++i) {
    buffer = (buffer << 8U) | digest.at(i);
    for (bits += 8; bits >= 5; bits -= 5) {
      encoded.push_back(kAlphabet.at((buffer >> (bits - 5)) & 0x1fU));
    }
  }
  return encoded;
}

}  // namespace portcullis
