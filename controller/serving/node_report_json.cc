// SPDX-License-Identifier: Apache-2.0
//
// See node_report_json.h.
#include "controller/serving/node_report_json.h"

#include <nlohmann/json.hpp>

namespace portcullis {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json OrNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

Json OrNull(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json TimeOrNull(const std::optional<WallTime>& time) {
  return time ? Json(ToRfc3339(*time)) : Json();
}

Json MessageOrNull(const std::optional<Error>& error) {
  return error ? Json(error->message) : Json();
}

Json Keys(const std::vector<k8s::ObjectKey>& keys) {
  Json list = Json::array();
  for (const k8s::ObjectKey& key : keys) {
    list.push_back(key.ToString());
  }
  return list;
}

Json WatchesOf(const Status& status) {
  Json list = Json::array();
  for (const WatchStatus& watch : status.watches) {
    list.push_back({{"kind", watch.kind},
                    {"listed", watch.listed},
                    {"watching", watch.up},
                    {"resourceVersion", OrNull(watch.resource_version)},
                    {"events", watch.events},
                    {"trouble", MessageOrNull(watch.trouble)}});
  }
  return list;
}

Json ObjectsOf(const ReconcileStatus& reconcile) {
  return {{"pods", reconcile.pods},
          {"localPods", reconcile.local_pods},
          {"namespaces", reconcile.namespaces},
          {"policies", reconcile.policies}};
}

Json TableOf(const ReconcileStatus& reconcile) {
  return {{"generation", OrNull(reconcile.generation)},
          {"groups", reconcile.groups},
          {"selectors", reconcile.selectors},
          {"sets", reconcile.table.sets},
          {"elements", reconcile.table.elements},
          {"chains", reconcile.table.chains},
          {"rules", reconcile.table.rules}};
}

Json IsolationOf(const std::optional<IsolationReport>& isolation) {
  if (!isolation) {
    return {};
  }
  Json policies = Json::array();
  for (const PolicySince& each : isolation->policies) {
    policies.push_back({{"policy", each.policy.ToString()}, {"since", OrNull(each.since)}});
  }
  return {{"mode", isolation->audit ? "audit" : "enforced"}, {"policies", std::move(policies)}};
}

Json PodsOf(const std::vector<PodReport>& pods) {
  Json list = Json::array();
  for (const PodReport& pod : pods) {
    Json addresses = Json::array();
    for (const IpAddress& address : pod.addresses) {
      addresses.push_back(address.ToString());
    }
    list.push_back({{"namespace", pod.key.ns},
                    {"name", pod.key.name},
                    {"addresses", std::move(addresses)},
                    {"ingress", IsolationOf(pod.ingress)},
                    {"egress", IsolationOf(pod.egress)}});
  }
  return list;
}

Json LatencyOf(const LatencyHistogram& latency) {
  return {{"count", latency.count},
          {"p50Seconds", OrNull(latency.Quantile(0.5))},
          {"p99Seconds", OrNull(latency.Quantile(0.99))}};
}

Json PacketsOf(const PacketTotals& packets) {
  return {{"allowed", packets.Sum(Judged::kAllowed)},
          {"denied", packets.Sum(Judged::kDenied)},
          {"wouldDeny", packets.Sum(Judged::kWouldDeny)},
          {"flowsCut", packets.flows_cut}};
}

Json DeniedLogOf(const DeniedLogStatus& log) {
  return {{"wanted", log.wanted},
          {"reading", log.up},
          {"trouble", MessageOrNull(log.trouble)},
          {"lines", log.lines + log.would_deny_lines},
          {"suppressed", log.suppressed},
          {"lost", log.lost}};
}

/// Names come from the API and could hold bytes that are no UTF-8: replace those rather than fail.
std::string Text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string ToJson(const NodeReport& report) {
  const Status& status = report.status;
  const ReconcileStatus& reconcile = status.reconcile;
  return Text(
      {{"node", report.node},
       {"version", report.version},
       {"started", ToRfc3339(status.started)},
       {"synced", reconcile.synced && !reconcile.failure},
       {"lastSuccess", TimeOrNull(reconcile.last_success)},
       {"failure", MessageOrNull(reconcile.failure)},
       {"bypasses", status.bypasses},
       {"watches", WatchesOf(status)},
       {"objects", ObjectsOf(reconcile)},
       {"table", TableOf(reconcile)},
       {"repairs", {{"count", reconcile.repairs}, {"last", TimeOrNull(reconcile.last_repair)}}},
       {"latency", LatencyOf(reconcile.latency)},
       {"packets", PacketsOf(report.packets)},
       {"deniedLog", DeniedLogOf(status.denied_log)},
       {"pods", PodsOf(report.pods)}});
}

std::string ToJson(const PolicyReport& report) {
  Json types = Json::array();
  if (report.isolates_ingress) {
    types.push_back("Ingress");
  }
  if (report.isolates_egress) {
    types.push_back("Egress");
  }
  return Text({{"node", report.node},
               {"policy", report.policy.ToString()},
               {"known", report.known},
               {"uid", OrNull(report.uid)},
               {"resourceVersion", OrNull(report.resource_version)},
               {"policyTypes", std::move(types)},
               {"inForce", report.in_force()},
               {"resourceVersionInForce", OrNull(report.resource_version_in_force)},
               {"since", OrNull(report.since)},
               {"enforcedPods", Keys(report.enforced_pods)},
               {"auditedPods", Keys(report.audited_pods)},
               {"problems", report.problems},
               {"failure", OrNull(report.failure)}});
}

}  // namespace portcullis
