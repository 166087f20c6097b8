// SPDX-License-Identifier: Apache-2.0
//
// IP addresses, CIDR blocks and inclusive address ranges as values, for both families, with the set
// arithmetic that ipBlock needs. Pure; the lowest layer. k8s-client/decode parses API strings with
// it, controller/policy computes with it, nft/encode writes its bytes to the kernel.
#ifndef PORTCULLIS_BASE_IP_H_
#define PORTCULLIS_BASE_IP_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

enum class Family : uint8_t { kIpv4, kIpv6 };

/// An IPv4 or IPv6 address in network byte order. IPv4 sorts before IPv6, then by value.
class IpAddress {
 public:
  IpAddress() = default;

  /// Reads dotted decimal or RFC 4291 text. Leading zeros of an octet are read as decimal, never
  /// octal, and an IPv4-mapped IPv6 address (::ffff:a.b.c.d) becomes IPv4: the API server accepts
  /// both spellings (docs/semantics 5.6). Zones ("%eth0") are refused.
  [[nodiscard]] static std::optional<IpAddress> Parse(std::string_view text);

  /// From 4 (IPv4) or 16 (IPv6) bytes in network order; any other size is refused.
  [[nodiscard]] static std::optional<IpAddress> FromBytes(std::string_view bytes);

  [[nodiscard]] Family family() const { return family_; }
  /// The number of bytes of the address: 4 or 16.
  [[nodiscard]] size_t size() const { return family_ == Family::kIpv4 ? 4 : 16; }
  /// The address's bytes in network order, size() of them.
  [[nodiscard]] std::string Bytes() const;
  /// For hash tables: equal for equal addresses.
  [[nodiscard]] size_t Hash() const;
  /// Canonical text (RFC 5952 for IPv6).
  [[nodiscard]] std::string ToString() const;

  /// The address after / before this one; nothing where that would wrap around.
  [[nodiscard]] std::optional<IpAddress> Next() const;
  [[nodiscard]] std::optional<IpAddress> Previous() const;

  /// This address with all bits after the first `prefix` set to 0 / to 1.
  [[nodiscard]] IpAddress FirstOf(unsigned prefix) const;
  [[nodiscard]] IpAddress LastOf(unsigned prefix) const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  Family family_ = Family::kIpv4;
  std::array<uint8_t, 16> bytes_{};  ///< Unused bytes of an IPv4 address are 0.
};

/// All addresses from `first` to `last`, both included. INVARIANT: one family, first <= last.
struct AddressRange {
  IpAddress first;
  IpAddress last;

  auto operator<=>(const AddressRange&) const = default;
};

/// An address block; host bits are always 0.
struct Cidr {
  IpAddress address;
  uint8_t prefix = 0;

  /// Reads "address/prefix" with every spelling the API server accepts (docs/semantics 5.6): host
  /// bits set, leading zeros in octets and in the prefix, IPv4-mapped IPv6 (whose prefix must be at
  /// least 96).
  [[nodiscard]] static std::optional<Cidr> Parse(std::string_view text);

  [[nodiscard]] bool Contains(const IpAddress& candidate) const;
  [[nodiscard]] bool Contains(const Cidr& candidate) const;
  [[nodiscard]] AddressRange Range() const;
  [[nodiscard]] std::string ToString() const;

  auto operator<=>(const Cidr&) const = default;
};

/// The same addresses as sorted, disjoint, non-adjacent ranges. Families may be mixed.
[[nodiscard]] std::vector<AddressRange> Merge(std::vector<AddressRange> ranges);

/// The addresses of `from` that are not in `without`, merged.
[[nodiscard]] std::vector<AddressRange> Subtract(const std::vector<AddressRange>& from,
                                                 const std::vector<AddressRange>& without);

}  // namespace portcullis

#endif  // PORTCULLIS_BASE_IP_H_
