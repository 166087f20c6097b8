// SPDX-License-Identifier: Apache-2.0
//
// The program itself, as its container runs it: user 65532, CAP_NET_ADMIN as a permitted file
// capability and nothing else. What it may do, what it serves, and how it ends. Needs root; works
// in a network namespace of its own.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <linux/capability.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include <catch2/catch.hpp>

#include "controller/policy/compile.h"
#include "nft/mnl_kernel.h"
#include "tests/controller/http_client.h"
#include "tests/lab/cluster.h"
#include "tests/lab/fd.h"

namespace portcullis::lab {
namespace {

using namespace std::chrono_literals;

constexpr uint16_t kPort = 10310;

/// A folder that the unprivileged user can read, with the program in it.
class Installed {
 public:
  Installed() : folder_(std::filesystem::temp_directory_path() / "portcullis-XXXXXX") {
    std::string pattern = folder_.string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    REQUIRE(chmod(pattern.c_str(), 0755) == 0);
    std::filesystem::copy_file(ProgramBesideThis("portcullis"), program());
    SetFileCapability();
  }
  ~Installed() { std::filesystem::remove_all(folder_); }
  Installed(const Installed&) = delete;
  Installed& operator=(const Installed&) = delete;
  Installed(Installed&&) = delete;
  Installed& operator=(Installed&&) = delete;

  [[nodiscard]] std::string program() const { return folder_ / "portcullis"; }
  [[nodiscard]] std::string file(const char* name) const { return folder_ / name; }

 private:
  /// As `setcap cap_net_admin=p` does.
  void SetFileCapability() const {
    vfs_cap_data data{};
    data.magic_etc = VFS_CAP_REVISION_2;
    data.data[0].permitted = CAP_TO_MASK(CAP_NET_ADMIN);
    REQUIRE(setxattr(program().c_str(), "security.capability", &data, XATTR_CAPS_SZ_2, 0) == 0);
  }

  std::filesystem::path folder_;
};

/// A network namespace with an API server, and the program in it.
struct Node {
  Node() {
    const EnterNetns inside(netns);
    api = std::move(*test::ApiServer::Start({}));
    std::ofstream(installed.file("kubeconfig")) << KubeconfigText(api->url());
  }

  /// The program under the rights of a container: `bounding` as setpriv has it, and whether
  /// privileges can grow at exec. The shell in between is what makes the user lose root's rights.
  [[nodiscard]] Process Program(const std::string& arguments,
                                const std::string& bounding = "-all,+net_admin",
                                bool no_new_privs = false) const {
    return Process(
        {{"/usr/bin/setpriv",
          "--reuid=65532",
          "--regid=65532",
          "--clear-groups",
          "--inh-caps=-all",
          "--bounding-set=" + bounding,
          "/usr/bin/env",
          "-i",
          "/bin/sh",
          "-c",
          std::string("exec ") + (no_new_privs ? "/usr/bin/setpriv --no-new-privs " : "") +
              installed.program() + " " + arguments},
         installed.file("log")},
        netns);
  }

  [[nodiscard]] std::string RunArguments() const {
    return "run --node-name node1 --listen :10310 --kubeconfig " + installed.file("kubeconfig");
  }

  [[nodiscard]] Process Run() const { return Program(RunArguments()); }

  [[nodiscard]] bool HasTable() const {
    const EnterNetns inside(netns);
    auto kernel = nft::MnlKernel::Open();
    return kernel && kernel->Dump(policy::kTableName)->table.has_value();
  }

  [[nodiscard]] std::string Page(const std::string& path) const {
    const EnterNetns inside(netns);
    return test::Get(kPort, path);
  }

  /// Until the page at `path` has `text`, or too much time has passed.
  [[nodiscard]] bool PageSays(const std::string& path, const std::string& text) const {
    for (int i = 0; i < 3000; ++i) {
      if (Page(path).find(text) != std::string::npos) {
        return true;
      }
      std::this_thread::sleep_for(10ms);
    }
    UNSCOPED_INFO(Page(path));
    return false;
  }

  static std::string Name() {
    RequireRoot();
    return PrefixOfThisProcess() + "process";
  }

  Netns netns{Name()};
  Installed installed;
  std::unique_ptr<test::ApiServer> api;
};

k8s::Pod MakePod() {
  k8s::Pod pod;
  pod.meta.key = {"default", "web"};
  pod.node_name = "node1";
  pod.phase = k8s::PodPhase::kRunning;
  pod.addresses = {*IpAddress::Parse("10.0.0.1")};
  return pod;
}

std::string StatusLine(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(name + ":", 0) == 0) {
      return line.substr(line.find_last_of('\t') + 1);
    }
  }
  return "";
}

