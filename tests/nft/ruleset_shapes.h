// SPDX-License-Identifier: Apache-2.0
//
// The shapes and names that random rulesets are made of: few, so that two of them have much in
// common.
#ifndef PORTCULLIS_TESTS_NFT_RULESET_SHAPES_H_
#define PORTCULLIS_TESTS_NFT_RULESET_SHAPES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "nft/ruleset.h"

namespace portcullis::test {

/// A shape of sets, with the fields that can be looked up in one.
struct SetKind {
  const char* name;
  std::vector<nft::KeyType> key;
  bool interval;
  bool verdict_map;
  std::vector<std::vector<nft::Field>> lookups;
};

[[nodiscard]] const std::vector<SetKind>& SetKinds();
/// REQUIRES: a set of one of them.
[[nodiscard]] const SetKind& KindOf(const nft::Set& set);

inline constexpr uint32_t kChains = 8;  ///< Of which the first four are base chains.
inline constexpr uint32_t kBaseChains = 4;
inline constexpr uint32_t kSetsOfKind = 2;

[[nodiscard]] std::string ChainName(uint32_t number);
/// REQUIRES: a name of ChainName().
[[nodiscard]] uint32_t ChainNumber(const std::string& name);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_NFT_RULESET_SHAPES_H_
