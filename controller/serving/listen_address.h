// SPDX-License-Identifier: Apache-2.0
//
// Where to listen, as the command line says it: "127.0.0.1:10310", "[::1]:10310" or ":10310". A
// value; opens nothing. options parses it, http_server listens there.
#ifndef PORTCULLIS_CONTROLLER_SERVING_LISTEN_ADDRESS_H_
#define PORTCULLIS_CONTROLLER_SERVING_LISTEN_ADDRESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ip.h"
#include "base/result.h"

namespace portcullis {

struct ListenAddress {
  std::optional<IpAddress> address;  ///< Nothing: every address of the host, of both families.
  uint16_t port = 0;                 ///< 0: one that the kernel chooses; no text asks for it.

  /// ERRORS: kInvalidArgument, saying what is expected instead.
  [[nodiscard]] static Result<ListenAddress> Parse(std::string_view text);

  /// As Parse() takes it.
  [[nodiscard]] std::string ToString() const;

  bool operator==(const ListenAddress&) const = default;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_SERVING_LISTEN_ADDRESS_H_
