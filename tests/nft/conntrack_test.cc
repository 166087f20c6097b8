// SPDX-License-Identifier: Apache-2.0
//
// MnlConntrack against the kernel's own entries. Needs root and the program conntrack, which makes
// and lists them.
#include <cerrno>
#include <string>

#include <unistd.h>

#include <catch2/catch.hpp>

#include "nft/mnl_conntrack.h"
#include "tests/nft/namespace.h"

namespace portcullis::nft {
namespace {

using test::EnterFreshNamespace;
using test::Run;

constexpr uint32_t kMask = 0xff000000;

void Insert(const std::string& entry) {
  const auto ran = Run("conntrack -I -t 300 " + entry);
  INFO(entry << ": " << ran.output);
  REQUIRE(ran.status == 0);
}

/// The entry's mark, in decimal; empty where there is no such entry.
std::string MarkOf(const std::string& entry) {
  const std::string listed = Run("conntrack -L -o extended " + entry).output;
  const size_t start = listed.find("mark=");
  return start == std::string::npos ? ""
                                    : listed.substr(start + 5, listed.find(' ', start) - start - 5);
}

constexpr char kUdp4[] = "-s 10.0.0.1 -d 10.0.0.2 -p udp --sport 1000 --dport 53";
constexpr char kTcp4[] = "-s 10.0.0.1 -d 10.0.0.2 -p tcp --sport 1000 --dport 80";
constexpr char kUdp6[] = "-s fd00::1 -d fd00::2 -p udp --sport 1000 --dport 53";
constexpr char kZone[] = "-s 10.0.0.9 -d 10.0.0.2 -p udp --sport 1000 --dport 53";

MnlConntrack Open() {
  auto conntrack = MnlConntrack::Open();
  REQUIRE(conntrack);
  return std::move(*conntrack);
}

}  // namespace

TEST_CASE("marks that are stale are cleared, in both families and in zones; other bits stay") {
  EnterFreshNamespace();
  Insert(std::string(kUdp4) + " -m 0x01000005");
  Insert(std::string(kTcp4) + " --state ESTABLISHED -m 0x02000006");
  Insert(std::string(kUdp6) + " -m 0x01000000");
  Insert(std::string(kZone) + " -w 7 -m 0x01000007");
  MnlConntrack conntrack = Open();

  const auto cleared =
      conntrack.ClearMarks(kMask, [](uint32_t mark) { return mark == 0x01000000; });
  REQUIRE(cleared);
  CHECK(*cleared == 3);
  CHECK(MarkOf(kUdp4) == "5");
  CHECK(MarkOf(kTcp4) == std::to_string(0x02000006));
  CHECK(MarkOf(std::string("-f ipv6 ") + kUdp6) == "0");
  CHECK(MarkOf(std::string("-w 7 ") + kZone) == "7");

  const auto again = conntrack.ClearMarks(kMask, [](uint32_t) { return true; });
  REQUIRE(again);
  CHECK(*again == 1);
  CHECK(MarkOf(kTcp4) == "6");
}

TEST_CASE("entries without a mark of ours are never asked about") {
  EnterFreshNamespace();
  Insert(std::string(kUdp4) + " -m 0x00000005");
  Insert(std::string(kTcp4) + " --state ESTABLISHED");
  MnlConntrack conntrack = Open();
  const auto cleared = conntrack.ClearMarks(kMask, [](uint32_t mark) {
    CHECK(mark != 0);
    return true;
  });
  REQUIRE(cleared);
  CHECK(*cleared == 0);
  CHECK(MarkOf(kUdp4) == "5");
}

TEST_CASE("an empty table has nothing to clear") {
  EnterFreshNamespace();
  MnlConntrack conntrack = Open();
  const auto cleared = conntrack.ClearMarks(kMask, [](uint32_t) { return true; });
  REQUIRE(cleared);
  CHECK(*cleared == 0);
}

TEST_CASE("more entries than go in one piece are all cleared, and none is deleted") {
  EnterFreshNamespace();
  std::string script;
  for (int port = 1; port <= 1300; ++port) {
    script += "-I -t 300 -s 10.0.0.1 -d 10.0.0.2 -p udp --sport 9 --dport " + std::to_string(port) +
              " -m 0x03000001\n";
  }
  const auto loaded = test::RunWithInput("conntrack -R -", script);
  INFO(loaded.output);
  REQUIRE(loaded.status == 0);
  MnlConntrack conntrack = Open();
  const auto cleared = conntrack.ClearMarks(kMask, [](uint32_t) { return true; });
  REQUIRE(cleared);
  CHECK(*cleared == 1300);
  CHECK(Run("conntrack -C").output == "1300\n");
  CHECK(Run("conntrack -L -m 1 2>/dev/null | wc -l").output == "1300\n");
}

TEST_CASE("an entry that vanishes between being found and being cleared is no error") {
  EnterFreshNamespace();
  Insert(std::string(kUdp4) + " -m 0x01000005");
  Insert(std::string(kTcp4) + " --state ESTABLISHED -m 0x01000006");
  MnlConntrack conntrack = Open();
  bool deleted = false;
  const auto cleared = conntrack.ClearMarks(kMask, [&](uint32_t) {
    if (!deleted) {
      deleted = true;
      CHECK(Run(std::string("conntrack -D ") + kUdp4).status == 0);
    }
    return true;
  });
  REQUIRE(cleared);
  CHECK(*cleared == 1);
  CHECK(MarkOf(kTcp4) == "6");
}

TEST_CASE("without CAP_NET_ADMIN conntrack's error says so") {
  EnterFreshNamespace();
  REQUIRE(seteuid(65534) == 0);
  auto conntrack = MnlConntrack::Open();
  const auto cleared = conntrack ? conntrack->ClearMarks(kMask, [](uint32_t) { return true; })
                                 : Result<size_t>(Fail(conntrack.error()));
  REQUIRE(seteuid(0) == 0);
  REQUIRE_FALSE(cleared);
  CHECK(cleared.error().code == ErrorCode::kPermission);
  CHECK(cleared.error().errno_value == EPERM);
}

}  // namespace portcullis::nft
