// SPDX-License-Identifier: Apache-2.0
//
// What a command line and an environment ask of this program, and what is left to the real
// agnhost: whatever is not understood here. Pure. Neighbours: commands acts on it.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_COMMAND_LINE_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_COMMAND_LINE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "tests/cluster/agnhost/server.h"

namespace portcullis::agnhost {

enum class Protocol : uint8_t { kTcp, kUdp, kSctp };

struct Target {
  IpAddress address;
  uint16_t port = 0;

  /// "10.0.0.1:80", "[::1]:80".
  [[nodiscard]] std::string ToString() const;
};

struct ConnectRequest {
  Protocol protocol = Protocol::kTcp;
  std::string destination;
  std::optional<Target> target;  ///< Nothing where `destination` is not numeric.
  std::chrono::nanoseconds timeout{};
  std::chrono::nanoseconds hold{};  ///< SCTP: exchange messages for so long.
  std::string udp_data = "hostname";
  std::string sctp_data = "hostname";
};

/// From what follows "connect"; nothing where a flag or value is unknown.
[[nodiscard]] std::optional<ConnectRequest> ParseConnect(const std::vector<std::string>& arguments);

/// A number from 1 to 65535.
[[nodiscard]] std::optional<uint16_t> ParsePort(std::string_view text);
/// A duration as Go writes it: "1m30s", "1.5s", "0". Never negative.
[[nodiscard]] std::optional<std::chrono::nanoseconds> ParseDuration(std::string_view text);
/// "ADDRESS:PORT", both numeric; IPv6 in brackets.
[[nodiscard]] std::optional<Target> ParseTarget(std::string_view text);

/// netexec's arguments without a valid --sctp-port, and that port.
struct NetexecArguments {
  std::optional<uint16_t> sctp_port;
  std::vector<std::string> others;
};
[[nodiscard]] NetexecArguments SplitNetexec(const std::vector<std::string>& arguments);

/// porter's environment, divided.
struct PorterEnvironment {
  std::vector<Service> sctp;              ///< SERVE_SCTP_PORT_n
  std::vector<std::string> unusable;      ///< Such with an n that is no port.
  bool others_served = false;             ///< There is SERVE_PORT_n or SERVE_TLS_PORT_n too.
  std::vector<std::string> without_sctp;  ///< All but the variables of SCTP.
};
[[nodiscard]] PorterEnvironment SplitPorter(const std::vector<std::string>& environment);

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_COMMAND_LINE_H_
