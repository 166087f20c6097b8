// SPDX-License-Identifier: Apache-2.0
//
// The program itself between two pods of a lab, through nodes that track connections, over IPv4 and
// IPv6: what it prints and how it ends where packets pass, are dropped, are translated, or stop
// passing. Needs root, nft and conntrack.
#include <array>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <thread>

#include <sys/wait.h>

#include <catch2/catch.hpp>

#include "tests/k8s-client/temporary_folder.h"
#include "tests/lab/process.h"
#include "tests/lab/services.h"
#include "tests/lab/topology.h"

namespace portcullis::agnhost {
namespace {

using lab::Process;
using lab::ProcessSpec;
using std::chrono::milliseconds;

constexpr milliseconds kPatience(10000);
constexpr char kProgram[] = AGNHOST_PROGRAM;
constexpr char kStarted[] = "Started SCTP server";

using Strings = std::vector<std::string>;

/// How a client ended.
struct Ended {
  int status = -1;
  std::string output;

  bool operator==(const Ended&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Ended& ended) {
  return out << ended.status << " \"" << ended.output << "\"";
}

const Ended kReached{0, ""};
const Ended kTimeout{1, "TIMEOUT\n"};

/// A client and a server on two nodes, which are routers with conntrack between them.
class Pair {
 public:
  Pair() {
    lab::RequireRoot();
    lab::LabSpec spec;
    spec.wiring = lab::Wiring::kRouted;
    lab_.emplace(spec);
    lab_->AddPod(0, 2, "client");
    lab_->AddPod(1, 2, "server");
    Nft("table inet test { chain forward { type filter hook forward priority 0; }; "
        "chain invalid { type filter hook forward priority 1; ct state invalid counter drop; }; }");
  }

  /// Loads rules into the client's node.
  void Nft(const std::string& rules) const {
    lab::RunProgram({"nft", "-f", "-"}, rules, &lab_->node(0).netns);
  }

  /// Starts the program in the server's pod and waits until it serves.
  Process& Serve(const Strings& arguments, const Strings& environment = {}) {
    Process& process = Prepare(lab_->pod("server").netns, arguments, environment);
    process.Start();
    REQUIRE(process.WaitForLog(kStarted, kPatience));
    return process;
  }

  Process& StartConnect(const std::string& destination, const Strings& flags) {
    Strings arguments = {"connect", destination};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    Process& process = Prepare(lab_->pod("client").netns, arguments, {"AGNHOST_REAL=/bin/echo"});
    process.Start();
    return process;
  }

  static Ended EndOf(Process& process) {
    const auto status = process.Wait(kPatience);
    return Ended{status && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1, process.Log()};
  }

  Ended Connect(const std::string& destination, const Strings& flags) {
    return EndOf(StartConnect(destination, flags));
  }
  Ended ConnectSctp(const std::string& destination) {
    return Connect(destination, {"--protocol=sctp", "--timeout=2s"});
  }

  /// "10.244.2.2:80"
  [[nodiscard]] std::string Server(Family family, uint16_t port) const {
    return On(lab_->pod("server").Address(family), port);
  }
  static std::string On(const IpAddress& address, uint16_t port) {
    const std::string text = address.ToString();
    return (address.family() == Family::kIpv6 ? "[" + text + "]" : text) + ":" +
           std::to_string(port);
  }

  /// The state of SCTP entries in the client's node, e.g. "ESTABLISHED".
  [[nodiscard]] std::string Conntrack(Family family) const {
    return lab::RunProgram(
        {"conntrack", "-L", "-p", "sctp", "-f", family == Family::kIpv4 ? "ipv4" : "ipv6"},
        {},
        &lab_->node(0).netns);
  }
  [[nodiscard]] std::string Rules() const {
    return lab::RunProgram({"nft", "list", "table", "inet", "test"}, {}, &lab_->node(0).netns);
  }

  [[nodiscard]] const lab::Lab& lab() const { return *lab_; }
  [[nodiscard]] const portcullis::test::TemporaryFolder& folder() const { return folder_; }

 private:
  Process& Prepare(const lab::Netns& netns, const Strings& arguments, const Strings& environment) {
    ProcessSpec spec;
    spec.arguments = {"/usr/bin/env"};
    spec.arguments.insert(spec.arguments.end(), environment.begin(), environment.end());
    spec.arguments.emplace_back(kProgram);
    spec.arguments.insert(spec.arguments.end(), arguments.begin(), arguments.end());
    spec.log_file = folder_.path() + "/" + std::to_string(processes_.size());
    return *processes_.emplace_back(std::make_unique<Process>(spec, netns));
  }

