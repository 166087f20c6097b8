// SPDX-License-Identifier: Apache-2.0
//
// See descriptor_topics.h; here packets, the log of denied ones, and Events.
#include "controller/metrics/descriptor_topics.h"

namespace portcullis {
namespace {

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;

constexpr std::string_view kTraffic = "Packets";
constexpr std::string_view kLog = "The log of denied packets";
constexpr std::string_view kEvents = "Events about policies";

}  // namespace

std::vector<MetricDescriptor> TrafficMetrics() {
  return {
      {Metric::kPackets,
       "portcullis_packets_total",
       kCounter,
       "packets",
       {"direction", "verdict"},
       kTraffic,
       "Packets that the policies of a pod of this node were asked about, since the process "
       "started: the first ones of allowed flows, all of denied ones. Verdict allowed, denied, or "
       "would_deny: only a policy in audit mode would have denied it, so it passed.",
       ""},
      {Metric::kPolicyPackets,
       "portcullis_policy_packets_total",
       kCounter,
       "packets",
       {"namespace", "policy", "direction", "verdict"},
       kTraffic,
       "The packets of portcullis_packets_total by policy: allowed ones for the policies that "
       "allow them, denied ones for all policies that isolate the pod. So one packet may count for "
       "several policies, and a sum over policies means nothing. Where so many policies allow one "
       "thing that the rule's comment in the kernel names only some, it counts for those. Of more "
       "than 2,000 policies those whose packets were counted last are told of.",
       ""},
      {Metric::kFlowsCut,
       "portcullis_flows_cut_total",
       kCounter,
       "",
       {},
       kTraffic,
       "Flows that the rules had allowed and that were denied later, since the process started.",
       ""},
      {Metric::kUnknownPodPackets,
       "portcullis_unknown_pod_packets_total",
       kCounter,
       "packets",
       {"direction"},
       kTraffic,
       "First packets of flows from (direction from) or to (direction to) an address of this "
       "node's "
       "pod ranges that no pod is known to have, since the process started: of a pod whose address "
       "has not come from the API yet, or that has ended. The pod's policies do not apply to them. "
       "0 where the ranges are not known: neither the Node object names them nor --pod-ranges.",
       ""},
      {Metric::kPodDeniedPackets,
       "portcullis_pod_denied_packets_total",
       kCounter,
       "packets",
       {"namespace", "pod", "direction", "verdict"},
       kTraffic,
       "Denied packets heard of through the kernel's log, by the pod of this node whose policies "
       "denied them (verdict denied or would_deny); in a flood the kernel tells of some only. Pods "
       "beyond the first 500 count together, with empty labels.",
       "--metrics-per-pod"},
  };
}

std::vector<MetricDescriptor> DeniedLogMetrics() {
  return {
      {Metric::kDeniedLogUp,
       "portcullis_denied_log_up",
       kGauge,
       "",
       {},
       kLog,
       "Whether denied packets are being heard of, for the log; 0 with --denied-log=false.",
       ""},
      {Metric::kDeniedLogLines,
       "portcullis_denied_log_lines_total",
       kCounter,
       "",
       {"verdict"},
       kLog,
       "Lines written about packets: verdict denied or would_deny.",
       ""},
      {Metric::kDeniedLogSuppressed,
       "portcullis_denied_log_suppressed_packets_total",
       kCounter,
       "packets",
       {},
       kLog,
       "First packets of denied flows that were heard of and got no line of their own, since the "
       "pair of ends or all of them together had too many.",
       ""},
      {Metric::kDeniedLogLost,
       "portcullis_denied_log_lost_packets_total",
       kCounter,
       "packets",
       {},
       kLog,
       "Denied packets that the kernel could not tell of because they came faster than they were "
       "read.",
       ""},
  };
}

std::vector<MetricDescriptor> PolicyEventMetrics() {
  return {
      {Metric::kPolicyEvents,
       "portcullis_policy_events_total",
       kCounter,
       "",
       {"result"},
       kEvents,
       "Events about policies that this node tried to write: result written, conflict (another "
       "node had written the same) or failure.",
       ""},
  };
}

}  // namespace portcullis
