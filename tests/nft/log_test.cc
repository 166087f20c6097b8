// SPDX-License-Identifier: Apache-2.0
//
// MnlLog against the kernel's own log: packets that rules of ours tell of, a full socket, another
// reader. Needs root and the program ip.
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "nft/mnl_kernel.h"
#include "nft/mnl_log.h"
#include "tests/nft/namespace.h"

namespace portcullis::nft {
namespace {

using std::chrono::milliseconds;
using test::EnterFreshNamespace;
using test::Run;

constexpr uint16_t kGroup = 10310;
constexpr milliseconds kSoon{5'000};  // Passed by only where the test fails.
constexpr milliseconds kAWhile{300};  // In which nothing is to come.

/// A fresh namespace whose packets to itself are told of, and dropped.
void LogEverything(const Log& log) {
  EnterFreshNamespace();
  REQUIRE(Run("ip link set lo up").status == 0);
  Ruleset ruleset;
  ruleset.table = "portcullis_test";
  ruleset.chains["output"] = Chain{"output",
                                   BaseHook{Hook::kOutput, 0},
                                   "",
                                   {Rule{{log, Verdict{VerdictKind::kDrop, ""}}, "", 0}}};
  auto kernel = MnlKernel::Open();
  REQUIRE(kernel);
  const auto committed = kernel->Commit(Diff(std::nullopt, ruleset), std::nullopt);
  INFO((committed ? "" : committed.error().message));
  REQUIRE(committed);
}

void SendUdp(int count, uint16_t port, size_t size = 10) {
  const int fd = socket(AF_INET6, SOCK_DGRAM, 0);
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(port);
  to.sin6_addr = in6addr_loopback;
  const std::string payload(size, 'x');
  for (int i = 0; i < count; ++i) {
    // The drop shows as EPERM.
    static_cast<void>(sendto(fd,
                             payload.data(),
                             payload.size(),
                             0,
                             static_cast<const sockaddr*>(static_cast<const void*>(&to)),
                             sizeof(to)));
  }
  close(fd);
}

MnlLog Open(uint16_t group = kGroup) {
  auto log = MnlLog::Open(group);
  INFO((log ? "" : log.error().message));
  REQUIRE(log);
  return std::move(*log);
}

LoggedPackets Hear(MnlLog& log, milliseconds timeout = kSoon, const std::stop_token& stop = {}) {
  auto heard = log.Wait(stop, timeout);
  REQUIRE(heard);
  return std::move(*heard);
}

/// All that comes until nothing comes any more.
LoggedPackets HearAll(MnlLog& log) {
  LoggedPackets all;
  for (LoggedPackets heard = Hear(log); !heard.packets.empty(); heard = Hear(log, kAWhile)) {
    all.packets.insert(all.packets.end(), heard.packets.begin(), heard.packets.end());
    all.lost += heard.lost;
    all.unreadable += heard.unreadable;
  }
  return all;
}

}  // namespace

TEST_CASE("a packet that a rule tells of is heard of, with the rule's prefix") {
  LogEverything({"ingress-x", kGroup, 128});
  MnlLog log = Open();
  SendUdp(1, 53, 1000);
  const LoggedPackets heard = Hear(log);
  REQUIRE(heard.packets.size() == 1);
  const LoggedPacket& packet = heard.packets.front();
  CHECK(packet.prefix == "ingress-x");
  CHECK(packet.header.source.ToString() == "::1");
  CHECK(packet.header.destination.ToString() == "::1");
  CHECK(packet.header.protocol == 17);
  CHECK(packet.header.destination_port == 53);
  CHECK(heard.lost == 0);
  CHECK(heard.unreadable == 0);
}

TEST_CASE("packets that show no addresses are counted as unreadable") {
  LogEverything({"x", kGroup, 20});
  MnlLog log = Open();
  SendUdp(3, 53);
  const LoggedPackets heard = Hear(log);
  CHECK(heard.packets.empty());
  CHECK(heard.unreadable == 3);
}

TEST_CASE("a flood is heard of in few pieces, and all of it where the reader keeps up") {
  LogEverything({"x", kGroup, 128});
  MnlLog log = Open();
  SendUdp(1000, 53);
  const LoggedPackets all = HearAll(log);
  CHECK(all.packets.size() == 1000);
  CHECK(all.lost == 0);
}

TEST_CASE("what a reader that does not come misses is counted, and it hears again") {
  LogEverything({"x", kGroup, 128});
  MnlLog log = Open();
  constexpr int kSent = 100'000;
  SendUdp(kSent, 53);
  LoggedPackets all = HearAll(log);
  CHECK(all.packets.size() < kSent);
  // The numbers of those that follow tell how many were lost.
  SendUdp(1, 54);
  const LoggedPackets next = Hear(log);
  REQUIRE(next.packets.size() == 1);
  CHECK(next.packets.front().header.destination_port == 54);
  CHECK(all.packets.size() + all.lost + next.lost == kSent);
}

TEST_CASE("a group that another program reads is a conflict until that program goes") {
  EnterFreshNamespace();
  std::optional<MnlLog> first = Open();
  const auto second = MnlLog::Open(kGroup);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::kConflict);
  CHECK(second.error().message ==
        "log group 10310 is read by another program (/proc/net/netfilter/nfnetlink_log lists "
        "them)");
  static_cast<void>(Open(kGroup + 1));
  first.reset();
  static_cast<void>(Open());
}

TEST_CASE("a wait for packets ends by timeout and by a stop") {
  EnterFreshNamespace();
  MnlLog log = Open();
  CHECK(Hear(log, milliseconds(1)).packets.empty());
  std::stop_source stop;
  std::jthread stopper([&] { stop.request_stop(); });
  CHECK(Hear(log, std::chrono::hours(1), stop.get_token()).packets.empty());
}

TEST_CASE("without CAP_NET_ADMIN the log cannot be read, and the error says so") {
  EnterFreshNamespace();
  REQUIRE(seteuid(65534) == 0);
  const auto log = MnlLog::Open(kGroup);
  REQUIRE(seteuid(0) == 0);
  REQUIRE_FALSE(log);
  CHECK(log.error().code == ErrorCode::kPermission);
}

TEST_CASE("the kernel is asked whether it can log, and nothing comes of it") {
  EnterFreshNamespace();
  auto kernel = MnlKernel::Open();
  REQUIRE(kernel);
  const auto before = kernel->Dump("portcullis_test");
  REQUIRE(before);
  const auto check = [&](const Statement& statement) {
    return kernel->Check({"portcullis_test",
                          {AddTable{},
                           AddChain{Chain{"x", {}, "", {}}},
                           AddRule{"x", Rule{{statement}, "", 0}, 0, /*append=*/true}}});
  };
  CHECK(check(Log{"x", kGroup, 128}));
  const auto refused = check(Verdict{VerdictKind::kJump, "none"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kInvalidArgument);
  const auto after = kernel->Dump("portcullis_test");
  REQUIRE(after);
  CHECK_FALSE(after->table);
  CHECK(after->generation == before->generation);
}

}  // namespace portcullis::nft
