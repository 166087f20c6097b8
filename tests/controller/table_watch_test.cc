// SPDX-License-Identifier: Apache-2.0
//
// When the table is compared with the kernel's: at each change that is heard of, and at once where
// nothing can be heard any more. Run under TSan as well.
#include "controller/watches/table_watch.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <semaphore>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/controller/capture.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;

/// Answers what the test has put in, one after the other, and then nothing until the stop.
class FakeMonitor final : public nft::Monitor {
 public:
  explicit FakeMonitor(std::deque<Result<bool>> answers) : answers_(std::move(answers)) {}

  Result<bool> Wait(const std::stop_token& stop, milliseconds timeout) override {
    if (answers_.empty()) {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any().wait_for(lock, stop, timeout, [] { return false; });
      return false;
    }
    auto answer = answers_.front();
    answers_.pop_front();
    return answer;
  }

 private:
  std::deque<Result<bool>> answers_;
};

Result<bool> Broken() {
  return Fail(ErrorCode::kUnavailable, "the socket is broken");
}

/// The watch until `checks` comparisons were asked for, each fetched before the next one.
struct Watched {
  EventQueue queue;
  std::counting_semaphore<> turns{0};  ///< One for each time that a monitor may be opened.
  int refusals = 0;                    ///< How often no new monitor can be had.
  int opened = 0;

  std::string Run(std::deque<Result<bool>> answers, int checks) {
    return test::Capture([&] {
      EventLog log(LogFormat::kText, LogLevel::kInfo);
      const auto open = [this]() -> Result<std::unique_ptr<nft::Monitor>> {
        turns.acquire();
        if (refusals-- > 0) {
          return Fail(ErrorCode::kUnavailable, "no socket can be had");
        }
        ++opened;
        return std::make_unique<FakeMonitor>(std::deque<Result<bool>>{});
      };
      TableWatch::Options options;
      options.pause = options.first_retry = milliseconds(1);
      TableWatch watch(
          std::make_unique<FakeMonitor>(std::move(answers)), open, queue, log, options);
      const std::jthread thread([&](const std::stop_token& stop) { watch.Run(stop); });
      for (int i = 0; i < checks; ++i) {
        const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        CHECK(queue.Wait({}, patience).foreign_change);
        turns.release();
      }
    });
  }
};

TEST_CASE("A change that is heard of is a reason to look", "[table_watch]") {
  Watched watched;
  CHECK(watched.Run({false, true}, 1).empty());
  CHECK(watched.opened == 0);
}

TEST_CASE("A monitor that fails is a reason to look at once, and a new one is opened",
          "[table_watch]") {
  Watched watched;
  // Once when it fails and once when the next one hears, as nobody did in between.
  const std::string said = watched.Run({Broken()}, 2);
  CHECK(watched.opened == 1);
  CHECK(said.find("not heard of: the socket is broken; the rules are compared") !=
        std::string::npos);
}

TEST_CASE("As long as none can be opened it looks at each try, and complains once",
          "[table_watch]") {
  Watched watched;
  watched.refusals = 2;
  const std::string said = watched.Run({Broken()}, 4);
  CHECK(watched.opened == 1);
  CHECK(said.find("the socket is broken") != std::string::npos);
  CHECK(said.find("no socket can be had") == std::string::npos);
}

}  // namespace
}  // namespace portcullis
