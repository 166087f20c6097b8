// SPDX-License-Identifier: Apache-2.0
//
// What is said of a watch's fate: once per change of state, never per retry.
#include "controller/watches/watch_log.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/controller/capture.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;
using test::Capture;

const Error kAway{ErrorCode::kUnavailable, "no connection"};

/// The lines that a watch log writes while `happen` is done to it.
template <typename Happen>
std::string Said(const Happen& happen) {
  return Capture([&] {
    EventLog log(LogFormat::kText, LogLevel::kInfo);
    WatchLog watch(log);
    happen(watch);
  });
}

auto Lines(const std::string& text) {
  return std::count(text.begin(), text.end(), '\n');
}

TEST_CASE("An outage is one line, its end another, however many retries lie between",
          "[watch_log]") {
  const std::string said = Said([](WatchLog& watch) {
    for (int i = 0; i < 100; ++i) {
      watch.OnRetry("Pod", kAway, milliseconds(50));
    }
    watch.OnConnected("Pod", true);
    watch.OnConnected("Pod", false);
    watch.OnConnected("Pod", true);
  });
  CHECK(Lines(said) == 2);
  CHECK(said.find("no connection") != std::string::npos);
  CHECK(said.find("stands again") != std::string::npos);
}

TEST_CASE("A failure of another nature is said, and a later outage too", "[watch_log]") {
  const std::string said = Said([](WatchLog& watch) {
    watch.OnRetry("Pod", kAway, milliseconds(50));
    watch.OnRetry("Pod", {ErrorCode::kPermission, "pods is forbidden"}, milliseconds(50));
    watch.OnConnected("Pod", true);
    watch.OnRetry("Pod", kAway, milliseconds(50));
  });
  CHECK(Lines(said) == 4);
  CHECK(said.find("pods is forbidden") != std::string::npos);
}

TEST_CASE("A missing right is said once per right, as an error, however often it is tried",
          "[watch_log]") {
  const std::string said = Said([](WatchLog& watch) {
    for (int i = 0; i < 100; ++i) {
      watch.OnRetry("Pod", {ErrorCode::kPermission, "list pods: 403"}, milliseconds(50));
    }
    watch.OnListed("Pod", 1, "7", milliseconds(5));
    for (int i = 0; i < 100; ++i) {
      watch.OnRetry("Pod", {ErrorCode::kPermission, "watch pods: 403"}, milliseconds(50));
    }
  });
  CHECK(Lines(said) == 3);
  CHECK(said.find("error   Pod: list pods: 403") != std::string::npos);
  CHECK(said.find("error   Pod: watch pods: 403") != std::string::npos);
}

TEST_CASE("An expired watch is said once, as a relist with its reason", "[watch_log]") {
  const std::string said = Said([](WatchLog& watch) {
    watch.OnRelist("Pod", "too old resource version");
    watch.OnRetry("Pod", {ErrorCode::kExpired, "too old resource version"}, milliseconds(50));
    watch.OnConnected("Pod", true);
  });
  CHECK(Lines(said) == 1);
}

}  // namespace
}  // namespace portcullis
