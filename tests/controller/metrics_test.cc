// SPDX-License-Identifier: Apache-2.0
//
// The text that Prometheus reads: that it says what the status says, and is well-formed.
#include "controller/metrics/metrics.h"

#include <regex>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/metrics/descriptors.h"

namespace portcullis {
namespace {

Status SomeStatus() {
  Status status;
  status.started = WallTime(std::chrono::milliseconds(1'500'000));
  WatchStatus watch;
  watch.kind = "Pod";
  watch.up = true;
  watch.lists = 2;
  watch.relists = 1;
  watch.retries = 7;
  watch.bad_objects = 4;
  watch.events = 11;
  status.watches = {watch};
  ReconcileStatus& reconcile = status.reconcile;
  reconcile.synced = true;
  reconcile.last_success = WallTime(std::chrono::seconds(1'795'640'618));
  reconcile.steps = 10;
  reconcile.failures = 3;
  reconcile.operations = 57;
  reconcile.conflicts = 2;
  reconcile.repairs = 4;
  reconcile.pods = 30;
  reconcile.local_pods = 5;
  reconcile.namespaces = 6;
  reconcile.policies = 8;
  reconcile.selectors = 14;
  reconcile.groups = 15;
  reconcile.table = {16, 17, 18, 19};
  reconcile.retries = 2;
  reconcile.batches = 21;
  reconcile.errors = {{"conflict", 3}};
  for (const double seconds : {0.001, 0.002, 0.3, 60.0}) {
    reconcile.latency.Add(seconds);
  }
  status.bypasses = {"finding"};
  status.denied_log = {true, true, std::nullopt, 22, 1, 23, 24};
  return status;
}

MetricValues SomeValues() {
  using policy::Direction;
  MetricValues values;
  values.status = SomeStatus();
  values.usage = {1.5, 1024};
  values.version = "v1.2";
  values.isolated[Direction::kIngress] = {3, 1};
  values.packets.all[{Direction::kIngress, Judged::kDenied}] = 12;
  values.packets.by_policy[{"default", "web"}][{Direction::kIngress, Judged::kDenied}] = 12;
  values.packets.flows_cut = 2;
  values.packets.from_unknown_pods = 25;
  values.pods[{"default", "db"}][{Direction::kEgress, Judged::kWouldDeny}] = 9;
  return values;
}

MetricValues With(Status status) {
  MetricValues values;
  values.status = std::move(status);
  return values;
}

bool HasLine(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("Each metric says what the status says", "[metrics]") {
  const std::string text = MetricsText(SomeValues());
  const std::string line = GENERATE(as<std::string>{},
                                    "portcullis_build_info{version=\"v1.2\"} 1",
                                    "process_start_time_seconds 1500",
                                    "process_cpu_seconds_total 1.5",
                                    "process_resident_memory_bytes 1024",
                                    "portcullis_watch_up{kind=\"Pod\"} 1",
                                    "portcullis_watch_lists_total{kind=\"Pod\"} 2",
                                    "portcullis_watch_relists_total{kind=\"Pod\"} 1",
                                    "portcullis_watch_retries_total{kind=\"Pod\"} 7",
                                    "portcullis_watch_bad_objects_total{kind=\"Pod\"} 4",
                                    "portcullis_objects{kind=\"Pod\"} 30",
                                    "portcullis_objects{kind=\"Namespace\"} 6",
                                    "portcullis_objects{kind=\"NetworkPolicy\"} 8",
                                    "portcullis_local_pods 5",
                                    "portcullis_reconciles_total 10",
                                    "portcullis_reconcile_failures_total 3",
                                    "portcullis_reconcile_operations_total 57",
                                    "portcullis_reconcile_conflicts_total 2",
                                    "portcullis_repairs_total 4",
                                    "portcullis_synced 1",
                                    "portcullis_last_success_timestamp_seconds 1795640618",
                                    "portcullis_bypasses 1",
                                    "portcullis_watch_events_total{kind=\"Pod\"} 11",
                                    "portcullis_selectors 14",
                                    "portcullis_policy_groups 15",
                                    "portcullis_table_sets 16",
                                    "portcullis_table_elements 17",
                                    "portcullis_table_chains 18",
                                    "portcullis_table_rules 19",
                                    "portcullis_reconcile_retries_total 2",
                                    "portcullis_kernel_batches_total 21",
                                    "portcullis_kernel_errors_total{reason=\"conflict\"} 3",
                                    "portcullis_kernel_errors_total{reason=\"permission\"} 0",
                                    "portcullis_denied_log_up 1",
                                    "portcullis_denied_log_suppressed_packets_total 23",
                                    "portcullis_denied_log_lost_packets_total 24",
                                    "portcullis_policy_events_total{result=\"written\"} 0",
                                    "portcullis_unknown_pod_packets_total{direction=\"from\"} 25",
                                    "portcullis_unknown_pod_packets_total{direction=\"to\"} 0",
                                    "portcullis_flows_cut_total 2");
  CAPTURE(text);
  CHECK(HasLine(text, line));
}

TEST_CASE("The histogram's buckets are cumulative, and the bounds belong to them", "[metrics]") {
  const std::string text = MetricsText(SomeValues());
  const std::string name = "portcullis_enforcement_latency_seconds";
  CHECK(HasLine(text, name + "_bucket{le=\"0.001\"} 1"));
  CHECK(HasLine(text, name + "_bucket{le=\"0.0025\"} 2"));
  CHECK(HasLine(text, name + "_bucket{le=\"0.25\"} 2"));
  CHECK(HasLine(text, name + "_bucket{le=\"0.5\"} 3"));
  CHECK(HasLine(text, name + "_bucket{le=\"10\"} 3"));
  CHECK(HasLine(text, name + "_bucket{le=\"+Inf\"} 4"));
  CHECK(HasLine(text, name + "_count 4"));
}

TEST_CASE("A failure since the first sync is no sync", "[metrics]") {
  Status status = SomeStatus();
  status.reconcile.failure = Error{ErrorCode::kUnavailable, "no memory"};
  CHECK(HasLine(MetricsText(With(status)), "portcullis_synced 0"));
}

TEST_CASE("A label's value is escaped", "[metrics]") {
  MetricValues values;
  values.version = "a\"b\\c\nd";
  CHECK(HasLine(MetricsText(values), R"(portcullis_build_info{version="a\"b\\c\nd"} 1)"));
}

TEST_CASE("Packets are told by direction, policy and pod", "[metrics]") {
  const std::string text = MetricsText(SomeValues());
  CHECK(HasLine(text, R"(portcullis_packets_total{direction="ingress",verdict="denied"} 12)"));
  CHECK(HasLine(text, R"(portcullis_packets_total{direction="egress",verdict="allowed"} 0)"));
  CHECK(HasLine(text,
                R"(portcullis_policy_packets_total{namespace="default",policy="web",)"
                R"(direction="ingress",verdict="denied"} 12)"));
  CHECK(HasLine(text,
                R"(portcullis_pod_denied_packets_total{namespace="default",pod="db",)"
                R"(direction="egress",verdict="would_deny"} 9)"));
  CHECK(HasLine(text, R"(portcullis_isolated_pods{direction="ingress",mode="enforced"} 3)"));
  CHECK(HasLine(text, R"(portcullis_isolated_pods{direction="ingress",mode="audit"} 1)"));
  CHECK(HasLine(text, R"(portcullis_denied_log_lines_total{verdict="denied"} 22)"));
}

TEST_CASE("The page has every metric of the table, in its order and as it says", "[metrics]") {
  std::istringstream text(MetricsText(SomeValues()));
  std::vector<std::string> found;
  for (std::string line; std::getline(text, line);) {
    if (line.rfind("# TYPE ", 0) == 0) {
      found.push_back(line.substr(7));
    }
  }
  std::vector<std::string> wanted;
  for (const MetricDescriptor& each : MetricDescriptors()) {
    wanted.push_back(std::string(each.name) + " " + std::string(ToText(each.type)));
  }
  CHECK(found == wanted);
}

TEST_CASE("The table's names, units and words follow the conventions", "[metrics]") {
  std::set<std::string_view> names;
  size_t place = 0;
  for (const MetricDescriptor& each : MetricDescriptors()) {
    CAPTURE(each.name);
    CHECK(static_cast<size_t>(each.metric) == place++);
    CHECK(names.insert(each.name).second);
    CHECK(std::regex_match(std::string(each.name), std::regex("(portcullis|process)_[a-z_]+")));
    CHECK(std::regex_match(std::string(each.help), std::regex(R"([A-Z][^\n]*\.)")));
    const bool total = each.name.size() > 6 && each.name.rfind("_total") == each.name.size() - 6;
    CHECK(total == (each.type == MetricType::kCounter));
    const std::string_view stem = total ? each.name.substr(0, each.name.size() - 6) : each.name;
    CHECK((each.unit.empty() || stem.rfind(each.unit) == stem.size() - each.unit.size()));
    CHECK_FALSE(each.topic.empty());
  }
}

}  // namespace
}  // namespace portcullis
