// SPDX-License-Identifier: Apache-2.0
//
// See ruleset_shapes.h.
#include "tests/nft/ruleset_shapes.h"

#include <algorithm>

namespace portcullis::test {

using nft::Field;
using nft::KeyType;

const std::vector<SetKind>& SetKinds() {
  static const std::vector<std::vector<Field>> kIpv4 = {
      {Field::kIpSaddr}, {Field::kIpDaddr}, {Field::kCtOriginalIpSaddr}, {Field::kCtReplyIpSaddr}};
  static const std::vector<std::vector<Field>> kIpv6 = {{Field::kIp6Saddr},
                                                        {Field::kIp6Daddr},
                                                        {Field::kCtOriginalIp6Saddr},
                                                        {Field::kCtReplyIp6Saddr}};
  static const std::vector<SetKind> kKinds = {
      {"pods4", {KeyType::kIpv4Addr}, false, false, kIpv4},
      {"pods6", {KeyType::kIpv6Addr}, false, false, kIpv6},
      {"cidr4", {KeyType::kIpv4Addr}, true, false, kIpv4},
      {"cidr6", {KeyType::kIpv6Addr}, true, false, kIpv6},
      {"ports", {KeyType::kInetService}, true, false, {{Field::kThDport}}},
      {"icmpv6", {KeyType::kIcmpv6Type}, false, false, {{Field::kIcmpv6Type}}},
      {"self4",
       {KeyType::kIpv4Addr, KeyType::kIpv4Addr},
       false,
       false,
       {{Field::kCtOriginalIpSaddr, Field::kCtReplyIpSaddr}, {Field::kIpSaddr, Field::kIpDaddr}}},
      {"self6",
       {KeyType::kIpv6Addr, KeyType::kIpv6Addr},
       false,
       false,
       {{Field::kCtOriginalIp6Saddr, Field::kCtReplyIp6Saddr}}},
      {"cells",
       {KeyType::kInetService},
       false,
       true,
       {{Field::kThDport}, {Field::kCtReplyProtoSrc}}},
      {"ranges",
       {KeyType::kInetService},
       true,
       true,
       {{Field::kThDport}, {Field::kCtReplyProtoSrc}}},
      {"service4",
       {KeyType::kIpv4Addr, KeyType::kInetService},
       false,
       false,
       {{Field::kIpDaddr, Field::kThDport}}},
      {"egress4", {KeyType::kIpv4Addr}, false, true, kIpv4},
      {"egress6", {KeyType::kIpv6Addr}, false, true, kIpv6},
  };
  return kKinds;
}

const SetKind& KindOf(const nft::Set& set) {
  const auto& kinds = SetKinds();
  return *std::find_if(kinds.begin(), kinds.end(), [&](const SetKind& kind) {
    return set.name.compare(0, set.name.find('-'), kind.name) == 0;
  });
}

std::string ChainName(uint32_t number) {
  return "chain-" + std::to_string(number);
}

uint32_t ChainNumber(const std::string& name) {
  return static_cast<uint32_t>(std::stoul(name.substr(name.find('-') + 1)));
}

}  // namespace portcullis::test
