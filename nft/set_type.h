// SPDX-License-Identifier: Apache-2.0
//
// The shape of sets and chains ↔ the kernel's and nft's numbers for it. Pure; used by encode and
// decode.
#ifndef PORTCULLIS_NFT_SET_TYPE_H_
#define PORTCULLIS_NFT_SET_TYPE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nft/ruleset.h"

namespace portcullis::nft {

/// NFTA_SET_FLAGS.
[[nodiscard]] uint32_t SetFlags(const Set& set);

/// NFTA_SET_KEY_TYPE: nft's numbers of the parts' types, 6 bits each, the first part highest. The
/// kernel only keeps it.
[[nodiscard]] uint32_t PackKeyType(const std::vector<KeyType>& key);
/// Nothing where a part is of another type.
[[nodiscard]] std::optional<std::vector<KeyType>> UnpackKeyType(uint32_t packed);

/// NFTA_SET_USERDATA as nft writes it: the key's byte order and the comment.
[[nodiscard]] std::string SetUserdata(const Set& set);

/// NFTA_HOOK_HOOKNUM.
[[nodiscard]] uint32_t HookNumber(Hook hook);
[[nodiscard]] std::optional<Hook> HookOf(uint32_t number);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_SET_TYPE_H_
