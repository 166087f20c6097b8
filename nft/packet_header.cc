// SPDX-License-Identifier: Apache-2.0
//
// See packet_header.h. Layouts: RFC 791 (IPv4), RFC 8200 (IPv6 and its extension headers), RFC 4302
// (authentication header). Every access is through Bytes, which knows where the packet ends.
#include "nft/packet_header.h"

#include <cstddef>

namespace portcullis::nft {
namespace {

constexpr uint8_t kIcmp = 1;  // IANA protocol numbers
constexpr uint8_t kTcp = 6;
constexpr uint8_t kUdp = 17;
constexpr uint8_t kIcmpv6 = 58;
constexpr uint8_t kSctp = 132;

constexpr uint8_t kHopByHop = 0;  // IPv6 extension headers, of the same list
constexpr uint8_t kRouting = 43;
constexpr uint8_t kFragment = 44;
constexpr uint8_t kAuthentication = 51;
constexpr uint8_t kDestinationOptions = 60;
constexpr uint8_t kMobility = 135;

constexpr size_t kIpv4HeaderMin = 20;
constexpr size_t kIpv6Header = 40;
constexpr size_t kTcpFlagsAt = 13;

/// A packet's bytes from some place on.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  [[nodiscard]] std::optional<uint8_t> Byte(size_t at) const {
    return at < bytes_.size() ? std::optional(static_cast<uint8_t>(bytes_[at])) : std::nullopt;
  }
  [[nodiscard]] std::optional<uint16_t> Short(size_t at) const {
    const auto high = Byte(at);
    const auto low = Byte(at + 1);
    return high && low ? std::optional(static_cast<uint16_t>(*high << 8U | *low)) : std::nullopt;
  }
  [[nodiscard]] std::optional<IpAddress> Address(size_t at, size_t size) const {
    return at + size <= bytes_.size() ? IpAddress::FromBytes(bytes_.substr(at, size))
                                      : std::nullopt;
  }
  [[nodiscard]] Bytes From(size_t at) const {
    return Bytes(at <= bytes_.size() ? bytes_.substr(at) : std::string_view());
  }

 private:
  std::string_view bytes_;
};

/// What the transport's header says; `header` knows the protocol already.
void ReadTransport(const Bytes& body, PacketHeader& header) {
  switch (*header.protocol) {
    case kTcp:
      header.tcp_flags = body.Byte(kTcpFlagsAt);
      [[fallthrough]];
    case kUdp:
    case kSctp:
      header.source_port = body.Short(0);
      header.destination_port = body.Short(2);
      break;
    case kIcmp:
    case kIcmpv6:
      header.icmp_type = body.Byte(0);
      header.icmp_code = body.Byte(1);
      break;
    default:
      break;
  }
}

std::optional<PacketHeader> ReadIpv4(const Bytes& packet) {
  const auto source = packet.Address(12, 4);
  const auto destination = packet.Address(16, 4);
  const size_t size = size_t{4} * (packet.Byte(0).value_or(0) & 0x0fU);
  if (!source || !destination || size < kIpv4HeaderMin) {
    return std::nullopt;
  }
  PacketHeader header;
  header.source = *source;
  header.destination = *destination;
  header.protocol = packet.Byte(9);
  header.later_fragment = (packet.Short(6).value_or(0) & 0x1fffU) != 0;
  if (!header.later_fragment) {
    ReadTransport(packet.From(size), header);
  }
  return header;
}

/// The size of the extension header `type` that `extension` begins with; nothing where `type` is
/// none, or where its size is not there.
std::optional<size_t> ExtensionSize(uint8_t type, const Bytes& extension) {
  const auto length = extension.Byte(1);
  switch (type) {
    case kFragment:
      return 8;
    case kAuthentication:
      return length ? std::optional(4 * (size_t{*length} + 2)) : std::nullopt;
    case kHopByHop:
    case kRouting:
    case kDestinationOptions:
    case kMobility:
      return length ? std::optional(8 * (size_t{*length} + 1)) : std::nullopt;
    default:
      return std::nullopt;
  }
}

bool IsExtension(uint8_t type) {
  return ExtensionSize(type, Bytes(std::string_view("\0\0", 2))).has_value();
}

std::optional<PacketHeader> ReadIpv6(const Bytes& packet) {
  const auto source = packet.Address(8, 16);
  const auto destination = packet.Address(24, 16);
  if (!source || !destination) {
    return std::nullopt;
  }
  PacketHeader header;
  header.source = *source;
  header.destination = *destination;
  auto next = packet.Byte(6);
  Bytes rest = packet.From(kIpv6Header);
  while (next && IsExtension(*next) && !header.later_fragment) {
    const auto size = ExtensionSize(*next, rest);
    header.later_fragment = *next == kFragment && (rest.Short(2).value_or(0) & 0xfff8U) != 0;
    next = rest.Byte(0);
    rest = rest.From(size.value_or(SIZE_MAX));
  }
  header.protocol = next;
  if (next && !header.later_fragment) {
    ReadTransport(rest, header);
  }
  return header;
}

}  // namespace

std::optional<PacketHeader> ReadPacketHeader(std::string_view bytes) {
  const Bytes packet(bytes);
  switch (packet.Byte(0).value_or(0) >> 4U) {
    case 4:
      return ReadIpv4(packet);
    case 6:
      return ReadIpv6(packet);
    default:
      return std::nullopt;
  }
}

}  // namespace portcullis::nft
