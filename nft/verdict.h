// SPDX-License-Identifier: Apache-2.0
//
// Verdict ↔ the kernel's code for it, for rules (expr_encode, expr_decode) and for the elements of
// verdict maps (element). Pure.
#ifndef PORTCULLIS_NFT_VERDICT_H_
#define PORTCULLIS_NFT_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "nft/ruleset.h"

namespace portcullis::nft {

/// NFTA_VERDICT_CODE: a negative number, as an attribute carries it.
[[nodiscard]] uint32_t VerdictCode(VerdictKind kind);

/// Nothing for codes that this program never writes (queue, continue).
[[nodiscard]] std::optional<Verdict> VerdictOf(uint32_t code, std::string chain);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_VERDICT_H_
