// SPDX-License-Identifier: Apache-2.0
//
// Which way a denied packet goes in its flow: with it, or back. Pure. For denied_flow and
// local_subjects, which know differently who is judged by which chain.
#ifndef PORTCULLIS_CONTROLLER_DENIED_FLOW_DIRECTION_H_
#define PORTCULLIS_CONTROLLER_DENIED_FLOW_DIRECTION_H_

#include <optional>

#include "controller/policy/identity.h"
#include "nft/packet_header.h"

namespace portcullis::denied {

struct PacketHeading {
  bool reply = false;   ///< Its source is the flow's destination.
  bool certain = true;  ///< Not so where both ends, or neither, are judged by the chain, and the
                        ///< packet itself does not tell.
};

/// What the packet itself tells, by its kind or by its ports: a client's is of those that systems
/// choose from, a server's is not. Nothing where it tells nothing.
[[nodiscard]] std::optional<bool> SaysReply(const nft::PacketHeader& header);

/// Of ICMP and ICMPv6, the type of what a packet of `header`'s type answers; nothing where it
/// answers nothing.
[[nodiscard]] std::optional<uint8_t> QuestionTo(const nft::PacketHeader& header);

/// Of a packet that a chain for `direction` denies. A chain's packets are those of its pods, in
/// both directions of a flow: what is cut may be met by its answer first. `is_subject(address)`:
/// the chain judges the pod at the address.
template <typename IsSubject>
[[nodiscard]] PacketHeading Heading(const nft::PacketHeader& header,
                                    policy::Direction direction,
                                    const IsSubject& is_subject) {
  const bool egress = direction == policy::Direction::kEgress;
  const bool forward = is_subject(egress ? header.source : header.destination);
  const bool backward = is_subject(egress ? header.destination : header.source);
  if (forward != backward) {
    return {backward, true};
  }
  const auto says = SaysReply(header);
  return {says.value_or(false), says.has_value()};
}

}  // namespace portcullis::denied

#endif  // PORTCULLIS_CONTROLLER_DENIED_FLOW_DIRECTION_H_
