// SPDX-License-Identifier: Apache-2.0
//
// What an Event says, and that an API server would take it.
#include "controller/api_events/event_object.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/support/api/event_rules.h"

namespace portcullis::api_events {
namespace {

using insight::Finding;
using std::chrono::microseconds;
using std::chrono::system_clock;

PolicyRef PolicyNamed(const std::string& name) {
  k8s::ObjectMeta meta;
  meta.key = {"shop", name};
  meta.uid = "9f0f3c3e-1111-4000-8000-000000000001";
  meta.generation = 3;
  meta.resource_version = "4711";
  return PolicyRef(meta);
}

const Finding kFinding{Finding::Kind::kSelectsNoPod, "podSelector app=x selects no pod"};

nlohmann::json Event(const PolicyRef& policy, const Finding& finding) {
  // 2026-11-26T03:09:28.000042Z
  const system_clock::time_point time{microseconds{1'795'662'568'000'042}};
  return nlohmann::json::parse(EventJson(policy, finding, "node1", time));
}

TEST_CASE("An Event names the policy, the node and the finding") {
  const auto event = Event(PolicyNamed("web"), kFinding);
  CHECK(test::WhatIsWrongWithEvent(event).empty());
  CHECK(event["metadata"]["namespace"] == "shop");
  CHECK(event["eventTime"] == "2026-11-26T03:09:28.000042Z");
  CHECK(event["type"] == "Warning");
  CHECK(event["reason"] == "SelectsNoPod");
  CHECK(event["note"] == kFinding.note);
  CHECK(event["reportingInstance"] == "node1");
  CHECK(event["regarding"]["kind"] == "NetworkPolicy");
  CHECK(event["regarding"]["name"] == "web");
  CHECK(event["regarding"]["uid"] == "9f0f3c3e-1111-4000-8000-000000000001");
}

TEST_CASE("What may be meant so is normal, the rest a warning") {
  const auto type = [](Finding::Kind kind) {
    return Event(PolicyNamed("web"), {kind, "n"})["type"];
  };
  CHECK(type(Finding::Kind::kAudited) == "Normal");
  CHECK(type(Finding::Kind::kPeerSelectsNoPod) == "Normal");
  CHECK(type(Finding::Kind::kNotUnderstood) == "Warning");
  CHECK(type(Finding::Kind::kUnknownPortName) == "Warning");
}

TEST_CASE("The name is the same wherever it is made, and another for each change and finding") {
  const PolicyRef policy = PolicyNamed("web");
  const std::string name = EventName(policy, kFinding);
  CHECK(name.find("web.") == 0);
  PolicyRef touched = policy;
  touched.resource_version = "4712";  // A label, perhaps.
  CHECK(EventName(touched, kFinding) == name);
  PolicyRef changed = policy;
  changed.generation = 4;
  CHECK(EventName(changed, kFinding) != name);
  PolicyRef anew = policy;
  anew.uid = "other";
  CHECK(EventName(anew, kFinding) != name);
  CHECK(EventName(policy, {kFinding.kind, "other"}) != name);
  CHECK(EventName(policy, {Finding::Kind::kAudited, kFinding.note}) != name);
}

TEST_CASE("Names and notes of any size and bytes make an Event that is taken (11.1)") {
  const std::string long_name = std::string(236, 'a') + ".-" + std::string(15, 'b');
  const Finding odd{Finding::Kind::kNotUnderstood, "\"\xff\" is nothing"};
  const auto event = Event(PolicyNamed(long_name), odd);
  CHECK(test::WhatIsWrongWithEvent(event).empty());
  CHECK(event["metadata"]["name"].get<std::string>().size() <= 253);
}

}  // namespace
}  // namespace portcullis::api_events
