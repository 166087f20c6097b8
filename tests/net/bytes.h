// SPDX-License-Identifier: Apache-2.0
//
// Numbers in network byte order, put at the end of a packet and read out of one. No bounds are
// checked but those of the string: who reads has looked at the length. Neighbours: sctp_packet and
// the lab's packet build on it.
#ifndef PORTCULLIS_TESTS_NET_BYTES_H_
#define PORTCULLIS_TESTS_NET_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::net {

inline void Put8(std::string& out, unsigned value) {
  out.push_back(static_cast<char>(value & 0xff));
}

inline void Put16(std::string& out, unsigned value) {
  Put8(out, value >> 8);
  Put8(out, value);
}

inline void Put32(std::string& out, uint32_t value) {
  Put16(out, value >> 16);
  Put16(out, value & 0xffff);
}

inline void Set16(std::string& bytes, size_t index, uint16_t value) {
  bytes[index] = static_cast<char>(value >> 8);
  bytes[index + 1] = static_cast<char>(value & 0xff);
}

[[nodiscard]] inline uint8_t Get8(std::string_view bytes, size_t index) {
  return static_cast<uint8_t>(bytes[index]);
}

[[nodiscard]] inline uint16_t Get16(std::string_view bytes, size_t index) {
  return static_cast<uint16_t>(Get8(bytes, index) << 8 | Get8(bytes, index + 1));
}

[[nodiscard]] inline uint32_t Get32(std::string_view bytes, size_t index) {
  return static_cast<uint32_t>(Get16(bytes, index)) << 16 | Get16(bytes, index + 2);
}

}  // namespace portcullis::net

#endif  // PORTCULLIS_TESTS_NET_BYTES_H_
