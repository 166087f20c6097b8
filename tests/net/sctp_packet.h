// SPDX-License-Identifier: Apache-2.0
//
// SCTP packets (RFC 9260) as values and as bytes, as far as a handshake, short messages and a
// shutdown need them. It knows no order of packets: that is agnhost's association. Pure.
// Neighbours: the lab's probes send single chunks of it, tests/cluster/agnhost whole associations.
#ifndef PORTCULLIS_TESTS_NET_SCTP_PACKET_H_
#define PORTCULLIS_TESTS_NET_SCTP_PACKET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::net {

/// Types that are not here may stand in a received packet.
enum class ChunkType : uint8_t {
  kData = 0,
  kInit = 1,
  kInitAck = 2,
  kSack = 3,
  kHeartbeat = 4,
  kHeartbeatAck = 5,
  kAbort = 6,
  kShutdown = 7,
  kShutdownAck = 8,
  kCookieEcho = 10,
  kCookieAck = 11,
  kShutdownComplete = 14,
};

/// In ABORT and SHUTDOWN COMPLETE: the verification tag is the receiver's peer's (8.5.1).
inline constexpr uint8_t kReflectedTag = 1;

struct Chunk {
  ChunkType type = ChunkType::kData;
  uint8_t flags = 0;
  std::string value;  ///< What follows type, flags and length, without padding.

  bool operator==(const Chunk&) const = default;
};

struct SctpPacket {
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t verification_tag = 0;  ///< 0 with an INIT alone.
  std::vector<Chunk> chunks;

  bool operator==(const SctpPacket&) const = default;
};

/// From the SCTP header on, with padding and the right CRC32c.
[[nodiscard]] std::string Encode(const SctpPacket& packet);
/// Nothing where `bytes` is no packet, or damaged: a wrong CRC32c, a chunk longer than what is
/// left, no chunk at all.
[[nodiscard]] std::optional<SctpPacket> DecodeSctpPacket(std::string_view bytes);

/// What INIT and INIT ACK carry.
struct Init {
  uint32_t tag = 0;  ///< What the sender wants to see as verification tag. Never 0.
  uint32_t first_tsn = 0;
  std::optional<std::string> cookie;  ///< In INIT ACK alone, and always there.

  bool operator==(const Init&) const = default;
};
/// An INIT, or with a cookie an INIT ACK; of one stream each way.
[[nodiscard]] Chunk ToChunk(const Init& init);
/// Nothing where `chunk` is neither, or lacks what it must have.
[[nodiscard]] std::optional<Init> InitFrom(const Chunk& chunk);

/// A whole message; fragments are not supported.
struct Data {
  uint32_t tsn = 0;
  uint16_t sequence = 0;
  std::string message;  ///< Never empty.

  bool operator==(const Data&) const = default;
};
[[nodiscard]] Chunk ToChunk(const Data& data);
[[nodiscard]] std::optional<Data> DataFrom(const Chunk& chunk);

/// Acknowledges every message up to `tsn`.
[[nodiscard]] Chunk SackOf(uint32_t tsn);
/// The same, and no more will be sent.
[[nodiscard]] Chunk ShutdownOf(uint32_t tsn);
/// The TSN that a SACK or SHUTDOWN acknowledges.
[[nodiscard]] std::optional<uint32_t> AcknowledgedBy(const Chunk& chunk);

[[nodiscard]] uint32_t Crc32c(std::string_view bytes);

}  // namespace portcullis::net

#endif  // PORTCULLIS_TESTS_NET_SCTP_PACKET_H_
