// SPDX-License-Identifier: Apache-2.0
//
// The short digest that names of kernel objects are derived from. Pure; the lowest layer.
#ifndef PORTCULLIS_BASE_HASH_H_
#define PORTCULLIS_BASE_HASH_H_

#include <string>
#include <string_view>

namespace portcullis {

/// The first 80 bits of the SHA-256 of `text`, as 16 characters of [a-z2-7] (RFC 4648 base32, lower
/// case). A cryptographic digest, because users choose the text: nobody can make two sets of
/// different meaning share a name.
[[nodiscard]] std::string ShortDigest(std::string_view text);

}  // namespace portcullis

#endif  // PORTCULLIS_BASE_HASH_H_
