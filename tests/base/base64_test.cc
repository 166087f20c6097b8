// SPDX-License-Identifier: Apache-2.0
//
// Base64 against the samples of RFC 4648, section 10, and what is none.
#include "base/base64.h"

#include <utility>
#include <vector>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

TEST_CASE("The samples of RFC 4648 are written and read") {
  const std::vector<std::pair<std::string, std::string>> samples = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : samples) {
    CHECK(EncodeBase64(bytes) == text);
    CHECK(DecodeBase64(text) == bytes);
  }
}

TEST_CASE("All bytes come back, also over broken lines") {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes.push_back(static_cast<char>(byte));
  }
  std::string text = EncodeBase64(bytes);
  CHECK(DecodeBase64(text) == bytes);
  text.insert(64, "\r\n  ");
  CHECK(DecodeBase64(text + "\n") == bytes);
}

TEST_CASE("What is no base64 is refused") {
  for (const char* text : {"Zg", "Zg=", "Z===", "====", "Zm9v=", "Zg==Zg==", "Zm-v", "Zm9\xc3"}) {
    CAPTURE(text);
    CHECK_FALSE(DecodeBase64(text).has_value());
  }
}

}  // namespace
}  // namespace portcullis
