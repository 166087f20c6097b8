// SPDX-License-Identifier: Apache-2.0
//
// ShortDigest() against digests made by another program (`printf abc | sha256sum`, `base32`).
#include "base/hash.h"

#include <set>
#include <string>

#include <catch2/catch.hpp>

namespace portcullis::test {

TEST_CASE("the digest is the first 80 bits of SHA-256 in base32") {
  CHECK(ShortDigest("") == "4oymiquy7qobjgx3");
  CHECK(ShortDigest("abc") == "xj4bnp4pahh6uqkb");
}

TEST_CASE("different texts have different digests, of 16 characters that names may have") {
  std::set<std::string> digests;
  for (int i = 0; i < 2000; ++i) {
    const std::string digest = ShortDigest(std::to_string(i));
    CHECK(digest.size() == 16);
    CHECK(digest.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == std::string::npos);
    CHECK(digests.insert(digest).second);
  }
}

TEST_CASE("a text is hashed to its end, zero bytes included") {
  CHECK(ShortDigest(std::string("a\0b", 3)) != ShortDigest(std::string("a\0c", 3)));
}

}  // namespace portcullis::test
