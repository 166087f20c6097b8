// SPDX-License-Identifier: Apache-2.0
//
// See event_object.h.
#include "controller/api_events/event_object.h"

#include <array>
#include <ctime>

#include <nlohmann/json.hpp>

#include "base/hash.h"

namespace portcullis::api_events {
namespace {

using insight::Finding;

constexpr size_t kMaxName = 253;
constexpr size_t kMaxInstance = 128;
constexpr char kController[] = "portcullis.io/portcullis";

/// RFC 3339 with microseconds, which eventTime must have.
std::string MicroTime(std::chrono::system_clock::time_point now) {
  const auto micros =
      std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const time_t seconds = micros / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, sizeof "2026-01-01T00:00:00"> text{};
  const size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::string fraction = std::to_string(micros % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return std::string(text.data(), length) + "." + fraction + "Z";
}

/// A selector that selects nothing may be meant so, and so is an audit; a policy without any effect
/// is seldom meant so.
const char* TypeOf(Finding::Kind kind) {
  const bool may_be_meant =
      kind == Finding::Kind::kPeerSelectsNoPod || kind == Finding::Kind::kAudited;
  return may_be_meant ? "Normal" : "Warning";
}

}  // namespace

std::string EventName(const PolicyRef& policy, const Finding& finding) {
  const std::string digest =
      ShortDigest(policy.uid + "\n" + std::to_string(policy.generation) + "\n" +
                  insight::ToText(finding.kind) + "\n" + finding.note);
  std::string name = policy.key.name.substr(0, kMaxName - digest.size() - 1);
  while (!name.empty() && (name.back() == '.' || name.back() == '-')) {
    name.pop_back();
  }
  return name + "." + digest;
}

std::string EventJson(const PolicyRef& policy,
                      const Finding& finding,
                      const std::string& node,
                      std::chrono::system_clock::time_point now) {
  const nlohmann::json event = {
      {"apiVersion", "events.k8s.io/v1"},
      {"kind", "Event"},
      {"metadata", {{"namespace", policy.key.ns}, {"name", EventName(policy, finding)}}},
      {"eventTime", MicroTime(now)},
      {"reportingController", kController},
      {"reportingInstance", node.substr(0, kMaxInstance)},
      {"action", "Check"},
      {"type", TypeOf(finding.kind)},
      {"reason", insight::ToText(finding.kind)},
      {"note", finding.note},
      {"regarding",
       {{"apiVersion", "networking.k8s.io/v1"},
        {"kind", "NetworkPolicy"},
        {"namespace", policy.key.ns},
        {"name", policy.key.name},
        {"uid", policy.uid},
        {"resourceVersion", policy.resource_version}}}};
  return event.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

}  // namespace portcullis::api_events
