// SPDX-License-Identifier: Apache-2.0
//
// See base64.h.
#include "base/base64.h"

#include <openssl/evp.h>

namespace portcullis {
namespace {

constexpr size_t kBytes = 3;       // Of a group...
constexpr size_t kCharacters = 4;  // ...and what it is written as.
constexpr std::string_view kBlanks = " \n\r";
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const unsigned char* Octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* Octets(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

std::string WithoutBlanks(std::string_view text) {
  std::string dense(text);
  std::erase_if(dense, [](char c) { return kBlanks.find(c) != std::string_view::npos; });
  return dense;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  const size_t size = kCharacters * ((bytes.size() + kBytes - 1) / kBytes);
  std::string text(size + 1, '\0');  // It writes a NUL behind them.
  EVP_EncodeBlock(Octets(text), Octets(bytes), static_cast<int>(bytes.size()));
  text.resize(size);
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  const std::string dense = WithoutBlanks(text);
  const size_t digits = dense.find_last_not_of('=') + 1;
  const size_t padding = dense.size() - digits;
  // The library takes more than these for base64, and ends at what it does not.
  if (dense.size() % kCharacters != 0 || padding >= kBytes ||
      dense.find_first_not_of(kAlphabet) < digits) {
    return std::nullopt;
  }
  std::string bytes(dense.size() / kCharacters * kBytes, '\0');
  if (EVP_DecodeBlock(Octets(bytes), Octets(dense), static_cast<int>(dense.size())) < 0) {
    return std::nullopt;
  }
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace portcullis
