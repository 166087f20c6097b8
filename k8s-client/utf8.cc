// SPDX-License-Identifier: Apache-2.0
//
// See utf8.h. Names and labels are ASCII as good as always, which takes no call of the library.
#include "k8s-client/utf8.h"

#include <simdjson.h>

namespace portcullis::k8s {

bool IsUtf8(std::string_view text) {
  unsigned char all = 0;
  for (const char byte : text) {
    all |= static_cast<unsigned char>(byte);
  }
  return all < 0x80 || simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace portcullis::k8s
