// SPDX-License-Identifier: Apache-2.0
//
// What the log's lines look like, read back from standard output.
#include "controller/process/event_log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <regex>

#include <fcntl.h>
#include <unistd.h>

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

TEST_CASE("Lines that nobody takes are lost from the oldest on, counted, and said", "[event_log]") {
  std::array<int, 2> pipe{};
  REQUIRE(pipe2(pipe.data(), O_CLOEXEC) == 0);
  REQUIRE(std::fflush(stdout) == 0);
  const int saved = dup(STDOUT_FILENO);
  dup2(pipe[1], STDOUT_FILENO);
  std::string text;
  {
    EventLog log(LogFormat::kText, LogLevel::kInfo);
    const std::string line(1'000, 'x');
    for (int i = 0; i < 5'000; ++i) {
      log.Write(LogLevel::kInfo, "event", line);
    }
    std::array<char, 4096> buffer{};
    while (text.find("lines of this log are lost") == std::string::npos) {
      log.Write(LogLevel::kInfo, "event", "newest");
      const ssize_t got = read(pipe[0], buffer.data(), buffer.size());
      REQUIRE(got > 0);
      text.append(buffer.data(), static_cast<size_t>(got));
    }
  }
  dup2(saved, STDOUT_FILENO);
  for (const int fd : {saved, pipe[0], pipe[1]}) {
    close(fd);
  }
  CHECK(text.find(" warning 4") != std::string::npos);  // Over 4,000 of them.
}

}  // namespace
}  // namespace portcullis
