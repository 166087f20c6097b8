// SPDX-License-Identifier: Apache-2.0
//
// What of the protocols and ports of a pair of ends something is true for ("allowed", "opened"), as
// one exact value: with it two answers can be compared without trying single ports. Pure. Used by
// reach.h and by all that people ask about policies.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_PORT_SET_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_PORT_SET_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "k8s-client/types.h"

namespace portcullis::insight {

/// TCP, UDP and SCTP port by port (port 0 is one of them, 6.3); every other protocol, ICMP among
/// them, only together: no policy can tell them apart (6.1, 7.3).
class PortSet {
 public:
  /// Nothing.
  PortSet() = default;
  static PortSet Everything();
  /// As an allowance has them: no protocol stands for everything, no range for all ports
  /// (6.1, 6.3).
  static PortSet Of(std::optional<k8s::Protocol> protocol,
                    const std::vector<k8s::PortRange>& ranges);

  [[nodiscard]] bool empty() const { return ranges_.empty() && !rest_; }
  [[nodiscard]] bool IsEverything() const;
  /// `protocol` is an IANA number; `port` has no meaning for protocols without ports.
  [[nodiscard]] bool Contains(uint8_t protocol, uint16_t port) const;

  /// Disjoint and sorted, ports 0 to 65535.
  [[nodiscard]] const std::map<k8s::Protocol, std::vector<k8s::PortRange>>& ranges() const {
    return ranges_;
  }
  /// Whether every protocol without ports is in it.
  [[nodiscard]] bool rest() const { return rest_; }

  [[nodiscard]] PortSet operator|(const PortSet& other) const;
  [[nodiscard]] PortSet operator&(const PortSet& other) const;
  [[nodiscard]] PortSet operator-(const PortSet& other) const;

  auto operator<=>(const PortSet&) const = default;

 private:
  std::map<k8s::Protocol, std::vector<k8s::PortRange>> ranges_;  ///< No protocol without a range.
  bool rest_ = false;
};

/// "TCP", as people write it behind a port.
[[nodiscard]] std::string NameOf(k8s::Protocol protocol);

/// "everything", "nothing", "80/TCP, 8000-8080/TCP, all UDP", "everything but 80/TCP" where that is
/// shorter.
[[nodiscard]] std::string ToText(const PortSet& ports);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_PORT_SET_H_
