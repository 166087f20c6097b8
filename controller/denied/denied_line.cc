// SPDX-License-Identifier: Apache-2.0
//
// See denied_line.h.
#include "controller/denied/denied_line.h"

#include <algorithm>
#include <utility>

namespace portcullis::denied {
namespace {

constexpr uint8_t kIcmp = 1;  // IANA protocol numbers
constexpr uint8_t kIcmpv6 = 58;

/// So many policies a line names.
constexpr size_t kMaxPolicies = 3;

/// The API server lets no other characters into names; a line must not depend on that.
std::string Safe(std::string text) {
  std::replace_if(
      text.begin(),
      text.end(),
      [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return !letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '/' && c != '_';
      },
      '?');
  return text;
}

std::string ProtocolName(const std::optional<uint8_t>& protocol) {
  if (!protocol) {
    return "IP";
  }
  switch (*protocol) {
    case kIcmp:
      return "ICMP";
    case 6:
      return "TCP";
    case 17:
      return "UDP";
    case kIcmpv6:
      return "ICMPv6";
    case 132:
      return "SCTP";
    default:
      return "protocol " + std::to_string(*protocol);
  }
}

std::string IcmpName(const nft::PacketHeader& header) {
  const uint8_t type = header.icmp_type.value_or(0);
  const bool v6 = header.protocol == kIcmpv6;
  if (type == (v6 ? 128 : 8)) {
    return " echo request";
  }
  if (type == (v6 ? 129 : 0)) {
    return " echo reply";
  }
  return " type " + std::to_string(type);
}

std::string Protocol(const nft::PacketHeader& header) {
  return ProtocolName(header.protocol) + (header.icmp_type ? IcmpName(header) : "");
}

std::string NameOf(const End& end) {
  return end.pod ? Safe(end.pod->ToString()) : end.node.empty() ? "" : "node " + Safe(end.node);
}

/// "default/db:6379 (10.244.0.10)", "node n1:22 (10.0.0.1)", "[fd00::1]:80"
std::string ToText(const End& end, const std::optional<uint16_t>& port) {
  const std::string name = NameOf(end);
  const std::string address = end.address.ToString();
  const std::string suffix = port ? ":" + std::to_string(*port) : "";
  if (!name.empty()) {
    return name + suffix + " (" + address + ")";
  }
  const bool brackets = port && end.address.family() == Family::kIpv6;
  return (brackets ? "[" + address + "]" : address) + suffix;
}

std::string Ends(const DeniedFlow& flow) {
  return Protocol(flow.header) + " " + ToText(flow.source, std::nullopt) + " -> " +
         ToText(flow.destination, flow.header.destination_port);
}

std::string PoliciesText(const DeniedFlow& flow) {
  if (flow.policies.empty()) {
    return "by policies that are gone";
  }
  std::string text = flow.audit ? "audited by " : "isolated by ";
  for (size_t i = 0; i < std::min(flow.policies.size(), kMaxPolicies); ++i) {
    const PolicySince& each = flow.policies[i];
    text += (i == 0 ? "" : ", ") + Safe(each.policy.ToString()) +
            (each.since.empty() ? "" : " since " + each.since);
  }
  const size_t more = flow.policies.size() - std::min(flow.policies.size(), kMaxPolicies);
  return text + (more == 0 ? "" : " and " + std::to_string(more) + " more");
}

/// "12:00:01"
std::string TimeOfDay(WallTime time) {
  return ToRfc3339(time).substr(11, 8);
}

void AddEnd(const End& end,
            const std::optional<uint16_t>& port,
            bool is_source,
            std::vector<LogField>& fields) {
  fields.emplace_back(is_source ? "source" : "destination", end.address.ToString());
  if (end.pod) {
    fields.emplace_back(is_source ? "sourcePod" : "destinationPod", end.pod->ToString());
  } else if (!end.node.empty()) {
    fields.emplace_back(is_source ? "sourceNode" : "destinationNode", end.node);
  }
  if (port) {
    fields.emplace_back(is_source ? "sourcePort" : "destinationPort", int64_t{*port});
  }
}

void AddPolicies(const DeniedFlow& flow, std::vector<LogField>& fields) {
  std::vector<std::string> policies;
  std::string since;
  for (const PolicySince& each : flow.policies) {
    policies.push_back(each.policy.ToString());
    since = std::max(since, each.since);
  }
  fields.emplace_back("policies", std::move(policies));
  if (!since.empty()) {
    fields.emplace_back("since", std::move(since));
  }
}

std::vector<LogField> FieldsOf(const DeniedFlow& flow) {
  std::vector<LogField> fields = {{"verdict", std::string(flow.audit ? "would-deny" : "denied")},
                                  {"direction", policy::ToText(flow.direction)},
                                  {"protocol", ProtocolName(flow.header.protocol)}};
  if (flow.header.icmp_type) {
    fields.emplace_back("icmpType", int64_t{*flow.header.icmp_type});
  }
  AddEnd(flow.source, flow.header.source_port, /*is_source=*/true, fields);
  AddEnd(flow.destination, flow.header.destination_port, /*is_source=*/false, fields);
  AddPolicies(flow, fields);
  if (!flow.certain) {
    fields.emplace_back("clientUncertain", true);
  }
  return fields;
}

}  // namespace

Line DescribeDenied(const DeniedFlow& flow, const Suppressed& before) {
  const std::string subject = NameOf(flow.subject());
  Line line{flow.audit ? "would_deny" : "denied",
            Ends(flow) + (flow.audit ? " would-deny: " : " denied: ") +
                policy::ToText(flow.direction) + " of " +
                (subject.empty() ? flow.subject().address.ToString() : subject) + ", " +
                PoliciesText(flow),
            FieldsOf(flow)};
  if (!flow.certain) {
    line.message += "; or the other way round, the packet does not tell which end began";
  }
  if (before.flows > 0) {
    line.message +=
        "; and " + std::to_string(before.flows) + " more since " + TimeOfDay(before.since);
    line.fields.emplace_back("suppressed", static_cast<int64_t>(before.flows));
    line.fields.emplace_back("suppressedSince", ToRfc3339(before.since));
  }
  return line;
}

Line DescribeSummary(const FlowLimiter::Summary& summary,
                     const std::optional<DeniedFlow>& most,
                     uint64_t hidden,
                     int64_t seconds) {
  Line line{"denied_summary",
            "in the last " + std::to_string(seconds) + " s " + std::to_string(summary.flows) +
                " more denied flows got no line of their own",
            {{"seconds", seconds},
             {"suppressed", static_cast<int64_t>(summary.flows)},
             {"pairs", static_cast<int64_t>(summary.pairs)},
             {"hidden", static_cast<int64_t>(hidden)}}};
  if (most) {
    line.message += ", of " + std::to_string(summary.pairs) +
                    (summary.pairs == 1 ? " pair: " : " pairs; most of them: ") + Ends(*most) +
                    " (" + std::to_string(summary.most_flows) + ")";
  }
  if (hidden > 0) {
    line.message += "; and " + std::to_string(hidden) +
                    " packets were denied that the kernel did not tell of one by one";
  }
  return line;
}

}  // namespace portcullis::denied
