// SPDX-License-Identifier: Apache-2.0
//
// See denied_flow.h.
#include "controller/denied/denied_flow.h"

#include <utility>

#include "controller/policy/names.h"

namespace portcullis::denied {
namespace {

constexpr uint8_t kTcp = 6;  // IANA protocol numbers
constexpr uint8_t kIcmp = 1;
constexpr uint8_t kIcmpv6 = 58;
constexpr uint8_t kSynAck = 0x12;

/// Of ICMP and ICMPv6: who answers to what.
constexpr std::pair<uint8_t, uint8_t> kEcho = {0, 8};
constexpr std::pair<uint8_t, uint8_t> kEchoV6 = {129, 128};

std::optional<uint8_t> QuestionTo(const nft::PacketHeader& header) {
  const uint8_t protocol = header.protocol.value_or(0);
  if (protocol != kIcmp && protocol != kIcmpv6) {
    return std::nullopt;
  }
  const auto& [answer, question] = protocol == kIcmpv6 ? kEchoV6 : kEcho;
  return header.icmp_type == answer ? std::optional(question) : std::nullopt;
}

bool LooksLikeReply(const nft::PacketHeader& header) {
  const bool syn_ack =
      header.protocol == kTcp && (header.tcp_flags.value_or(0) & kSynAck) == kSynAck;
  return syn_ack || QuestionTo(header).has_value();
}

nft::PacketHeader Reversed(nft::PacketHeader header) {
  std::swap(header.source, header.destination);
  std::swap(header.source_port, header.destination_port);
  if (const auto question = QuestionTo(header)) {
    header.icmp_type = question;
  }
  return header;
}

/// A chain's packets are those of its pods, in both directions of a flow: what is cut may be met by
/// its answer first.
bool IsReply(const nft::PacketHeader& header,
             policy::Direction direction,
             const policy::GroupId* group,
             const policy::Engine& engine) {
  const auto is_subject = [&](const IpAddress& address) {
    const policy::GroupId* of = engine.FindGroup(address, direction);
    return group != nullptr && of != nullptr && *of == *group;
  };
  const bool egress = direction == policy::Direction::kEgress;
  const bool forward = is_subject(egress ? header.source : header.destination);
  const bool backward = is_subject(egress ? header.destination : header.source);
  return forward == backward ? LooksLikeReply(header) : backward;
}

End EndAt(const IpAddress& address, const policy::Engine& engine) {
  End end{address, engine.FindPod(address), ""};
  const std::string* node = end.pod ? nullptr : engine.FindNode(address);
  end.node = node == nullptr ? "" : *node;
  return end;
}

std::vector<PolicySince> PoliciesOf(const policy::GroupId* group, const LoopView& view) {
  std::vector<PolicySince> policies;
  if (group == nullptr) {
    return policies;
  }
  for (const k8s::ObjectKey& policy : group->policies) {
    const PolicyInForce* in_force = view.in_force.Find(policy);
    policies.push_back({policy, in_force == nullptr ? "" : in_force->since});
  }
  return policies;
}

}  // namespace

std::optional<DeniedFlow> DescribeFlow(const nft::LoggedPacket& packet, const LoopView& view) {
  auto flow = DescribeFlow(packet);
  if (!flow) {
    return std::nullopt;
  }
  const policy::Engine& engine = view.engine;
  const policy::GroupId* group = engine.FindGroup(packet.prefix);
  if (IsReply(packet.header, flow->direction, group, engine)) {
    flow->header = Reversed(packet.header);
  }
  flow->source = EndAt(flow->header.source, engine);
  flow->destination = EndAt(flow->header.destination, engine);
  flow->policies = PoliciesOf(group, view);
  return flow;
}

std::optional<DeniedFlow> DescribeFlow(const nft::LoggedPacket& packet) {
  const auto parts = policy::PartsOfGroupChain(packet.prefix);
  if (!parts) {
    return std::nullopt;
  }
  return DeniedFlow{packet.header,
                    {packet.header.source, std::nullopt, ""},
                    {packet.header.destination, std::nullopt, ""},
                    parts->direction,
                    parts->audit,
                    {}};
}

}  // namespace portcullis::denied
