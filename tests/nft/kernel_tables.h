// SPDX-License-Identifier: Apache-2.0
//
// Tables of any size for the tests against the kernel, and how they come there and back.
#ifndef PORTCULLIS_TESTS_NFT_KERNEL_TABLES_H_
#define PORTCULLIS_TESTS_NFT_KERNEL_TABLES_H_

#include <cstdint>
#include <string>

#include "nft/mnl_kernel.h"
#include "nft/ruleset.h"

namespace portcullis::test {

inline constexpr char kTable[] = "portcullis";

// Each of these ends the test where it fails.
[[nodiscard]] nft::MnlKernel OpenKernel();
[[nodiscard]] nft::Snapshot DumpOrFail(nft::MnlKernel& kernel);
/// Makes the kernel's table equal to `want`.
nft::Receipt Put(nft::MnlKernel& kernel, const nft::Ruleset& want);
/// Has nft load `text`.
void Load(const std::string& text);

/// The element's key of address 10.x.y.z, whose last three bytes are `number`.
[[nodiscard]] std::string AddressKey(uint32_t number);
/// A table with one plain set, "pods4", of `elements` addresses, each with a long comment, that the
/// one rule of chain "post" looks into.
[[nodiscard]] nft::Ruleset WithBigSet(uint32_t elements);
/// A table with `chains` chains of three rules, reached through a verdict map.
[[nodiscard]] nft::Ruleset WithManyChains(uint32_t chains);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_NFT_KERNEL_TABLES_H_
