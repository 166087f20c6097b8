// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a watch, on the status board.
#include "controller/watches/watch_meter.h"

#include <array>
#include <thread>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

using std::chrono::milliseconds;

class Counted final : public k8s::WatchObserver {
 public:
  void OnListed(const std::string&, size_t, const std::string&, milliseconds) override { ++calls; }
  void OnRelist(const std::string&, const std::string&) override { ++calls; }
  void OnRetry(const std::string&, const Error&, milliseconds) override { ++calls; }
  void OnBadObject(const std::string&, const std::string&) override { ++calls; }
  void OnProgress(const std::string&, const std::string&, bool) override { ++calls; }
  void OnConnected(const std::string&, bool) override { ++calls; }

  int calls = 0;
};

struct Metered {
  Metered() : board(TwoKinds()) {}

  static Status TwoKinds() {
    Status status;
    status.watches.resize(2);
    status.watches.at(0).kind = "Pod";
    status.watches.at(1).kind = "Namespace";
    return status;
  }
  [[nodiscard]] WatchStatus pods() const { return board.Read().watches.at(0); }

  StatusBoard board;
  Counted next;
  WatchMeter meter{board, next};
};

const Error kAway{ErrorCode::kUnavailable, "no connection"};
const Error kRefused{ErrorCode::kPermission, "forbidden"};

TEST_CASE("A watch's fate is counted under its kind, and handed on", "[watch_meter]") {
  Metered metered;
  metered.meter.OnListed("Pod", 3, "7", milliseconds(5));
  metered.meter.OnConnected("Pod", true);
  metered.meter.OnBadObject("Pod", "what");
  metered.meter.OnRelist("Pod", "why");
  metered.meter.OnRetry("Pod", kAway, milliseconds(5));
  const WatchStatus pods = metered.pods();
  CHECK(pods.listed);
  CHECK(pods.stood);
  CHECK(pods.lists == 1);
  CHECK(pods.relists == 1);
  CHECK(pods.retries == 1);
  CHECK(pods.bad_objects == 1);
  CHECK_FALSE(metered.board.Read().watches.at(1).listed);
  CHECK(metered.next.calls == 5);
}

TEST_CASE("Trouble lasts from its first failure until a watch stands", "[watch_meter]") {
  Metered metered;
  metered.meter.OnRetry("Pod", kAway, milliseconds(5));
  const auto since = metered.pods().trouble_since;
  REQUIRE(since.has_value());
  metered.meter.OnRetry("Pod", kRefused, milliseconds(5));
  CHECK(metered.pods().trouble_since == since);
  CHECK(metered.pods().trouble->message == "forbidden");
  metered.meter.OnListed("Pod", 3, "7", milliseconds(5));
  CHECK(metered.pods().trouble.has_value());
  metered.meter.OnConnected("Pod", true);
  CHECK_FALSE(metered.pods().trouble.has_value());
  CHECK_FALSE(metered.pods().trouble_since.has_value());
  CHECK(metered.pods().up);
  metered.meter.OnConnected("Pod", false);
  CHECK_FALSE(metered.pods().up);
  CHECK_FALSE(metered.pods().trouble.has_value());
}

TEST_CASE("The board bears many writers and readers", "[watch_meter]") {
  Metered metered;
  {
    const auto use = [&metered] {
      for (int n = 0; n < 1000; ++n) {
        metered.board.Write([](Status& status) { ++status.reconcile.steps; });
        (void)metered.board.Read();
      }
    };
    const std::array<std::jthread, 4> threads = {
        std::jthread(use), std::jthread(use), std::jthread(use), std::jthread(use)};
  }
  CHECK(metered.board.Read().reconcile.steps == 4000);
}

}  // namespace
}  // namespace portcullis
