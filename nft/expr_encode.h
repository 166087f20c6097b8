// SPDX-License-Identifier: Apache-2.0
//
// Statement → the kernel's expressions. No socket, no messages: encode.h puts the rule into one.
// The inverse is expr_decode.h.
#ifndef PORTCULLIS_NFT_EXPR_ENCODE_H_
#define PORTCULLIS_NFT_EXPR_ENCODE_H_

#include <vector>

#include <libnftnl/rule.h>

#include "base/result.h"
#include "nft/ruleset.h"

namespace portcullis::nft {

/// Appends what `statements` are for the kernel to `rule`, as nft itself would write them, so that
/// nft lists them well. ERRORS: kInvalidArgument for a statement outside the contracts of ruleset.h
/// (Foreign, bits outside a mask, a value too large for its field) and for more expressions than
/// the kernel takes in one rule (128).
[[nodiscard]] Result<void> EncodeStatements(const std::vector<Statement>& statements,
                                            nftnl_rule* rule);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_EXPR_ENCODE_H_
