// SPDX-License-Identifier: Apache-2.0
//
// See descriptor_topics.h; here the kernel's table and the way to it.
#include "controller/metrics/descriptor_topics.h"

namespace portcullis {
namespace {

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;

constexpr std::string_view kKernel = "The kernel's table";

}  // namespace

std::vector<MetricDescriptor> ReconcileMetrics() {
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

std::vector<MetricDescriptor> CommitMetrics() {
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

}  // namespace portcullis
