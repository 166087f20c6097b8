// SPDX-License-Identifier: Apache-2.0
//
// See event_rules.h.
#include "tests/support/api/event_rules.h"

#include <regex>

#include <nlohmann/json.hpp>

namespace portcullis::test {
namespace {

using nlohmann::json;

std::string Text(const json& event, const char* field) {
  const auto found = event.find(field);
  return found != event.end() && found->is_string() ? found->get<std::string>() : "";
}

bool IsSubdomain(const std::string& name) {
  static const std::regex kSubdomain(
      "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  return name.size() <= 253 && std::regex_match(name, kSubdomain);
}

/// A time with microseconds, in UTC or with an offset.
bool IsMicroTime(const std::string& text) {
  static const std::regex kMicroTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d))");
  return std::regex_match(text, kMicroTime);
}

/// Required, and not longer than allowed.
std::string CheckText(const json& event, const char* field, size_t limit) {
  const std::string text = Text(event, field);
  if (text.empty()) {
    return std::string(field) + ": Required value";
  }
  return text.size() > limit ? std::string(field) + ": Invalid value: too long" : "";
}

std::string CheckRegarding(const json& event) {
  const auto regarding = event.find("regarding");
  const std::string ns =
      regarding != event.end() && regarding->is_object() ? Text(*regarding, "namespace") : "";
  return ns == Text(event.at("metadata"), "namespace")
             ? ""
             : "involvedObject.namespace: Invalid value: does not match event.namespace";
}

std::string CheckOldFields(const json& event) {
  for (const char* field : {"deprecatedCount",
                            "deprecatedFirstTimestamp",
                            "deprecatedLastTimestamp",
                            "deprecatedSource"}) {
    if (event.contains(field)) {
      return std::string(field) + ": Invalid value: must not be set";
    }
  }
  return "";
}

}  // namespace

std::string WhatIsWrongWithEvent(const json& event) {
  const std::string type = Text(event, "type");
  const bool known_type = type == "Normal" || type == "Warning";
  for (const std::string& wrong :
       {IsSubdomain(Text(event.at("metadata"), "name"))
            ? ""
            : std::string("metadata.name: Invalid value: no DNS subdomain"),
        CheckRegarding(event),
        IsMicroTime(Text(event, "eventTime")) ? "" : std::string("eventTime: Required value"),
        CheckText(event, "reportingController", 253),
        CheckText(event, "reportingInstance", 128),
        CheckText(event, "action", 128),
        CheckText(event, "reason", 128),
        known_type ? "" : "type: Invalid value: \"" + type + "\"",
        Text(event, "note").size() > 1024 ? std::string("message: can have at most 1024 bytes")
                                          : "",
        CheckOldFields(event)}) {
    if (!wrong.empty()) {
      return wrong;
    }
  }
  return "";
}

}  // namespace portcullis::test
