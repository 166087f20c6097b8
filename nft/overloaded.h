// SPDX-License-Identifier: Apache-2.0
//
// One function object made of several lambdas, for std::visit over the variants of ruleset.h and
// changeset.h. Pure.
#ifndef PORTCULLIS_NFT_OVERLOADED_H_
#define PORTCULLIS_NFT_OVERLOADED_H_

namespace portcullis::nft {

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_OVERLOADED_H_