  portcullis::test::TemporaryFolder folder_;
  std::optional<lab::Lab> lab_;
  std::vector<std::unique_ptr<Process>> processes_;
};

}  // namespace

TEST_CASE("SCTP reaches porter, netexec and sctp-echo, and no port without a server", "[lab]") {
  Pair pair;
  const std::string real = pair.folder().Write("real", "#!/bin/sh\nexec sleep 60\n");
  std::filesystem::permissions(real, std::filesystem::perms::owner_all);
  pair.Serve({"porter"}, {"SERVE_SCTP_PORT_82=hello", "SERVE_SCTP_PORT_182=world"});
  pair.Serve({"netexec", "--sctp-port=83"}, {"AGNHOST_REAL=" + real});
  pair.Serve({"sctp-echo", "84"});
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    for (const uint16_t port : std::array<uint16_t, 4>{82, 182, 83, 84}) {
      INFO(pair.Server(family, port));
      CHECK(pair.ConnectSctp(pair.Server(family, port)) == kReached);
    }
    CHECK(pair.Connect(pair.Server(family, 85), {"--protocol=sctp", "--timeout=500ms"}) ==
          kTimeout);
    CHECK(pair.Connect(pair.Server(family, 83),
                       {"--protocol=sctp", "--timeout=2s", "--sctp-data=nonsense"}) ==
          Ended{1, "OTHER: EOF\n"});
  }
  INFO(pair.Rules());
  CHECK(pair.Rules().find("counter packets 0 ") != std::string::npos);  // Nothing was invalid.
}

TEST_CASE("dropped, and rejected, SCTP is TIMEOUT, wherever it is dropped", "[lab]") {
  Pair pair;
  pair.Serve({"sctp-echo", "84"});
  const std::string rule = GENERATE("meta l4proto sctp drop",
                                    "sctp sport 84 drop",
                                    "sctp dport 84 reject",
                                    "sctp chunk cookie-echo exists drop");
  INFO(rule);
  pair.Nft("add rule inet test forward " + rule);
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    CHECK(pair.Connect(pair.Server(family, 84), {"--protocol=sctp", "--timeout=600ms"}) ==
          kTimeout);
  }
}

TEST_CASE("an association under traffic is ESTABLISHED, holds, and fails when it is cut", "[lab]") {
  Pair pair;
  pair.Serve({"sctp-echo", "84"});
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const Strings flags = {"--protocol=sctp", "--timeout=1s"};
    Process& held =
        pair.StartConnect(pair.Server(family, 84), {flags[0], flags[1], "--hold=1500ms"});
    Process& cut = pair.StartConnect(pair.Server(family, 84), {flags[0], flags[1], "--hold=60s"});
    std::this_thread::sleep_for(milliseconds(500));
    CHECK(pair.Conntrack(family).find("ESTABLISHED") != std::string::npos);
    CHECK(Pair::EndOf(held) == kReached);
    CHECK(cut.Running());
    pair.Nft("add rule inet test forward meta l4proto sctp drop");
    CHECK(Pair::EndOf(cut) == kTimeout);
    pair.Nft("flush chain inet test forward");
  }
}

TEST_CASE("an association that its server ends is not held", "[lab]") {
  Pair pair;
  pair.Serve({"porter"}, {"SERVE_SCTP_PORT_82=hello"});
  CHECK(pair.Connect(pair.Server(Family::kIpv4, 82),
                     {"--protocol=sctp", "--timeout=1s", "--hold=5s"}) == Ended{1, "OTHER: EOF\n"});
}

TEST_CASE("the whole shutdown is seen by conntrack", "[lab]") {
  Pair pair;
  pair.Serve({"sctp-echo", "84"});
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    CHECK(pair.ConnectSctp(pair.Server(family, 84)) == kReached);
    const std::string entries = pair.Conntrack(family);
    INFO(entries);
    CHECK(entries.find("ESTABLISHED") == std::string::npos);
    CHECK((entries.empty() || entries.find("CLOSED") != std::string::npos ||
           entries.find("SHUTDOWN_ACK_SENT") != std::string::npos));
  }
}

TEST_CASE("a Service's address is translated there and back", "[lab]") {
  Pair pair;
  pair.Serve({"sctp-echo", "84"});
  std::vector<lab::ServicePort> services;
  for (const char* address : {"10.96.0.10", "fd96::10"}) {
    const IpAddress service = IpAddress::Parse(address).value();
    services.push_back({service,
                        lab::Transport::kSctp,
                        8084,
                        pair.lab().pod("server").Address(service.family()),
                        84});
  }
  lab::InstallServices(pair.lab(), services);
  for (const lab::ServicePort& service : services) {
    CHECK(pair.ConnectSctp(Pair::On(service.address, service.port)) == kReached);
  }
}

