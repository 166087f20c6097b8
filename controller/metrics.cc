// SPDX-License-Identifier: Apache-2.0
//
// See metrics.h.
#include "controller/metrics.h"

#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace portcullis {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

using Labels = std::vector<ClientMetric::Label>;

ClientMetric Counter(double value, Labels labels = {}) {
  ClientMetric metric;
  metric.counter.value = value;
  metric.label = std::move(labels);
  return metric;
}

ClientMetric Gauge(double value, Labels labels = {}) {
  ClientMetric metric;
  metric.gauge.value = value;
  metric.label = std::move(labels);
  return metric;
}

double SecondsOf(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// One value per watch, labelled with its kind.
template <typename Make, typename Get>
std::vector<ClientMetric> PerKind(const Status& status, const Make& make, const Get& get) {
  std::vector<ClientMetric> metrics;
  for (const WatchStatus& watch : status.watches) {
    metrics.push_back(make(static_cast<double>(get(watch)), Labels{{"kind", watch.kind}}));
  }
  return metrics;
}

using Families = std::vector<MetricFamily>;

void AddCounter(Families& families, const char* name, const char* help, double value) {
  families.push_back({name, help, MetricType::Counter, {Counter(value)}});
}

void AddGauge(Families& families, const char* name, const char* help, double value) {
  families.push_back({name, help, MetricType::Gauge, {Gauge(value)}});
}

void AddProcess(Families& families, const Status& status, const ProcessUsage& usage) {
  AddGauge(families,
           "process_start_time_seconds",
           "When the process started, in Unix time.",
           SecondsOf(status.started));
  AddCounter(families,
             "process_cpu_seconds_total",
             "CPU time used, in user and in kernel mode.",
             usage.cpu_seconds);
  AddGauge(families,
           "process_resident_memory_bytes",
           "Memory of the process that is in RAM.",
           usage.resident_bytes);
}

void AddWatches(Families& families, const Status& status) {
  families.push_back(
      {"portcullis_watch_up",
       "Whether a watch of the kind stands.",
       MetricType::Gauge,
       PerKind(status, Gauge, [](const WatchStatus& watch) { return watch.up ? 1 : 0; })});
  families.push_back(
      {"portcullis_watch_lists_total",
       "Complete lists of the kind.",
       MetricType::Counter,
       PerKind(status, Counter, [](const WatchStatus& watch) { return watch.lists; })});
  families.push_back(
      {"portcullis_watch_relists_total",
       "Watches of the kind that could not be resumed, so that all was listed again.",
       MetricType::Counter,
       PerKind(status, Counter, [](const WatchStatus& watch) { return watch.relists; })});
  families.push_back(
      {"portcullis_watch_retries_total",
       "Lists and watches of the kind that failed and were tried again.",
       MetricType::Counter,
       PerKind(status, Counter, [](const WatchStatus& watch) { return watch.retries; })});
  families.push_back(
      {"portcullis_watch_bad_objects_total",
       "Objects of the kind that could not be read and count as not there.",
       MetricType::Counter,
       PerKind(status, Counter, [](const WatchStatus& watch) { return watch.bad_objects; })});
}

void AddObjects(Families& families, const ReconcileStatus& reconcile) {
  families.push_back(
      {"portcullis_objects",
       "Objects known, by kind.",
       MetricType::Gauge,
       {Gauge(static_cast<double>(reconcile.pods), {{"kind", "Pod"}}),
        Gauge(static_cast<double>(reconcile.namespaces), {{"kind", "Namespace"}}),
        Gauge(static_cast<double>(reconcile.policies), {{"kind", "NetworkPolicy"}})}});
  AddGauge(families,
           "portcullis_local_pods",
           "Pods known that run on this node.",
           static_cast<double>(reconcile.local_pods));
}

void AddReconciles(Families& families, const ReconcileStatus& reconcile) {
  AddCounter(families,
             "portcullis_reconciles_total",
             "Times the kernel's table was compared with what the API asks, and changed if needed.",
             static_cast<double>(reconcile.steps));
  AddCounter(families,
             "portcullis_reconcile_failures_total",
             "Reconciles that failed, so that the rules before stayed in force.",
             static_cast<double>(reconcile.failures));
  AddCounter(families,
             "portcullis_reconcile_operations_total",
             "Operations on the kernel's table that were committed.",
             static_cast<double>(reconcile.operations));
  AddCounter(families,
             "portcullis_reconcile_conflicts_total",
             "Commits begun anew because another program changed the ruleset meanwhile.",
             static_cast<double>(reconcile.conflicts));
  AddCounter(families,
             "portcullis_repairs_total",
             "Times the kernel's table was put right because another program had changed it.",
             static_cast<double>(reconcile.repairs));
  AddGauge(families,
           "portcullis_synced",
           "Whether the kernel holds what the API asks: the last reconcile succeeded.",
           reconcile.synced && !reconcile.failure ? 1 : 0);
  AddGauge(families,
           "portcullis_last_success_timestamp_seconds",
           "When a reconcile last succeeded, in Unix time; 0: never.",
           reconcile.last_success ? SecondsOf(*reconcile.last_success) : 0);
}

MetricFamily LatencyFamily(const LatencyHistogram& latency) {
  ClientMetric metric;
  metric.histogram.sample_count = latency.count;
  metric.histogram.sample_sum = latency.sum_seconds;
  uint64_t cumulative = 0;
  for (size_t i = 0; i < latency.counts.size(); ++i) {
    cumulative += latency.counts.at(i);
    metric.histogram.bucket.push_back({cumulative, LatencyHistogram::kBoundsSeconds.at(i)});
  }
  return {"portcullis_enforcement_latency_seconds",
          "From the receipt of a change's oldest event to its commit in the kernel.",
          MetricType::Histogram,
          {metric}};
}

}  // namespace

std::string MetricsText(const Status& status,
                        const ProcessUsage& usage,
                        const std::string& version) {
  Families families;
  families.push_back({"portcullis_build_info",
                      "Always 1; the version is the label.",
                      MetricType::Gauge,
                      {Gauge(1, {{"version", version}})}});
  AddProcess(families, status, usage);
  AddWatches(families, status);
  AddObjects(families, status.reconcile);
  AddReconciles(families, status.reconcile);
  families.push_back(LatencyFamily(status.reconcile.latency));
  AddGauge(families,
           "portcullis_bypasses",
           "Ways found in which packets pass beside the rules; the log and /readyz name them.",
           static_cast<double>(status.bypasses.size()));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace portcullis
