// SPDX-License-Identifier: Apache-2.0
//
// See fields.h.
#include "nft/fields.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

namespace portcullis::nft {
namespace {

constexpr uint32_t kNetwork = NFT_PAYLOAD_NETWORK_HEADER;
constexpr uint32_t kTransport = NFT_PAYLOAD_TRANSPORT_HEADER;
constexpr uint8_t kOriginal = kCtOriginal;
constexpr uint8_t kReply = kCtReply;

Load Meta(Field field, uint32_t key, uint32_t size) {
  return Load{field, Loader::kMeta, key, 0, {}, size, false, 0, 0};
}

Load Ct(Field field, uint32_t key, uint32_t size) {
  return Load{field, Loader::kCt, key, 0, {}, size, false, 0, 0};
}

Load Tuple(Field field, uint32_t key, uint8_t direction, uint32_t size) {
  return Load{field, Loader::kCt, key, 0, direction, size, true, 0, 0};
}

Load Payload(Field field, uint32_t base, uint32_t offset, uint32_t size, uint8_t family) {
  return Load{field, Loader::kPayload, offset, base, {}, size, true, family, 0};
}

Load Icmpv6(Field field, uint32_t offset, uint32_t size) {
  return Load{
      field, Loader::kPayload, offset, kTransport, {}, size, true, NFPROTO_IPV6, IPPROTO_ICMPV6};
}

Load Fib(Field field, uint32_t result, uint32_t flags) {
  return Load{field, Loader::kFib, result, flags, {}, 4, false, 0, 0};
}

/// In the order of Field.
const std::array<Load, 16>& Loads() {
  static const std::array<Load, 16> kLoads = {
      Meta(Field::kL4Proto, NFT_META_L4PROTO, 1),
      Payload(Field::kIpSaddr, kNetwork, 12, 4, NFPROTO_IPV4),
      Payload(Field::kIpDaddr, kNetwork, 16, 4, NFPROTO_IPV4),
      Payload(Field::kIp6Saddr, kNetwork, 8, 16, NFPROTO_IPV6),
      Payload(Field::kIp6Daddr, kNetwork, 24, 16, NFPROTO_IPV6),
      Payload(Field::kThDport, kTransport, 2, 2, 0),
      Icmpv6(Field::kIcmpv6Type, 0, 1),
      Tuple(Field::kCtOriginalIpSaddr, NFT_CT_SRC_IP, kOriginal, 4),
      Tuple(Field::kCtOriginalIp6Saddr, NFT_CT_SRC_IP6, kOriginal, 16),
      Tuple(Field::kCtReplyIpSaddr, NFT_CT_SRC_IP, kReply, 4),
      Tuple(Field::kCtReplyIp6Saddr, NFT_CT_SRC_IP6, kReply, 16),
      Tuple(Field::kCtReplyProtoSrc, NFT_CT_PROTO_SRC, kReply, 2),
      Ct(Field::kCtMark, NFT_CT_MARK, 4),
      Ct(Field::kCtState, NFT_CT_STATE, 4),
      Ct(Field::kCtDirection, NFT_CT_DIRECTION, 1),
      Fib(Field::kFibSaddrType, NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_F_SADDR),
  };
  return kLoads;
}

bool InReversedOrder(const Load& load) {
  return !load.network_order && std::endian::native == std::endian::little;
}

}  // namespace

const Load& LoadOf(Field field) {
  return Loads().at(static_cast<size_t>(field));
}

std::optional<Field> FieldOf(const Load& load) {
  for (const Load& known : Loads()) {
    if (known.loader == load.loader && known.key == load.key && known.base == load.base &&
        known.direction == load.direction && (load.size == 0 || known.size == load.size)) {
      return known.field;
    }
  }
  return std::nullopt;
}

std::optional<Family> FlowAddressFamily(Field field) {
  if (field == Field::kCtOriginalIpSaddr || field == Field::kCtReplyIpSaddr) {
    return Family::kIpv4;
  }
  if (field == Field::kCtOriginalIp6Saddr || field == Field::kCtReplyIp6Saddr) {
    return Family::kIpv6;
  }
  return std::nullopt;
}

IpAddress PrefixMask(const Cidr& block) {
  const std::string ones(block.address.size(), '\xff');
  return IpAddress::FromBytes(ones)->FirstOf(block.prefix);
}

std::optional<Cidr> BlockOf(std::string_view mask, std::string_view address) {
  const auto first = IpAddress::FromBytes(address);
  if (!first || mask.size() != address.size()) {
    return std::nullopt;
  }
  for (unsigned prefix = 0; prefix <= 8 * mask.size(); ++prefix) {
    const Cidr block{*first, static_cast<uint8_t>(prefix)};
    if (PrefixMask(block).Bytes() == mask) {
      return first->FirstOf(prefix) == *first ? std::optional(block) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string ToRegister(const Load& load, uint32_t value) {
  std::string bytes(load.size, '\0');
  for (size_t i = 0; i < std::min<size_t>(load.size, sizeof(value)); ++i) {
    bytes.at(load.size - 1 - i) = static_cast<char>(value >> (8 * i));
  }
  if (InReversedOrder(load)) {
    std::reverse(bytes.begin(), bytes.end());
  }
  return bytes;
}

std::optional<uint32_t> FromRegister(const Load& load, std::string_view bytes) {
  std::string ordered(bytes);
  if (InReversedOrder(load)) {
    std::reverse(ordered.begin(), ordered.end());
  }
  uint64_t value = 0;
  for (const char byte : ordered) {
    value = value << 8U | static_cast<unsigned char>(byte);
    if (value > UINT32_MAX) {
      return std::nullopt;
    }
  }
  if (ordered.size() != load.size) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(value);
}

}  // namespace portcullis::nft
