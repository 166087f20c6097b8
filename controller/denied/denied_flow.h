// SPDX-License-Identifier: Apache-2.0
//
// A packet that the kernel has told of → the flow that was denied, as people know it: which pods,
// which policies, since when. Pure: asked of the reconciler's view, by an inquiry of denied_log.
#ifndef PORTCULLIS_CONTROLLER_DENIED_DENIED_FLOW_H_
#define PORTCULLIS_CONTROLLER_DENIED_DENIED_FLOW_H_

#include <optional>
#include <string>
#include <vector>

#include "controller/status/loop_view.h"
#include "controller/status/node_report.h"
#include "nft/logged_packet.h"

namespace portcullis::denied {

/// One end of a flow.
struct End {
  IpAddress address;
  std::optional<k8s::ObjectKey> pod;  ///< That has the address.
  std::string node;                   ///< That has it where no pod does; empty: nobody known.

  bool operator==(const End&) const = default;
};

struct DeniedFlow {
  /// As the flow goes: its source is who began it, whichever way the packet went.
  nft::PacketHeader header;
  End source;
  End destination;
  policy::Direction direction = policy::Direction::kIngress;  ///< In which it is denied.
  bool audit = false;  ///< It passed: only policies in audit mode would deny it.
  /// Those that isolate the pod in that direction; none where they are gone since.
  std::vector<PolicySince> policies;
  /// Which end began it is known, and not a guess (flow_direction.h).
  bool certain = true;

  /// The end whose policies deny it.
  [[nodiscard]] const End& subject() const {
    return direction == policy::Direction::kEgress ? source : destination;
  }
};

/// Nothing where the packet was not told of by a chain of ours.
[[nodiscard]] std::optional<DeniedFlow> DescribeFlow(const nft::LoggedPacket& packet,
                                                     const LoopView& view);
/// As far as the packet itself says, for when nobody can be asked.
[[nodiscard]] std::optional<DeniedFlow> DescribeFlow(const nft::LoggedPacket& packet);

}  // namespace portcullis::denied

#endif  // PORTCULLIS_CONTROLLER_DENIED_DENIED_FLOW_H_
