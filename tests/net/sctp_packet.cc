// SPDX-License-Identifier: Apache-2.0
//
// See sctp_packet.h. Where things stand (RFC 9260, sections 3.1 to 3.3):
//
//   packet:   ports(2,2) verification tag(4) CRC32c(4, little-endian) chunks
//   chunk:    type(1) flags(1) length(2, without padding) value, padded to 4
//   INIT:     tag(4) window(4) streams out(2) in(2) first TSN(4) parameters
//   DATA:     TSN(4) stream(2) sequence(2) payload protocol(4) message
//   SACK:     TSN(4) window(4) gaps(2) duplicates(2);  SHUTDOWN: TSN(4)
#include "tests/net/sctp_packet.h"

#include <algorithm>

#include "tests/net/bytes.h"

namespace portcullis::net {
namespace {

constexpr size_t kPacketHeader = 12;
constexpr size_t kCrcAt = 8;
constexpr size_t kChunkHeader = 4;
constexpr size_t kInitBody = 16;
constexpr size_t kDataHeader = 12;
constexpr size_t kSackBody = 12;
constexpr uint32_t kWindow = 65536;
constexpr uint16_t kCookieParameter = 7;
constexpr uint8_t kWholeMessage = 3;  // Begins and ends in this chunk.

size_t Padded(size_t size) {
  return (size + 3) / 4 * 4;
}

/// A length field with what it counts: a chunk, or a parameter of one.
void PutCounted(std::string& out, std::string_view value) {
  Put16(out, static_cast<unsigned>(kChunkHeader + value.size()));
  out += value;
  out.resize(Padded(out.size()));
}

void SetCrc(std::string& packet, uint32_t crc) {
  for (unsigned i = 0; i < 4; ++i) {
    packet[kCrcAt + i] = static_cast<char>(crc >> 8 * i & 0xff);
  }
}

bool CrcIsRight(std::string_view bytes) {
  std::string again(bytes);
  SetCrc(again, 0);
  SetCrc(again, Crc32c(again));
  return again == bytes;
}

/// Takes a chunk, or a parameter, off the front of `bytes`: its first two bytes and its value.
struct Counted {
  uint16_t head = 0;
  std::string_view value;
};
std::optional<Counted> TakeCounted(std::string_view& bytes) {
  const size_t length = bytes.size() < kChunkHeader ? 0 : Get16(bytes, 2);
  if (length < kChunkHeader || length > bytes.size()) {
    return std::nullopt;
  }
  const Counted out{Get16(bytes, 0), bytes.substr(kChunkHeader, length - kChunkHeader)};
  bytes.remove_prefix(std::min(Padded(length), bytes.size()));
  return out;
}

std::optional<std::string> FindCookie(std::string_view parameters) {
  while (const auto parameter = TakeCounted(parameters)) {
    if (parameter->head == kCookieParameter) {
      return std::string(parameter->value);
    }
  }
  return std::nullopt;
}

}  // namespace

uint32_t Crc32c(std::string_view bytes) {
  uint32_t crc = ~0U;
  for (const char byte : bytes) {
    crc ^= static_cast<uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82f63b78U : crc >> 1;
    }
  }
  return ~crc;
}

std::string Encode(const SctpPacket& packet) {
  std::string out;
  Put16(out, packet.source_port);
  Put16(out, packet.destination_port);
  Put32(out, packet.verification_tag);
  Put32(out, 0);
  for (const Chunk& chunk : packet.chunks) {
    Put8(out, static_cast<unsigned>(chunk.type));
    Put8(out, chunk.flags);
    PutCounted(out, chunk.value);
  }
  SetCrc(out, Crc32c(out));
  return out;
}

std::optional<SctpPacket> DecodeSctpPacket(std::string_view bytes) {
  if (bytes.size() < kPacketHeader + kChunkHeader || !CrcIsRight(bytes)) {
    return std::nullopt;
  }
  SctpPacket out{Get16(bytes, 0), Get16(bytes, 2), Get32(bytes, 4), {}};
  bytes.remove_prefix(kPacketHeader);
  while (!bytes.empty()) {
    const auto chunk = TakeCounted(bytes);
    if (!chunk) {
      return std::nullopt;
    }
    out.chunks.push_back(Chunk{static_cast<ChunkType>(chunk->head >> 8),
                               static_cast<uint8_t>(chunk->head & 0xff),
                               std::string(chunk->value)});
  }
  return out;
}

Chunk ToChunk(const Init& init) {
  Chunk out{init.cookie ? ChunkType::kInitAck : ChunkType::kInit, 0, {}};
  Put32(out.value, init.tag);
  Put32(out.value, kWindow);
  Put16(out.value, 1);
  Put16(out.value, 1);
  Put32(out.value, init.first_tsn);
  if (init.cookie) {
    Put16(out.value, kCookieParameter);
    PutCounted(out.value, *init.cookie);
  }
  return out;
}

std::optional<Init> InitFrom(const Chunk& chunk) {
  const bool ack = chunk.type == ChunkType::kInitAck;
  const std::string_view value = chunk.value;
  if ((!ack && chunk.type != ChunkType::kInit) || value.size() < kInitBody ||
      Get32(value, 0) == 0) {
    return std::nullopt;
  }
  Init out{Get32(value, 0), Get32(value, 12), {}};
  if (ack) {
    out.cookie = FindCookie(value.substr(kInitBody));
  }
  return ack && !out.cookie ? std::nullopt : std::optional(out);
}

Chunk ToChunk(const Data& data) {
  Chunk out{ChunkType::kData, kWholeMessage, {}};
  Put32(out.value, data.tsn);
  Put16(out.value, 0);
  Put16(out.value, data.sequence);
  Put32(out.value, 0);
  out.value += data.message;
  return out;
}

std::optional<Data> DataFrom(const Chunk& chunk) {
  if (chunk.type != ChunkType::kData || chunk.value.size() <= kDataHeader) {
    return std::nullopt;
  }
  return Data{Get32(chunk.value, 0), Get16(chunk.value, 6), chunk.value.substr(kDataHeader)};
}

Chunk SackOf(uint32_t tsn) {
  Chunk out{ChunkType::kSack, 0, {}};
  Put32(out.value, tsn);
  Put32(out.value, kWindow);
  Put32(out.value, 0);
  return out;
}

Chunk ShutdownOf(uint32_t tsn) {
  Chunk out{ChunkType::kShutdown, 0, {}};
  Put32(out.value, tsn);
  return out;
}

std::optional<uint32_t> AcknowledgedBy(const Chunk& chunk) {
  const bool sack = chunk.type == ChunkType::kSack && chunk.value.size() >= kSackBody;
  const bool shutdown = chunk.type == ChunkType::kShutdown && chunk.value.size() >= 4;
  return sack || shutdown ? std::optional(Get32(chunk.value, 0)) : std::nullopt;
}

}  // namespace portcullis::net
