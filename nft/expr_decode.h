// SPDX-License-Identifier: Apache-2.0
//
// The kernel's expressions → statements: the inverse of expr_encode.h, which also understands what
// nft itself writes for the same statements. No socket.
#ifndef PORTCULLIS_NFT_EXPR_DECODE_H_
#define PORTCULLIS_NFT_EXPR_DECODE_H_

#include <vector>

#include <libnftnl/rule.h>

#include "nft/ruleset.h"

namespace portcullis::nft {

/// The rule's statements; just one Foreign where any part of it is nothing that this program
/// writes.
[[nodiscard]] std::vector<Statement> DecodeStatements(const nftnl_rule* rule);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_EXPR_DECODE_H_
