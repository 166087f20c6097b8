// SPDX-License-Identifier: Apache-2.0
//
// See spelling.h. The names are those of nft 1.0.6.
#include "nft/spelling.h"

#include <array>
#include <cstddef>

#include "base/ip.h"

namespace portcullis::nft {
namespace {

struct NamedNumber {
  uint32_t number;
  std::string_view name;
};

constexpr std::array kL4Protocols = {NamedNumber{1, "icmp"},
                                     NamedNumber{6, "tcp"},
                                     NamedNumber{17, "udp"},
                                     NamedNumber{58, "ipv6-icmp"},
                                     NamedNumber{132, "sctp"}};
constexpr std::array kIcmpv6Types = {NamedNumber{1, "destination-unreachable"},
                                     NamedNumber{2, "packet-too-big"},
                                     NamedNumber{3, "time-exceeded"},
                                     NamedNumber{4, "parameter-problem"},
                                     NamedNumber{128, "echo-request"},
                                     NamedNumber{129, "echo-reply"},
                                     NamedNumber{130, "mld-listener-query"},
                                     NamedNumber{131, "mld-listener-report"},
                                     NamedNumber{132, "mld-listener-done"},
                                     NamedNumber{133, "nd-router-solicit"},
                                     NamedNumber{134, "nd-router-advert"},
                                     NamedNumber{135, "nd-neighbor-solicit"},
                                     NamedNumber{136, "nd-neighbor-advert"},
                                     NamedNumber{137, "nd-redirect"},
                                     NamedNumber{143, "mld2-listener-report"}};
constexpr std::array kCtStates = {NamedNumber{kCtStateInvalid, "invalid"},
                                  NamedNumber{kCtStateEstablished, "established"},
                                  NamedNumber{kCtStateRelated, "related"},
                                  NamedNumber{kCtStateNew, "new"},
                                  NamedNumber{kCtStateUntracked, "untracked"}};
constexpr std::array kCtDirections = {NamedNumber{kCtOriginal, "original"},
                                      NamedNumber{kCtReply, "reply"}};
constexpr std::array kFibTypes = {NamedNumber{kFibLocal, "local"}};

template <size_t kSize>
std::string NameOf(const std::array<NamedNumber, kSize>& names, uint32_t number) {
  for (const NamedNumber& entry : names) {
    if (entry.number == number) {
      return std::string(entry.name);
    }
  }
  return std::to_string(number);
}

std::string AddressText(uint32_t value, size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < sizeof(value); ++i) {
    bytes.at(size - 1 - i) = static_cast<char>(value >> (8 * i));
  }
  const auto address = IpAddress::FromBytes(bytes);
  return address ? address->ToString() : "";
}

}  // namespace

std::string_view NameOf(Field field) {
  switch (field) {
    case Field::kL4Proto:
      return "meta l4proto";
    case Field::kIpSaddr:
      return "ip saddr";
    case Field::kIpDaddr:
      return "ip daddr";
    case Field::kIp6Saddr:
      return "ip6 saddr";
    case Field::kIp6Daddr:
      return "ip6 daddr";
    case Field::kThDport:
      return "th dport";
    case Field::kIcmpv6Type:
      return "icmpv6 type";
    case Field::kCtOriginalIpSaddr:
      return "ct original ip saddr";
    case Field::kCtOriginalIp6Saddr:
      return "ct original ip6 saddr";
    case Field::kCtReplyIpSaddr:
      return "ct reply ip saddr";
    case Field::kCtReplyIp6Saddr:
      return "ct reply ip6 saddr";
    case Field::kCtReplyProtoSrc:
      return "ct reply proto-src";
    case Field::kCtMark:
      return "ct mark";
    case Field::kCtState:
      return "ct state";
    case Field::kCtDirection:
      return "ct direction";
    case Field::kFibSaddrType:
      return "fib saddr type";
  }
  return "";
}

std::string_view NameOf(KeyType type) {
  switch (type) {
    case KeyType::kIpv4Addr:
      return "ipv4_addr";
    case KeyType::kIpv6Addr:
      return "ipv6_addr";
    case KeyType::kInetService:
      return "inet_service";
    case KeyType::kIcmpv6Type:
      return "icmpv6_type";
  }
  return "";
}

std::string_view NameOf(Hook hook) {
  switch (hook) {
    case Hook::kInput:
      return "input";
    case Hook::kForward:
      return "forward";
    case Hook::kOutput:
      return "output";
    case Hook::kPostrouting:
      return "postrouting";
  }
  return "";
}

std::string Hex(uint32_t value) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (unsigned shift = 32; shift > 0; shift -= 4) {
    text += kDigits.at((value >> (shift - 4)) & 0xfU);
  }
  return text;
}

std::string ValueText(Field field, uint32_t value) {
  switch (field) {
    case Field::kL4Proto:
      return NameOf(kL4Protocols, value);
    case Field::kIpSaddr:
    case Field::kIpDaddr:
    case Field::kCtOriginalIpSaddr:
    case Field::kCtReplyIpSaddr:
      return AddressText(value, 4);
    case Field::kIp6Saddr:
    case Field::kIp6Daddr:
    case Field::kCtOriginalIp6Saddr:
    case Field::kCtReplyIp6Saddr:
      return AddressText(value, 16);
    case Field::kIcmpv6Type:
      return NameOf(kIcmpv6Types, value);
    case Field::kCtMark:
    case Field::kCtState:
      return Hex(value);
    case Field::kCtDirection:
      return NameOf(kCtDirections, value);
    case Field::kFibSaddrType:
      return NameOf(kFibTypes, value);
    case Field::kThDport:
    case Field::kCtReplyProtoSrc:
      break;
  }
  return std::to_string(value);
}

std::string CtStateText(uint32_t bits) {
  std::string text;
  uint32_t unnamed = bits;
  for (const NamedNumber& state : kCtStates) {
    if ((bits & state.number) != 0) {
      text += (text.empty() ? "" : ",") + std::string(state.name);
      unnamed &= ~state.number;
    }
  }
  if (unnamed != 0 || bits == 0) {
    text += (text.empty() ? "" : ",") + Hex(unnamed);
  }
  return text;
}

std::string PartText(KeyType type, std::string_view bytes) {
  if (type == KeyType::kIpv4Addr || type == KeyType::kIpv6Addr) {
    const auto address = IpAddress::FromBytes(bytes);
    return address ? address->ToString() : "";
  }
  uint32_t number = 0;
  for (const char byte : bytes) {
    number = number << 8U | static_cast<unsigned char>(byte);
  }
  return type == KeyType::kIcmpv6Type ? NameOf(kIcmpv6Types, number) : std::to_string(number);
}

}  // namespace portcullis::nft
