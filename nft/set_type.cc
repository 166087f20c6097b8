// SPDX-License-Identifier: Apache-2.0
//
// See set_type.h.
#include "nft/set_type.h"

#include <algorithm>
#include <array>
#include <utility>

#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "nft/userdata.h"

namespace portcullis::nft {
namespace {

constexpr uint32_t kTypeBits = 6;
constexpr uint32_t kTypeMask = (1U << kTypeBits) - 1;
/// BYTEORDER_BIG_ENDIAN of nft's include/datatype.h: all our key types are in network order.
constexpr uint32_t kBigEndian = 2;

/// enum datatypes of nft's include/datatype.h.
constexpr std::array kKeyTypes = {std::pair{KeyType::kIpv4Addr, 7U},
                                  std::pair{KeyType::kIpv6Addr, 8U},
                                  std::pair{KeyType::kInetService, 13U},
                                  std::pair{KeyType::kIcmpv6Type, 29U}};

constexpr std::array kHooks = {std::pair{Hook::kInput, uint32_t{NF_INET_LOCAL_IN}},
                               std::pair{Hook::kForward, uint32_t{NF_INET_FORWARD}},
                               std::pair{Hook::kOutput, uint32_t{NF_INET_LOCAL_OUT}},
                               std::pair{Hook::kPostrouting, uint32_t{NF_INET_POST_ROUTING}}};

}  // namespace

uint32_t SetFlags(const Set& set) {
  return (set.interval ? uint32_t{NFT_SET_INTERVAL} : 0U) |
         (set.verdict_map ? uint32_t{NFT_SET_MAP} : 0U);
}

uint32_t PackKeyType(const std::vector<KeyType>& key) {
  uint32_t packed = 0;
  for (const KeyType part : key) {
    const auto* known = std::find_if(
        kKeyTypes.begin(), kKeyTypes.end(), [&](const auto& type) { return type.first == part; });
    packed = packed << kTypeBits | known->second;
  }
  return packed;
}

std::optional<std::vector<KeyType>> UnpackKeyType(uint32_t packed) {
  std::vector<KeyType> key;
  for (; packed != 0; packed >>= kTypeBits) {
    const auto* known = std::find_if(kKeyTypes.begin(), kKeyTypes.end(), [&](const auto& type) {
      return type.second == (packed & kTypeMask);
    });
    if (known == kKeyTypes.end()) {
      return std::nullopt;
    }
    key.insert(key.begin(), known->first);
  }
  return key;
}

std::string SetUserdata(const Set& set) {
  std::string userdata;
  PutNumber(userdata, NFTNL_UDATA_SET_KEYBYTEORDER, kBigEndian);
  PutComment(userdata, NFTNL_UDATA_SET_COMMENT, set.comment);
  return userdata;
}

uint32_t HookNumber(Hook hook) {
  const auto* known = std::find_if(
      kHooks.begin(), kHooks.end(), [&](const auto& entry) { return entry.first == hook; });
  return known->second;
}

std::optional<Hook> HookOf(uint32_t number) {
  for (const auto& [hook, known] : kHooks) {
    if (known == number) {
      return hook;
    }
  }
  return std::nullopt;
}

}  // namespace portcullis::nft
