// SPDX-License-Identifier: Apache-2.0
//
// The thread that writes denied flows to the log: what becomes of packets, of a dead reader and of
// a reconciler that does not answer. Run under TSan as well.
#include "controller/denied/denied_log.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "controller/reconcile/event_queue.h"
#include "tests/controller/capture.h"

namespace portcullis::denied {
namespace {

using std::chrono::milliseconds;

/// Hands out what the test puts in; `error` ends it.
struct Feed {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<Result<nft::LoggedPackets>> waiting;

  void Put(Result<nft::LoggedPackets> heard) {
    {
      const std::lock_guard lock(mutex);
      waiting.push_back(std::move(heard));
    }
    changed.notify_all();
  }
};

class FakeLog final : public nft::PacketLog {
 public:
  explicit FakeLog(Feed& feed) : feed_(feed) {}

  Result<nft::LoggedPackets> Wait(const std::stop_token& stop, milliseconds timeout) override {
    std::unique_lock lock(feed_.mutex);
    feed_.changed.wait_for(lock, stop, timeout, [this] { return !feed_.waiting.empty(); });
    if (feed_.waiting.empty()) {
      return nft::LoggedPackets{};
    }
    auto heard = std::move(feed_.waiting.front());
    feed_.waiting.pop_front();
    return heard;
  }

 private:
  Feed& feed_;
};

class FakeCounters final : public nft::Counters {
 public:
  Result<std::vector<nft::RuleCount>> Read(const std::string& /*table*/) override {
    return std::vector<nft::RuleCount>{};
  }
};

/// Answers at once, on the thread that asks, for a node without pods; or never.
class FakeDesk final : public InquiryDesk {
 public:
  bool Post(Inquiry inquiry) override {
    ++posted;
    if (answers) {
      inquiry({engine_, in_force_, true});
    }
    return answers;
  }

  bool answers = true;
  std::atomic<int> posted = 0;

 private:
  policy::Engine engine_{"node1"};
  PoliciesInForce in_force_;
};

nft::LoggedPackets Packets(uint16_t count, uint64_t lost = 0) {
  nft::LoggedPackets heard;
  const std::string chain = GroupChainName(
      {policy::Direction::kIngress, {{"default", "web"}}, false}, policy::Tracking::kTracked);
  for (uint16_t i = 0; i < count; ++i) {
    nft::PacketHeader header;
    header.source = *IpAddress::Parse("10.0.0.1");
    header.destination = *IpAddress::Parse("10.0.0.2");
    header.protocol = 17;
    header.source_port = static_cast<uint16_t>(1000 + i);
    header.destination_port = 53;
    heard.packets.push_back({chain, header});
  }
  heard.lost = lost;
  return heard;
}

struct Rig {
  Feed feed;
  FakeCounters counters;
  FakeDesk desk;
  PacketCounter packets{counters, desk};
  StatusBoard board{Status{}};
  PodCounts pods;
  int64_t packets_per_second = 1'000'000'000;
  int refusals = 0;  ///< How often the kernel's log cannot be opened.

