// SPDX-License-Identifier: Apache-2.0
//
// What the log's lines look like, read back from standard output.
#include "controller/event_log.h"

#include <algorithm>
#include <regex>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/controller/capture.h"

namespace portcullis {
namespace {

using test::Capture;

TEST_CASE("A text line has time in UTC, level and message", "[event_log]") {
  const std::string text = Capture([] {
    EventLog log(LogFormat::kText, LogLevel::kInfo);
    log.Write(LogLevel::kWarning, "event", "words for people", {{"key", int64_t{1}}});
  });
  CHECK(std::regex_match(
      text, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warning words for people\n)")));
}

TEST_CASE("A JSON line is one object with the fields in their types", "[event_log]") {
  const std::string text = Capture([] {
    EventLog log(LogFormat::kJson, LogLevel::kInfo);
    log.Write(LogLevel::kInfo,
              "policy_applied",
              "said \"so\"",
              {{"policy", std::string("ns/p")}, {"pods", int64_t{3}}, {"ms", 1.5}});
  });
  const auto line = nlohmann::json::parse(text);
  CHECK(line["event"] == "policy_applied");
  CHECK(line["message"] == "said \"so\"");
  CHECK(line["level"] == "info");
  CHECK(line["policy"] == "ns/p");
  CHECK(line["pods"] == 3);
  CHECK(line["ms"] == 1.5);
}

TEST_CASE("Lines below the level are left out", "[event_log]") {
  CHECK(Capture([] {
          EventLog log(LogFormat::kText, LogLevel::kWarning);
          log.Write(LogLevel::kInfo, "event", "not this");
        }).empty());
}

TEST_CASE("No message makes a second line, nor breaks JSON", "[event_log]") {
  const std::string text = Capture([] {
    EventLog log(LogFormat::kText, LogLevel::kInfo);
    log.Write(LogLevel::kInfo, "event", "a\nforged line\x1b[31m");
  });
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.find('\x1b') == std::string::npos);
  const std::string json = Capture([] {
    EventLog log(LogFormat::kJson, LogLevel::kInfo);
    log.Write(LogLevel::kInfo, "event", "no utf-8: \xff\nsecond");
  });
  CHECK_NOTHROW(nlohmann::json::parse(json));
  CHECK(std::count(json.begin(), json.end(), '\n') == 1);
}

}  // namespace
}  // namespace portcullis
