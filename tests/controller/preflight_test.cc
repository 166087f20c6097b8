// SPDX-License-Identifier: Apache-2.0
//
// The check for bridges whose traffic passes beside the rules, on a made-up /proc and /sys; once,
// and again and again.
#include "controller/process/preflight.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "controller/watches/bypass_watch.h"
#include "tests/controller/capture.h"

namespace portcullis {
namespace {

class FakeRoot {
 public:
  FakeRoot() : path_(std::filesystem::temp_directory_path() / "portcullis-preflight-test") {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ / "sys/class/net/eth0");
  }
  ~FakeRoot() { std::filesystem::remove_all(path_); }
  FakeRoot(const FakeRoot&) = delete;
  FakeRoot& operator=(const FakeRoot&) = delete;
  FakeRoot(FakeRoot&&) = delete;
  FakeRoot& operator=(FakeRoot&&) = delete;

  void AddBridgeWithPort() const {
    std::filesystem::create_directories(path_ / "sys/class/net/cni0/brif/veth0");
  }
  void SetSysctls(const std::string& value) const {
    const auto folder = path_ / "proc/sys/net/bridge";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "bridge-nf-call-iptables") << value << "\n";
    std::ofstream(folder / "bridge-nf-call-ip6tables") << value << "\n";
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST_CASE("A node without bridged pods has nothing to warn of", "[preflight]") {
  const FakeRoot root;
  CHECK(FindBypasses(root.path()).empty());
}

TEST_CASE("A bridge without br_netfilter is reported for both families", "[preflight]") {
  const FakeRoot root;
  root.AddBridgeWithPort();
  const auto findings = FindBypasses(root.path());
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].find("br_netfilter") != std::string::npos);
}

TEST_CASE("A bridge whose traffic skips the hooks is reported, one that does not is fine",
          "[preflight]") {
  const FakeRoot root;
  root.AddBridgeWithPort();
  root.SetSysctls("0");
  CHECK(FindBypasses(root.path()).size() == 2);
  root.SetSysctls("1");
  CHECK(FindBypasses(root.path()).empty());
}

TEST_CASE("A way around the rules that opens or closes later is said once and on the board",
          "[preflight]") {
  const FakeRoot root;
  StatusBoard board{Status{}};
  const std::string said = test::Capture([&] {
    EventLog log(LogFormat::kText, LogLevel::kInfo);
    BypassWatch watch(log, board, root.path());
    watch.Look();
    CHECK(board.Read().bypasses.empty());
    root.AddBridgeWithPort();
    watch.Look();
    watch.Look();
    CHECK(board.Read().bypasses.size() == 2);
    root.SetSysctls("1");
    watch.Look();
    watch.Look();
    CHECK(board.Read().bypasses.empty());
    root.SetSysctls("0");
    watch.Look();
    CHECK(board.Read().bypasses.size() == 2);
  });
  CHECK(std::count(said.begin(), said.end(), '\n') == 5);  // Two sentences, the end, two again.
}

}  // namespace
}  // namespace portcullis