TEST_CASE("a server that comes late is reached, as INITs and conntrack keep one tag", "[lab]") {
  Pair pair;
  pair.Nft("add rule inet test forward sctp sport 84 drop");
  pair.Serve({"sctp-echo", "84"});
  Process& client =
      pair.StartConnect(pair.Server(Family::kIpv4, 84), {"--protocol=sctp", "--timeout=5s"});
  std::this_thread::sleep_for(milliseconds(700));
  pair.Nft("flush chain inet test forward");
  CHECK(Pair::EndOf(client) == kReached);
}

TEST_CASE("TCP and UDP in agnhost's words", "[lab]") {
  Pair pair;
  pair.Nft("add rule inet test forward th dport 90 drop");
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    const std::string dropped = pair.Server(family, 90);
    const std::string closed = pair.Server(family, 91);
    CHECK(pair.Connect(dropped, {"--timeout=300ms"}) == kTimeout);
    CHECK(pair.Connect(closed, {"--timeout=2s"}) == Ended{1, "REFUSED\n"});
    const Ended silent = pair.Connect(dropped, {"--protocol=udp", "--timeout", "300ms"});
    CHECK(silent.status == 1);
    CHECK_THAT(silent.output,
               Catch::StartsWith("TIMEOUT: read udp ") &&
                   Catch::EndsWith("->" + dropped + ": i/o timeout\n"));
    const Ended refused = pair.Connect(closed, {"--protocol=udp", "--timeout=2s"});
    CHECK(refused.status == 1);
    CHECK_THAT(refused.output,
               Catch::StartsWith("REFUSED: read udp ") &&
                   Catch::EndsWith("->" + closed + ": read: connection refused\n"));
  }
  const Ended nowhere = pair.Connect("203.0.113.1:80", {"--timeout=300ms"});
  CHECK(nowhere.status == 1);
}

TEST_CASE("what it does not know goes to the real agnhost, and names over SCTP are DNS", "[lab]") {
  Pair pair;
  CHECK(pair.Connect("svc.default:80", {"--timeout=1s"}) ==
        Ended{0, "connect svc.default:80 --timeout=1s\n"});
  CHECK(pair.Connect("10.0.0.1", {}) == Ended{0, "connect 10.0.0.1\n"});
  const Ended name = pair.Connect("svc.default:80", {"--protocol=sctp", "--timeout=1s"});
  CHECK(name.status == 1);
  CHECK_THAT(name.output, Catch::StartsWith("DNS: "));
}

TEST_CASE("servers beside the real agnhost: it gets the rest, and takes them with it", "[lab]") {
  Pair pair;
  const std::string real = pair.folder().Write(
      "real", "#!/bin/sh\necho real \"$@\"; env | grep ^SERVE_; exec sleep 60\n");
  std::filesystem::permissions(real, std::filesystem::perms::owner_all);
  Process& netexec =
      pair.Serve({"netexec", "--sctp-port", "83", "--udp-port=81"}, {"AGNHOST_REAL=" + real});
  CHECK(netexec.WaitForLog("real netexec --udp-port=81\n", kPatience));
  Process& porter = pair.Serve(
      {"porter"}, {"AGNHOST_REAL=" + real, "SERVE_SCTP_PORT_82=hello", "SERVE_PORT_80=other"});
  // Both write to the log at once: nothing is said of whose line comes between.
  CHECK(porter.WaitForLog("SERVE_PORT_80=other\n", kPatience));
  CHECK_THAT(porter.Log(), Catch::Contains("real porter\n"));
  CHECK_THAT(porter.Log(), !Catch::Contains("SERVE_SCTP_PORT"));
  CHECK(pair.ConnectSctp(pair.Server(Family::kIpv4, 82)) == kReached);
  porter.Kill();
  netexec.Kill();
  // By ICMP: without anybody who takes SCTP the host has no such protocol.
  const Ended gone{1, "OTHER: connection refused\n"};
  CHECK(pair.ConnectSctp(pair.Server(Family::kIpv4, 82)) == gone);
  CHECK(pair.ConnectSctp(pair.Server(Family::kIpv6, 83)) == gone);
}

TEST_CASE("SIGTERM ends a server at once, with success", "[lab]") {
  Pair pair;
  Process& server = pair.Serve({"sctp-echo", "84"});
  server.Signal(SIGTERM);
  const auto status = server.Wait(kPatience);
  REQUIRE(status);
  CHECK(*status == 0);
}

}  // namespace portcullis::agnhost
