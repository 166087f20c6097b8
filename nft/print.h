// SPDX-License-Identifier: Apache-2.0
//
// The canonical text of a ruleset, in nft's own syntax: what `portcullis render` prints, what
// golden tests compare, and what `nft -c -f` (1.0.6) accepts. Pure.
#ifndef PORTCULLIS_NFT_PRINT_H_
#define PORTCULLIS_NFT_PRINT_H_

#include <string>

#include "nft/ruleset.h"

namespace portcullis::nft {

/// The same bytes for equal rulesets, different bytes for different ones. Chains come after the
/// chains and sets they refer to are declared, as nft's parser accepts in any order within one
/// table.
[[nodiscard]] std::string Print(const Ruleset& ruleset);

/// One rule, without indentation:
/// `ct original ip saddr @pods4-abc return comment "default/web ingress[0]"`.
[[nodiscard]] std::string Print(const Rule& rule);

/// One element of `set`: `10.0.0.0/8`, `10.0.0.1 . 80`, `10.0.0.1 comment "default/web" : jump
/// ingress-abc`.
[[nodiscard]] std::string Print(const Set& set, const Element& element);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_PRINT_H_
