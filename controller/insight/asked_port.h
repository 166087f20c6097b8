// SPDX-License-Identifier: Apache-2.0
//
// The port that somebody asks about: "80", "80/TCP", "53/UDP", "http", "http/TCP", "icmp". Pure.
// Names are those of the destination's container ports, so they are looked up once the destination
// is known. Between the command line and explanation.h.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_ASKED_PORT_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_ASKED_PORT_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "k8s-client/types.h"

namespace portcullis::insight {

/// What a packet shows.
struct AskedPort {
  uint8_t protocol = 6;  ///< IANA number; of those without ports kIcmp stands for all (7.3).
  uint16_t port = 0;     ///< Without meaning for protocols without ports.
  std::string name;      ///< The name that was looked up, or empty.

  auto operator<=>(const AskedPort&) const = default;
};
inline constexpr uint8_t kIcmp = 1;

/// Whether its protocol is one of those that have ports.
[[nodiscard]] bool HasPorts(const AskedPort& port);

/// "80/TCP", "80/TCP (http)", "ICMP".
[[nodiscard]] std::string ToText(const AskedPort& port);

struct AskedPortName {
  std::string name;
  std::optional<k8s::Protocol> protocol;  ///< Nothing: whichever has the name.

  auto operator<=>(const AskedPortName&) const = default;
};
using PortText = std::variant<AskedPort, AskedPortName>;

/// ERRORS: kInvalidArgument with what is possible.
[[nodiscard]] Result<PortText> ParsePort(std::string_view text);

/// The port that `text` means at the destination, which is null where it is no pod.
/// ERRORS: kNotFound where the pod has no such name, kInvalidArgument where there is no pod or the
/// name stands for several ports.
[[nodiscard]] Result<AskedPort> FindPort(const PortText& text, const k8s::Pod* destination);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_ASKED_PORT_H_
