// SPDX-License-Identifier: Apache-2.0
//
// MnlMonitor against the kernel's notifications. Needs root and the program nft, which plays the
// other one.
#include <chrono>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "nft/mnl_kernel.h"
#include "nft/mnl_monitor.h"
#include "tests/nft/namespace.h"

namespace portcullis::nft {
namespace {

using std::chrono::milliseconds;
using test::EnterFreshNamespace;
using test::Run;

constexpr char kTable[] = "portcullis_test";
constexpr milliseconds kSoon{5'000};  // Passed by only where the test fails.
constexpr milliseconds kAWhile{100};  // In which nothing is to come.

void Nft(const std::string& command) {
  const auto ran = Run("nft '" + command + "'");
  INFO(command << ": " << ran.output);
  REQUIRE(ran.status == 0);
}

bool Hears(MnlMonitor& monitor, milliseconds timeout, const std::stop_token& stop = {}) {
  const auto heard = monitor.Wait(stop, timeout);
  REQUIRE(heard);
  return *heard;
}

/// Our kernel with a table of ours, and a monitor that has heard nothing yet.
struct Watched {
  MnlKernel kernel;
  MnlMonitor monitor;
};

void CommitOurs(MnlKernel& kernel, const Operation& operation) {
  const auto snapshot = kernel.Dump(kTable);
  REQUIRE(snapshot);
  REQUIRE(kernel.Commit({kTable, {operation}}, snapshot->generation));
}

Watched Watch() {
  EnterFreshNamespace();
  auto kernel = MnlKernel::Open();
  REQUIRE(kernel);
  CommitOurs(*kernel, AddTable{});
  auto monitor = MnlMonitor::Open(kTable, kernel->port());
  REQUIRE(monitor);
  return {std::move(*kernel), std::move(*monitor)};
}

}  // namespace

TEST_CASE("A monitor hears of every kind of change that others make to the table") {
  Watched watched = Watch();
  const std::string table = std::string(" inet ") + kTable;
  for (const std::string& command : {"add chain" + table + " c",
                                     "add rule" + table + " c drop",
                                     "add set" + table + " s { type ipv4_addr; }",
                                     "add element" + table + " s { 10.0.0.1 }",
                                     "flush chain" + table + " c",
                                     "delete table" + table}) {
    INFO(command);
    Nft(command);
    CHECK(Hears(watched.monitor, kSoon));
    CHECK_FALSE(Hears(watched.monitor, kAWhile));
  }
}

TEST_CASE("A monitor hears of a flushed ruleset") {
  Watched watched = Watch();
  Nft("flush ruleset");
  CHECK(Hears(watched.monitor, kSoon));
}

TEST_CASE("A monitor passes over our own commits, and over others' tables") {
  Watched watched = Watch();
  CommitOurs(watched.kernel, AddChain{Chain{"c", std::nullopt, "", {}}});
  Nft("add table inet other");
  Nft(std::string("add table ip ") + kTable);  // Another family's table of our name.
  CHECK_FALSE(Hears(watched.monitor, kAWhile));
}

TEST_CASE("A large commit of our own drowns nobody's notifications") {
  Watched watched = Watch();
  Set ports{"s", {KeyType::kInetService}, false, false, "", {}};
  AddElements add{ports, {}};
  for (int port = 0; port < 20'000; ++port) {
    const std::string key{static_cast<char>(port / 256), static_cast<char>(port % 256)};
    add.elements.push_back(Element{key, "", {}, ""});
  }
  REQUIRE(watched.kernel.Commit({kTable, {AddSet{ports}, add}}, std::nullopt));
  CHECK_FALSE(Hears(watched.monitor, kAWhile));
  Nft(std::string("add chain inet ") + kTable + " c");
  CHECK(Hears(watched.monitor, kSoon));
}

TEST_CASE("Notifications that are lost count as a change") {
  Watched watched = Watch();
  Nft("add table inet other");
  Nft("add set inet other s { type inet_service; }");
  // Each element is a notification of its own; the socket keeps some hundreds.
  std::string elements;
  for (int port = 1; port <= 20'000; ++port) {
    elements += (port == 1 ? "" : ",") + std::to_string(port);
  }
  const auto ran =
      test::RunWithInput("nft -f -", "add element inet other s { " + elements + " }\n");
  INFO(ran.output);
  REQUIRE(ran.status == 0);
  CHECK(Hears(watched.monitor, kSoon));
}

TEST_CASE("A stop ends the wait at once") {
  Watched watched = Watch();
  std::stop_source stop;
  const std::jthread stopper([&stop] {
    std::this_thread::sleep_for(milliseconds(20));
    stop.request_stop();
  });
  const auto begun = std::chrono::steady_clock::now();
  CHECK_FALSE(Hears(watched.monitor, milliseconds(60'000), stop.get_token()));
  CHECK(std::chrono::steady_clock::now() - begun < kSoon);
}

}  // namespace portcullis::nft
