// SPDX-License-Identifier: Apache-2.0
//
// How the kernel loads each Field into a register: the one table that expr_encode writes by and
// expr_decode reads by. Pure data.
#ifndef PORTCULLIS_NFT_FIELDS_H_
#define PORTCULLIS_NFT_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "nft/ruleset.h"

namespace portcullis::nft {

/// The kernel's expressions that load something.
enum class Loader : uint8_t { kMeta, kCt, kPayload, kFib };

struct Load {
  Field field = Field::kL4Proto;
  Loader loader = Loader::kMeta;
  uint32_t key = 0;   ///< Of meta and ct: which; of payload: the offset; of fib: the result.
  uint32_t base = 0;  ///< Of payload: the header; of fib: the flags.
  std::optional<uint8_t> direction;  ///< Of ct.
  uint32_t size = 0;                 ///< In bytes.
  bool network_order = false;        ///< Else the host's.
  /// What must hold before the load makes sense, since the headers' layouts differ: `meta nfproto`
  /// and `meta l4proto`; 0 for nothing.
  uint8_t family = 0;
  uint8_t protocol = 0;
};

[[nodiscard]] const Load& LoadOf(Field field);

/// The field that is loaded like that; only `field` itself and the derived members (order, family,
/// protocol) are not looked at.
[[nodiscard]] std::optional<Field> FieldOf(const Load& load);

/// The family of a flow's addresses that a field holds; nothing for another field, one of a
/// packet's header too.
[[nodiscard]] std::optional<Family> FlowAddressFamily(Field field);

/// The bits that all addresses of the block have in common, as an address.
[[nodiscard]] IpAddress PrefixMask(const Cidr& block);
/// The block of the addresses that are `address` where `mask` has bits; nothing where the mask is
/// of no prefix, or where the address has bits outside.
[[nodiscard]] std::optional<Cidr> BlockOf(std::string_view mask, std::string_view address);

/// `value` as the register holds it.
[[nodiscard]] std::string ToRegister(const Load& load, uint32_t value);

/// The value that a register's bytes stand for; nothing where it does not fit.
[[nodiscard]] std::optional<uint32_t> FromRegister(const Load& load, std::string_view bytes);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_FIELDS_H_
