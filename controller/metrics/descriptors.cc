// SPDX-License-Identifier: Apache-2.0
//
// See descriptors.h.
#include "controller/metrics/descriptors.h"

namespace portcullis {
namespace {

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;

constexpr std::string_view kProcess = "The process";
constexpr std::string_view kWatches = "Watches of the API server";
constexpr std::string_view kSizes = "What there is";
constexpr std::string_view kKernel = "The kernel's table";
constexpr std::string_view kTraffic = "Packets";
constexpr std::string_view kLog = "The log of denied packets";
constexpr std::string_view kEvents = "Events about policies";

std::vector<MetricDescriptor> Process() {
  return {
      {Metric::kBuildInfo,
       "portcullis_build_info",
       kGauge,
       "",
       {"version"},
       kProcess,
       "Always 1; the version is the label.",
       ""},
      {Metric::kProcessStart,
       "process_start_time_seconds",
       kGauge,
       "seconds",
       {},
       kProcess,
       "When the process started, in Unix time.",
       ""},
      {Metric::kProcessCpu,
       "process_cpu_seconds_total",
       kCounter,
       "seconds",
       {},
       kProcess,
       "CPU time used, in user and in kernel mode.",
       ""},
      {Metric::kProcessMemory,
       "process_resident_memory_bytes",
       kGauge,
       "bytes",
       {},
       kProcess,
       "Memory of the process that is in RAM.",
       ""},
  };
}

std::vector<MetricDescriptor> Watches() {
  return {
      {Metric::kWatchUp,
       "portcullis_watch_up",
       kGauge,
       "",
       {"kind"},
       kWatches,
       "Whether a watch of the kind stands.",
       ""},
      {Metric::kWatchLists,
       "portcullis_watch_lists_total",
       kCounter,
       "",
       {"kind"},
       kWatches,
       "Complete lists of the kind.",
       ""},
      {Metric::kWatchRelists,
       "portcullis_watch_relists_total",
       kCounter,
       "",
       {"kind"},
       kWatches,
       "Watches of the kind that could not be resumed, so that all was listed again.",
       ""},
      {Metric::kWatchRetries,
       "portcullis_watch_retries_total",
       kCounter,
       "",
       {"kind"},
       kWatches,
       "Lists and watches of the kind that failed and were tried again.",
       ""},
      {Metric::kWatchBadObjects,
       "portcullis_watch_bad_objects_total",
       kCounter,
       "",
       {"kind"},
       kWatches,
       "Objects of the kind that could not be read and count as not there.",
       ""},
      {Metric::kWatchEvents,
       "portcullis_watch_events_total",
       kCounter,
       "",
       {"kind"},
       kWatches,
       "Events of the kind that a watch has told: objects that came, changed or went.",
       ""},
  };
}

std::vector<MetricDescriptor> Sizes() {
  return {
      {Metric::kObjects,
       "portcullis_objects",
       kGauge,
       "",
       {"kind"},
       kSizes,
       "Objects known, by kind.",
       ""},
      {Metric::kLocalPods,
       "portcullis_local_pods",
       kGauge,
       "",
       {},
       kSizes,
       "Pods known that run on this node.",
       ""},
      {Metric::kIsolatedPods,
       "portcullis_isolated_pods",
       kGauge,
       "",
       {"direction", "mode"},
       kSizes,
       "Live pods of this node that policies isolate in the direction. Mode enforced: their "
       "packets "
       "are dropped unless a policy allows them; audit: only policies in audit mode isolate them, "
       "and what those would drop is counted.",
       ""},
      {Metric::kSelectors,
       "portcullis_selectors",
       kGauge,
       "",
       {},
       kSizes,
       "Selectors of peers that policies of this node's pods refer to, equal ones once.",
       ""},
      {Metric::kPolicyGroups,
       "portcullis_policy_groups",
       kGauge,
       "",
       {},
       kSizes,
       "Distinct sets of policies that isolate pods of this node in a direction; each is a chain.",
       ""},
      {Metric::kTableSets,
       "portcullis_table_sets",
       kGauge,
       "",
       {},
       kSizes,
       "Sets and verdict maps in the kernel's table.",
       ""},
      {Metric::kTableElements,
       "portcullis_table_elements",
       kGauge,
       "",
       {},
       kSizes,
       "Elements of all sets and verdict maps in the kernel's table.",
       ""},
      {Metric::kTableChains,
       "portcullis_table_chains",
       kGauge,
       "",
       {},
       kSizes,
       "Chains in the kernel's table.",
       ""},
      {Metric::kTableRules,
       "portcullis_table_rules",
       kGauge,
       "",
       {},
       kSizes,
       "Rules in all chains of the kernel's table.",
       ""},
  };
}

std::vector<MetricDescriptor> Reconciles() {
  return {
      {Metric::kSynced,
       "portcullis_synced",
       kGauge,
       "",
       {},
       kKernel,
       "Whether the kernel holds what the API asks: the last reconcile succeeded.",
       ""},
      {Metric::kLastSuccess,
       "portcullis_last_success_timestamp_seconds",
       kGauge,
       "seconds",
       {},
       kKernel,
       "When a reconcile last succeeded, in Unix time; 0: never.",
       ""},
      {Metric::kLatency,
       "portcullis_enforcement_latency_seconds",
       MetricType::kHistogram,
       "seconds",
       {},
       kKernel,
       "From the receipt of a change's oldest event to its commit in the kernel, for changes that "
       "wrote something; the first list does not count.",
       ""},
      {Metric::kReconciles,
       "portcullis_reconciles_total",
       kCounter,
       "",
       {},
       kKernel,
       "Times the kernel's table was compared with what the API asks, and changed if needed.",
       ""},
      {Metric::kReconcileFailures,
       "portcullis_reconcile_failures_total",
       kCounter,
       "",
       {},
       kKernel,
       "Reconciles that failed, so that the rules before stayed in force.",
       ""},
      {Metric::kReconcileRetries,
       "portcullis_reconcile_retries_total",
       kCounter,
       "",
       {},
       kKernel,
       "Reconciles that followed one that had failed.",
       ""},
  };
}

std::vector<MetricDescriptor> Commits() {
  return {
      {Metric::kReconcileOperations,
       "portcullis_reconcile_operations_total",
       kCounter,
       "",
       {},
       kKernel,
       "Operations on the kernel's table that were committed.",
       ""},
      {Metric::kReconcileConflicts,
       "portcullis_reconcile_conflicts_total",
       kCounter,
       "",
       {},
       kKernel,
       "Commits begun anew because another program changed the ruleset meanwhile.",
       ""},
      {Metric::kKernelBatches,
       "portcullis_kernel_batches_total",
       kCounter,
       "",
       {},
       kKernel,
       "Transactions that the kernel has taken.",
       ""},
      {Metric::kKernelErrors,
       "portcullis_kernel_errors_total",
       kCounter,
       "",
       {"reason"},
       kKernel,
       "Reconciles that failed, by what was wrong: permission, not_found, conflict, "
       "invalid_argument, unavailable, internal.",
       ""},
      {Metric::kRepairs,
       "portcullis_repairs_total",
       kCounter,
       "",
       {},
       kKernel,
       "Times the kernel's table was put right because another program had changed it.",
       ""},
      {Metric::kBypasses,
       "portcullis_bypasses",
       kGauge,
       "",
       {},
       kKernel,
       "Ways found in which packets pass beside the rules; the log and /readyz name them.",
       ""},
  };
}

std::vector<MetricDescriptor> Traffic() {
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
       "thing that the rule's comment in the kernel names only some, it counts for those.",
       ""},
      {Metric::kFlowsCut,
       "portcullis_flows_cut_total",
       kCounter,
       "",
       {},
       kTraffic,
       "Flows that the rules had allowed and that were denied later, since the process started.",
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

std::vector<MetricDescriptor> Log() {
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

std::vector<MetricDescriptor> Events() {
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

std::vector<MetricDescriptor> All() {
  std::vector<MetricDescriptor> all;
  for (const auto& topic :
       {Process(), Watches(), Sizes(), Reconciles(), Commits(), Traffic(), Log(), Events()}) {
    all.insert(all.end(), topic.begin(), topic.end());
  }
  return all;
}

}  // namespace

const std::vector<MetricDescriptor>& MetricDescriptors() {
  static const std::vector<MetricDescriptor> kAll = All();
  return kAll;
}

std::string_view ToText(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return "counter";
    case MetricType::kGauge:
      return "gauge";
    case MetricType::kHistogram:
      return "histogram";
  }
  return "";
}

}  // namespace portcullis
