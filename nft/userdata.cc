// SPDX-License-Identifier: Apache-2.0
//
// See userdata.h.
#include "nft/userdata.h"

#include <cstring>

namespace portcullis::nft {

void PutComment(std::string& userdata, uint8_t type, const std::string& comment) {
  if (comment.empty()) {
    return;
  }
  userdata += static_cast<char>(type);
  userdata += static_cast<char>(comment.size() + 1);
  userdata.append(comment.c_str(), comment.size() + 1);
}

void PutNumber(std::string& userdata, uint8_t type, uint32_t number) {
  std::string bytes(sizeof(number), '\0');
  std::memcpy(bytes.data(), &number, sizeof(number));
  userdata += static_cast<char>(type);
  userdata += static_cast<char>(bytes.size());
  userdata += bytes;
}

std::string GetComment(std::string_view userdata, uint8_t type) {
  while (userdata.size() >= 2) {
    const auto item_type = static_cast<uint8_t>(userdata[0]);
    const auto size = static_cast<uint8_t>(userdata[1]);
    const std::string_view value = userdata.substr(2, size);
    if (item_type == type) {
      return std::string(value.substr(0, value.find('\0')));
    }
    userdata.remove_prefix(2 + value.size());
  }
  return {};
}

}  // namespace portcullis::nft
