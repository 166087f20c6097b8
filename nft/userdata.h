// SPDX-License-Identifier: Apache-2.0
//
// The user data that nft keeps with kernel objects: comments, and how to show the keys of a set.
// Bytes in, bytes out; used by encode and decode.
//
// Grammar: any number of { u8 type, u8 length, byte[length] }. The numbers of the types differ per
// kind of object (libnftnl/udata.h).
#ifndef PORTCULLIS_NFT_USERDATA_H_
#define PORTCULLIS_NFT_USERDATA_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::nft {

/// Appends `comment`, NUL included as nft has it, as an item of `type`; an empty one not at all.
void PutComment(std::string& userdata, uint8_t type, const std::string& comment);

/// Appends a number in the host's byte order, as nft has it.
void PutNumber(std::string& userdata, uint8_t type, uint32_t number);

/// The comment of `type`; empty where there is none.
[[nodiscard]] std::string GetComment(std::string_view userdata, uint8_t type);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_USERDATA_H_