  /// What the log says until the status is as wanted.
  template <typename Until>
  std::string Run(const Until& until) {
    return test::Capture([&] {
      EventLog log(LogFormat::kText, LogLevel::kInfo);
      const auto open = [this]() -> Result<std::unique_ptr<nft::PacketLog>> {
        if (refusals-- > 0) {
          return Fail(ErrorCode::kConflict, "another program reads group 10310");
        }
        return std::make_unique<FakeLog>(feed);
      };
      DeniedLog::Options options;
      options.retry = milliseconds(10);
      options.summary = milliseconds(1'500);
      options.packets_per_second = packets_per_second;
      DeniedLog denied(open, desk, packets, log, board, &pods, options);
      const std::jthread thread([&](const std::stop_token& stop) { denied.Run(stop); });
      for (int i = 0; i < 2000 && !until(board.Read().denied_log); ++i) {
        std::this_thread::sleep_for(milliseconds(10));
      }
    });
  }
};

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("Packets become lines, as many as the limits let, and the rest is counted and said",
          "[denied_log]") {
  Rig rig;
  rig.feed.Put(Packets(30, /*lost=*/7));
  const auto start = std::chrono::steady_clock::now();
  const std::string said = rig.Run([&](const DeniedLogStatus& status) {
    return status.suppressed == 25 && std::chrono::steady_clock::now() - start > milliseconds(3500);
  });
  const DeniedLogStatus status = rig.board.Read().denied_log;
  CHECK(status.lines == 5);
  CHECK(status.suppressed == 25);
  CHECK(status.lost == 7);
  CHECK(status.up);
  CHECK(Count(said, "UDP 10.0.0.1 -> 10.0.0.2:53 denied: ingress of 10.0.0.2") == 5);
  CHECK(Count(said, "25 more denied flows got no line of their own, of 1 pair: UDP 10.0.0.1") == 1);
}

TEST_CASE("A log that cannot be read is said once, and tried again", "[denied_log]") {
  Rig rig;
  rig.refusals = 3;
  rig.feed.Put(Fail(ErrorCode::kUnavailable, "the socket is broken"));
  rig.feed.Put(Packets(1));
  const std::string said = rig.Run([](const DeniedLogStatus& status) { return status.lines == 1; });
  CHECK(Count(said, "another program reads group 10310; they are denied and counted") == 1);
  CHECK(Count(said, "the socket is broken") == 1);
  CHECK(Count(said, "denied flows are written to the log again") == 2);
  CHECK(rig.board.Read().denied_log.up);
}

TEST_CASE("Where the reconciler does not answer, a line says what the packet does",
          "[denied_log]") {
  Rig rig;
  rig.desk.answers = false;
  rig.feed.Put(Packets(1));
  const std::string said = rig.Run([](const DeniedLogStatus& status) { return status.lines == 1; });
  CHECK(said.find("UDP 10.0.0.1 -> 10.0.0.2:53 denied: ingress of 10.0.0.2") != std::string::npos);
}

TEST_CASE("No more packets are read than a second may bring, and a stop does not wait for it",
          "[denied_log]") {
  Rig rig;
  rig.packets_per_second = 1;
  rig.feed.Put(Packets(1'000));  // Some 17 minutes' worth.
  rig.feed.Put(Packets(1, /*lost=*/7));
  int looked = 0;
  static_cast<void>(rig.Run(
      [&](const DeniedLogStatus& status) { return status.suppressed == 995 && ++looked == 20; }));
  CHECK(rig.board.Read().denied_log.lines == 5);
  CHECK(rig.board.Read().denied_log.lost == 0);
}

TEST_CASE("In a flood the reconciler is asked for lines, and some times a second for the pods",
          "[denied_log]") {
  Rig rig;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 300; ++i) {
    rig.feed.Put(Packets(1'000));
  }
  rig.feed.Put(Packets(1, /*lost=*/1));
  static_cast<void>(rig.Run([](const DeniedLogStatus& status) { return status.lost == 1; }));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  // The first five of the pair, its later ones, the pods, and the summaries: not 301.
  CHECK(rig.desk.posted <= 8 + 12 * (seconds + 1));
}

TEST_CASE("Pods are counted up to a bound, the rest together", "[denied_log]") {
  PodCounts counts;
  const PacketKind kind;
  for (size_t i = 0; i < PodCounts::kMaxPods + 20; ++i) {
    counts.Add({"default", "p" + std::to_string(i)}, kind);
    counts.Add({"default", "p0"}, kind);
  }
  const PodPackets read = counts.Read();
  CHECK(read.size() == PodCounts::kMaxPods + 1);
  CHECK(read.at({}).at(kind) == 20);
  CHECK(read.at({"default", "p0"}).at(kind) == PodCounts::kMaxPods + 21);
}

}  // namespace
}  // namespace portcullis::denied
