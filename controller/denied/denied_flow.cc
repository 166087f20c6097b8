// SPDX-License-Identifier: Apache-2.0
//
// See denied_flow.h.
#include "controller/denied/denied_flow.h"

#include <utility>

#include "controller/denied/flow_direction.h"
#include "controller/policy/names.h"

namespace portcullis::denied {
namespace {

nft::PacketHeader Reversed(nft::PacketHeader header) {
  std::swap(header.source, header.destination);
  std::swap(header.source_port, header.destination_port);
  if (const auto question = QuestionTo(header)) {
    header.icmp_type = question;
  }
  return header;
}

PacketHeading HeadingOf(const nft::PacketHeader& header,
                        policy::Direction direction,
                        const policy::GroupId* group,
                        const policy::Engine& engine) {
  return Heading(header, direction, [&](const IpAddress& address) {
    const policy::GroupId* of = engine.FindGroup(address, direction);
    return group != nullptr && of != nullptr && *of == *group;
  });
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
  const PacketHeading heading = HeadingOf(packet.header, flow->direction, group, engine);
  flow->certain = heading.certain;
  if (heading.reply) {
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
                    {},
                    SaysReply(packet.header) == false};
}

}  // namespace portcullis::denied
