// SPDX-License-Identifier: Apache-2.0
//
// How nft spells the names of fields, types and hooks, and the values of each. Pure. A part of
// print, which puts them together.
#ifndef PORTCULLIS_NFT_SPELLING_H_
#define PORTCULLIS_NFT_SPELLING_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "nft/ruleset.h"

namespace portcullis::nft {

/// "ct original ip saddr"
[[nodiscard]] std::string_view NameOf(Field field);
/// "ipv4_addr"
[[nodiscard]] std::string_view NameOf(KeyType type);
/// "forward"
[[nodiscard]] std::string_view NameOf(Hook hook);

/// "0x0000ff00"
[[nodiscard]] std::string Hex(uint32_t value);

/// By its name where nft has one, as "tcp" for a protocol.
[[nodiscard]] std::string ValueText(Field field, uint32_t value);
/// "invalid,untracked"; bits without a name as one number.
[[nodiscard]] std::string CtStateText(uint32_t bits);
/// One part of an element's key, `bytes` in the order of the network.
[[nodiscard]] std::string PartText(KeyType type, std::string_view bytes);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_SPELLING_H_
