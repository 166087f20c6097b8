// SPDX-License-Identifier: Apache-2.0
//
// The text that Prometheus reads: that it says what the status says, and is well-formed.
#include "controller/metrics.h"

#include <regex>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

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
  for (const double seconds : {0.001, 0.002, 0.3, 60.0}) {
    reconcile.latency.Add(seconds);
  }
  status.bypasses = {"finding"};
  return status;
}

bool HasLine(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST_CASE("Each metric says what the status says", "[metrics]") {
  const std::string text = MetricsText(SomeStatus(), {1.5, 1024}, "v1.2");
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
                                    "portcullis_bypasses 1");
  CAPTURE(text);
  CHECK(HasLine(text, line));
}

TEST_CASE("The histogram's buckets are cumulative, and the bounds belong to them", "[metrics]") {
  const std::string text = MetricsText(SomeStatus(), {}, "v1");
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
  CHECK(HasLine(MetricsText(status, {}, "v1"), "portcullis_synced 0"));
}

TEST_CASE("A label's value is escaped", "[metrics]") {
  CHECK(HasLine(MetricsText({}, {}, "a\"b\\c\nd"),
                R"(portcullis_build_info{version="a\"b\\c\nd"} 1)"));
}

TEST_CASE("Every metric has one type and one help text, and counters alone end in _total",
          "[metrics]") {
  std::istringstream text(MetricsText(SomeStatus(), {}, "v1"));
  std::set<std::string> names;
  const std::regex type("# TYPE ([a-z_]+) (counter|gauge|histogram)");
  const std::regex other(R"(# HELP [a-z_]+ [A-Z].*\.|[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+)");
  for (std::string line; std::getline(text, line);) {
    CAPTURE(line);
    std::smatch match;
    if (std::regex_match(line, match, type)) {
      CHECK(names.insert(match[1]).second);
      const std::string name = match[1];
      const bool total = name.size() > 6 && name.rfind("_total") == name.size() - 6;
      CHECK(total == (match[2] == "counter"));
    } else {
      CHECK(std::regex_match(line, other));
    }
  }
  CHECK(names.size() == 20);
}

}  // namespace
}  // namespace portcullis