TEST_CASE("The program enforces as user 65532 with CAP_NET_ADMIN alone, and becomes ready",
          "[process]") {
  Node node;
  REQUIRE(node.api->Apply(MakePod()));
  Process program = node.Run();
  program.Start();
  INFO(program.Log());
  REQUIRE(node.PageSays("/readyz", "HTTP/1.1 200 "));
  CHECK(node.PageSays("/healthz", "[+]reconciler: ok"));
  CHECK(node.PageSays("/metrics", "portcullis_objects{kind=\"Pod\"} 1"));
  CHECK(node.PageSays("/metrics", "portcullis_watch_up{kind=\"NetworkPolicy\"} 1"));
  CHECK(node.HasTable());
  CHECK(StatusLine(program.pid(), "Uid") == "65532");
  CHECK(StatusLine(program.pid(), "CapEff") == "0000000000001000");
  CHECK(StatusLine(program.pid(), "CapPrm") == "0000000000001000");
  const auto began = std::chrono::steady_clock::now();
  program.Signal(SIGTERM);
  const auto status = program.Wait(5s);
  CHECK(std::chrono::steady_clock::now() - began < 500ms);
  CHECK(status == 0);
  CHECK(node.HasTable());
}

TEST_CASE("A missing right is on the page, with the rule that grants it", "[process]") {
  Node node;
  Process program = node.Run();
  node.api->FailRequests(1'000'000, 403);
  program.Start();
  CHECK(node.PageSays("/readyz", "HTTP/1.1 503 "));
  CHECK(node.PageSays("/readyz", R"(resources: ["networkpolicies"], verbs: ["list", "watch"])"));
  node.api->FailRequests(0, 403);
  CHECK(node.PageSays("/readyz", "HTTP/1.1 200 "));
  CHECK(program.Stop());
}

/// A pipe that is full, and that nobody reads.
class StuckPipe {
 public:
  explicit StuckPipe(const std::string& path) : path_(path) {
    REQUIRE(mkfifo(path.c_str(), 0666) == 0);
    REQUIRE(chmod(path.c_str(), 0666) == 0);
    end_ = Fd(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    while (write(end_.get(), "x", 1) == 1) {
    }
    REQUIRE(errno == EAGAIN);
  }

  /// All that was written to it, by us and by others, until nothing comes for a second.
  [[nodiscard]] std::string Drain() const {
    std::string text;
    std::array<char, 4096> buffer{};
    for (auto last = std::chrono::steady_clock::now();
         std::chrono::steady_clock::now() - last < 1s;) {
      const ssize_t got = read(end_.get(), buffer.data(), buffer.size());
      if (got > 0) {
        text.append(buffer.data(), static_cast<size_t>(got));
        last = std::chrono::steady_clock::now();
      }
      std::this_thread::sleep_for(1ms);
    }
    return text;
  }

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  Fd end_;
};

TEST_CASE("A log that nobody takes holds up neither the rules nor the end", "[process]") {
  Node node;
  REQUIRE(node.api->Apply(MakePod()));
  const StuckPipe pipe(node.installed.file("pipe"));
  Process program = node.Program(node.RunArguments() + " > " + pipe.path());
  program.Start();
  REQUIRE(node.PageSays("/readyz", "HTTP/1.1 200 "));
  CHECK(node.HasTable());
  SECTION("it ends at SIGTERM all the same") {
    program.Signal(SIGTERM);
    CHECK(program.Wait(5s) == 0);
    CHECK(node.HasTable());
  }
  SECTION("what has waited is written as soon as somebody takes it") {
    CHECK(pipe.Drain().find("enforcing on node node1") != std::string::npos);
  }
}

TEST_CASE("cleanup --stay removes the table, waits, and ends well at SIGTERM", "[process]") {
  Node node;
  {
    Process program = node.Run();
    program.Start();
    REQUIRE(node.PageSays("/readyz", "HTTP/1.1 200 "));
    CHECK(program.Stop());
  }
  REQUIRE(node.HasTable());
  Process cleanup = node.Program("cleanup --stay");
  cleanup.Start();
  REQUIRE(cleanup.WaitForLog("staying until a signal comes", 10s));
  CHECK_FALSE(node.HasTable());
  CHECK_FALSE(cleanup.Wait(200ms).has_value());
  cleanup.Signal(SIGTERM);
  CHECK(cleanup.Wait(5s) == 0);
}

/// What the program says and the status it ends with.
std::string Refused(Process program) {
  program.Start();
  const auto status = program.Wait(10s);
  REQUIRE(status.has_value());
  CHECK(WEXITSTATUS(*status) == 3);
  return program.Log();
}

TEST_CASE("Without the capability the program says what is missing", "[process]") {
  const Node node;
  SECTION("not in the bounding set") {
    CHECK(Refused(node.Program("cleanup", "-all")).find("bounding set") != std::string::npos);
  }
  SECTION("no_new_privs") {
    CHECK(Refused(node.Program("cleanup", "-all,+net_admin", true)).find("no_new_privs") !=
          std::string::npos);
  }
  SECTION("run says it in its log") {
    const std::string log = Refused(node.Program(
        "run --node-name n --kubeconfig " + node.installed.file("kubeconfig"), "-all"));
    CHECK(log.find("error   CAP_NET_ADMIN is missing") != std::string::npos);
  }
  SECTION("other commands need none") {
    Process version = node.Program("version", "-all");
    version.Start();
    CHECK(version.Wait(10s) == 0);
  }
}

}  // namespace
}  // namespace portcullis::lab
