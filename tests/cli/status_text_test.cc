// SPDX-License-Identifier: Apache-2.0
//
// What `portcullis status` makes of the page that a process serves, through the JSON between them.
#include "controller/cli/status_text.h"

#include <catch2/catch.hpp>

#include "controller/cli/yaml_text.h"
#include "controller/serving/node_report_json.h"

namespace portcullis::cli {
namespace {

portcullis::Status SomeStatus() {
  portcullis::Status status;
  status.started = WallTime(std::chrono::seconds(1'795'640'618));
  for (const char* kind : {"Pod", "Namespace", "NetworkPolicy"}) {
    WatchStatus watch;
    watch.kind = kind;
    watch.up = true;
    watch.resource_version = "812";
    status.watches.push_back(watch);
  }
  ReconcileStatus& reconcile = status.reconcile;
  reconcile.synced = true;
  reconcile.generation = 3;
  reconcile.pods = 30;
  reconcile.local_pods = 5;
  reconcile.namespaces = 1;
  reconcile.policies = 2;
  reconcile.table = {16, 17, 18, 19};
  reconcile.latency.Add(0.001);
  status.denied_log = {true, true, std::nullopt, 4, 1, 7, 0};
  return status;
}

NodeReport SomeReport() {
  NodeReport report{"node1", "v1", SomeStatus(), {}, {}};
  const PolicySince web{{"default", "web"}, "2026-11-26T03:09:28Z"};
  report.pods.push_back({{"default", "db"},
                         {*IpAddress::Parse("10.244.0.10"), *IpAddress::Parse("fd00::10")},
                         IsolationReport{false, {web}},
                         std::nullopt});
  report.pods.push_back({{"default", "shop"},
                         {*IpAddress::Parse("10.244.0.11")},
                         std::nullopt,
                         IsolationReport{true, {{{"default", "trial"}, ""}}}});
  report.packets.all[{policy::Direction::kIngress, Judged::kDenied}] = 14;
  return report;
}

std::string Text(const NodeReport& report, bool wide = false) {
  const auto text = StatusText(ToJson(report), wide);
  REQUIRE(text.has_value());
  return *text;
}

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("A node in order: figures, and each pod with its policies", "[status]") {
  const std::string text = Text(SomeReport());
  CHECK(text ==
        "Node node1: in order (portcullis v1, started 2026-11-25T21:03:38Z)\n"
        "\n"
        "Knows    30 pods (5 here), 1 namespace, 2 policies\n"
        "Changes  1 in the kernel, p50 0.5 ms and p99 0.99 ms after the event; 0 repairs\n"
        "Packets  0 allowed (first ones), 14 denied, 0 would be denied; 0 flows cut\n"
        "Log      5 lines of denied flows, 7 suppressed, 0 lost\n"
        "\n"
        "POD           ADDRESSES             INGRESS      EGRESS\n"
        "default/db    10.244.0.10,fd00::10  default/web  open\n"
        "default/shop  10.244.0.11           open         audit: default/trial\n");
  CHECK(IsInOrder(ToJson(SomeReport())));
}

TEST_CASE("Where nothing has changed yet, no time is given", "[status]") {
  NodeReport report = SomeReport();
  report.status.reconcile.latency = {};
  CHECK(Has(Text(report), "Changes  none since the start; 0 repairs\n"));
}

TEST_CASE("Wide says since when, and what is watched and in the table", "[status]") {
  const std::string text = Text(SomeReport(), /*wide=*/true);
  CHECK(Has(text, "default/web (2026-11-26T03:09:28Z)"));
  CHECK(Has(text, "audit: default/trial (not in force)"));
  CHECK(Has(text, "16 sets with 17 elements, 18 chains with 19 rules; generation 3"));
  CHECK(Has(text, "NetworkPolicy  yes       812"));
}

TEST_CASE("Troubles come first", "[status]") {
  NodeReport report = SomeReport();
  report.status.reconcile.failure = Error{ErrorCode::kUnavailable, "no memory"};
  report.status.bypasses = {"bridge cni0"};
  report.status.watches.at(2).up = false;
  report.status.watches.at(2).trouble = Error{ErrorCode::kPermission, "forbidden"};
  const std::string text = Text(report);
  CHECK(text.find("Node node1: not in order") == 0);
  CHECK(Has(text, "  ! the kernel does not hold what the API asks: no memory\n"));
  CHECK(Has(text, "  ! packets can pass beside the rules: bridge cni0\n"));
  CHECK(Has(text, "  ! no watch of NetworkPolicy stands: forbidden\n"));
  CHECK_FALSE(IsInOrder(ToJson(report)));
}

TEST_CASE("What is no status is refused", "[status]") {
  CHECK_FALSE(StatusText("<html>", false).has_value());
  CHECK_FALSE(StatusText("[]", false).has_value());
  CHECK_FALSE(IsInOrder("no JSON"));
  CHECK_FALSE(YamlText("no JSON").has_value());
}

TEST_CASE("YAML has the keys of the JSON, and its texts stay texts", "[status]") {
  const auto yaml = YamlText(R"({"a": "7", "b": [1, null, true], "c": {}, "d": 0.5})");
  REQUIRE(yaml.has_value());
  CHECK(*yaml == "a: \"7\"\nb:\n  - 1\n  - ~\n  - true\nc:\n  {}\nd: 0.5\n");
}

TEST_CASE("The page about a policy says whether the kernel holds it as it is", "[status]") {
  PolicyReport report;
  report.policy = {"default", "web"};
  report.known = true;
  report.resource_version = "8";
  report.resource_version_in_force = "7";
  CHECK(Has(ToJson(report), "\"inForce\": false"));
  report.resource_version_in_force = "8";
  CHECK(Has(ToJson(report), "\"inForce\": true"));
  report.failure = "no memory";
  CHECK(Has(ToJson(report), "\"inForce\": false"));
}

}  // namespace
}  // namespace portcullis::cli
