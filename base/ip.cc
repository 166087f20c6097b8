// SPDX-License-Identifier: Apache-2.0
//
// See ip.h. Text is parsed here rather than by inet_pton, which refuses the leading zeros that
// stored objects may carry.
#include "base/ip.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <arpa/inet.h>

namespace portcullis {
namespace {

constexpr unsigned kMappedPrefix = 96;  // ::ffff:0:0/96, RFC 4291 section 2.5.5.2

std::optional<unsigned> ParseDecimal(std::string_view text, unsigned max) {
  if (text.empty() || text.size() > 10) {
    return std::nullopt;
  }
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > max) {
      return std::nullopt;
    }
  }
  return value;
}

std::optional<std::string> ParseIpv4Bytes(std::string_view text) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) {
    const size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) {
      return std::nullopt;
    }
    const auto octet = ParseDecimal(text.substr(0, dot), 255);
    if (!octet) {
      return std::nullopt;
    }
    bytes.push_back(static_cast<char>(*octet));
    text.remove_prefix(i < 3 ? dot + 1 : dot);
  }
  return bytes;
}

std::optional<std::string> ParseIpv6Bytes(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    return std::nullopt;  // inet_pton would read only what stands before it.
  }
  // An IPv4 tail may have leading zeros, which inet_pton refuses: rewrite it canonically first.
  std::string canonical(text);
  const size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find('.', colon) != std::string_view::npos) {
    const auto tail = ParseIpv4Bytes(text.substr(colon + 1));
    if (!tail) {
      return std::nullopt;
    }
    canonical = std::string(text.substr(0, colon + 1)) + IpAddress::FromBytes(*tail)->ToString();
  }
  std::array<char, 16> bytes{};
  if (inet_pton(AF_INET6, canonical.c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  return std::string(bytes.data(), bytes.size());
}

bool IsMapped(std::string_view ipv6) {
  static constexpr std::array<char, 12> kPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\xff', '\xff'};
  return ipv6.substr(0, kPrefix.size()) == std::string_view(kPrefix.data(), kPrefix.size());
}

/// Whether `a`, of one family, ends right before `b` begins, or overlaps it.
bool Touches(const AddressRange& a, const AddressRange& b) {
  if (a.last.family() != b.first.family()) {
    return false;
  }
  const auto next = a.last.Next();
  return !next || b.first <= *next;
}

}  // namespace

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  const bool ipv6 = text.find(':') != std::string_view::npos;
  const auto bytes = ipv6 ? ParseIpv6Bytes(text) : ParseIpv4Bytes(text);
  if (!bytes) {
    return std::nullopt;
  }
  if (ipv6 && IsMapped(*bytes)) {
    return FromBytes(std::string_view(*bytes).substr(kMappedPrefix / 8));
  }
  return FromBytes(*bytes);
}

std::optional<IpAddress> IpAddress::FromBytes(std::string_view bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) {
    return std::nullopt;
  }
  IpAddress address;
  address.family_ = bytes.size() == 4 ? Family::kIpv4 : Family::kIpv6;
  std::memcpy(address.bytes_.data(), bytes.data(), bytes.size());
  return address;
}

size_t IpAddress::Hash() const {
  uint64_t high = 0;
  uint64_t low = 0;
  std::memcpy(&high, bytes_.data(), sizeof(high));
  std::memcpy(&low, bytes_.data() + sizeof(high), sizeof(low));
  uint64_t mixed = (high ^ (low * 0x9e3779b97f4a7c15U)) * 0xbf58476d1ce4e5b9U;
  mixed ^= mixed >> 32U;
  return static_cast<size_t>(mixed * 0x94d049bb133111ebU);
}

std::string IpAddress::Bytes() const {
  std::string bytes(size(), '\0');
  std::memcpy(bytes.data(), bytes_.data(), bytes.size());
  return bytes;
}

std::string IpAddress::ToString() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = family_ == Family::kIpv4 ? AF_INET : AF_INET6;
  inet_ntop(family, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpAddress> IpAddress::Next() const {
  IpAddress next = *this;
  for (size_t i = size(); i-- > 0;) {
    if (++next.bytes_.at(i) != 0) {
      return next;
    }
  }
  return std::nullopt;
}

std::optional<IpAddress> IpAddress::Previous() const {
  IpAddress previous = *this;
  for (size_t i = size(); i-- > 0;) {
    if (previous.bytes_.at(i)-- != 0) {
      return previous;
    }
  }
  return std::nullopt;
}

IpAddress IpAddress::FirstOf(unsigned prefix) const {
  IpAddress first = *this;
  for (unsigned bit = prefix; bit < size() * 8; ++bit) {
    first.bytes_.at(bit / 8) &= static_cast<uint8_t>(~(0x80U >> (bit % 8)));
  }
  return first;
}

IpAddress IpAddress::LastOf(unsigned prefix) const {
  IpAddress last = *this;
  for (unsigned bit = prefix; bit < size() * 8; ++bit) {
    last.bytes_.at(bit / 8) |= static_cast<uint8_t>(0x80U >> (bit % 8));
  }
  return last;
}

std::optional<Cidr> Cidr::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::Parse(address_text);
  const bool ipv6_text = address_text.find(':') != std::string_view::npos;
  auto prefix = ParseDecimal(text.substr(slash + 1), ipv6_text ? 128 : 32);
  if (!address || !prefix) {
    return std::nullopt;
  }
  if (ipv6_text && address->family() == Family::kIpv4) {
    if (*prefix < kMappedPrefix) {
      return std::nullopt;
    }
    *prefix -= kMappedPrefix;
  }
  return Cidr{address->FirstOf(*prefix), static_cast<uint8_t>(*prefix)};
}

bool Cidr::Contains(const IpAddress& candidate) const {
  return candidate.family() == address.family() && candidate.FirstOf(prefix) == address;
}

bool Cidr::Contains(const Cidr& candidate) const {
  return candidate.prefix >= prefix && Contains(candidate.address);
}

AddressRange Cidr::Range() const {
  return {address, address.LastOf(prefix)};
}

std::string Cidr::ToString() const {
  return address.ToString() + "/" + std::to_string(prefix);
}

std::vector<AddressRange> Merge(std::vector<AddressRange> ranges) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<AddressRange> merged;
  for (const AddressRange& range : ranges) {
    if (!merged.empty() && Touches(merged.back(), range)) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

std::vector<AddressRange> Subtract(const std::vector<AddressRange>& from,
                                   const std::vector<AddressRange>& without) {
  std::vector<AddressRange> left = Merge(from);
  for (const AddressRange& hole : Merge(without)) {
    std::vector<AddressRange> next;
    for (const AddressRange& range : left) {
      if (hole.last < range.first || range.last < hole.first) {
        next.push_back(range);
        continue;
      }
      if (range.first < hole.first) {
        next.push_back({range.first, *hole.first.Previous()});
      }
      if (hole.last < range.last) {
        next.push_back({*hole.last.Next(), range.last});
      }
    }
    left = std::move(next);
  }
  return left;
}

}  // namespace portcullis
