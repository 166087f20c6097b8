// SPDX-License-Identifier: Apache-2.0
//
// See subject.h.
#include "tests/bench/whole/subject.h"

#include <array>
#include <cstdlib>

#include <poll.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "tests/bench/whole/scale_world.h"
#include "tests/lab/cluster.h"

namespace portcullis::bench {
namespace {

using std::chrono::milliseconds;

constexpr uint16_t kPages = 10310;
constexpr milliseconds kAnswer(2000);
constexpr milliseconds kBetweenLooks(5);
constexpr size_t kTail = 2000;

bool WaitFor(int fd, short events) {
  pollfd poll = {fd, events, 0};
  return ::poll(&poll, 1, static_cast<int>(kAnswer.count())) == 1;
}

std::string ReadToEnd(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (WaitFor(fd, POLLIN)) {
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (size <= 0) {
      break;
    }
    text.append(buffer.data(), static_cast<size_t>(size));
  }
  return text;
}

}  // namespace

Subject::Subject(SubjectSpec spec, const lab::Host& node, const std::filesystem::path& folder)
    : spec_(std::move(spec)),
      node_(node),
      process_({spec_.arguments, folder / (spec_.name + ".log")}, node.netns) {}

Subject::~Subject() {
  process_.Stop();
  spec_.clean(node_.netns);
}

void Subject::AwaitQuiet() const {
  constexpr milliseconds kLook(500);
  constexpr milliseconds kNextToNothing(3);
  const auto end = Clock::now() + spec_.patience;
  Nanoseconds before(0);
  do {
    before = Cpu();
    std::this_thread::sleep_for(kLook);
  } while (Cpu() - before > kNextToNothing && Clock::now() < end);
}

std::string Subject::Get(const std::string& path) {
  const net::Fd fd = node_.netns.Socket(AF_INET, SOCK_STREAM, 0);
  const auto to = net::ToSocketAddress(IpAddress::Parse("127.0.0.1").value(), spec_.pages);
  if (::connect(fd.get(), to.get(), to.size) != 0 && !WaitFor(fd.get(), POLLOUT)) {
    return "";
  }
  const std::string request =
      "GET " + path + " HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n";
  if (::send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
    return "";
  }
  return ReadToEnd(fd.get());
}

std::optional<Milliseconds> Subject::UntilReady(Clock::time_point start) {
  while (spec_.pages != 0 && Clock::now() < start + spec_.patience) {
    if (Get("/readyz").starts_with("HTTP/1.1 200")) {
      return Clock::now() - start;
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
  return std::nullopt;
}

std::optional<double> Subject::Metric(const std::string& name) {
  const std::string text = spec_.pages == 0 ? "" : Get("/metrics");
  const size_t at = text.find("\n" + name + " ");
  if (at == std::string::npos) {
    return std::nullopt;
  }
  return std::strtod(text.c_str() + at + name.size() + 2, nullptr);
}

std::string Subject::LogTail() const {
  const std::string log = process_.Log();
  return log.substr(log.size() - std::min(kTail, log.size()));
}

SubjectSpec PortcullisSpec(const std::filesystem::path& kubeconfig) {
  const char* other = std::getenv("PORTCULLIS_BENCH_PROGRAM");  // NOLINT(concurrency-mt-unsafe)
  SubjectSpec spec;
  spec.name = "portcullis";
  // By the environment, which a program from before there was such a wait passes over.
  spec.arguments = {"/usr/bin/env",
                    "PORTCULLIS_START_JITTER=0",
                    other != nullptr ? other : lab::ProgramBesideThis("portcullis").string(),
                    "run",
                    "--kubeconfig",
                    kubeconfig,
                    "--node-name",
                    kLocalNode,
                    "--listen",
                    "127.0.0.1:" + std::to_string(kPages)};
  spec.clean = [](const lab::Netns& netns) {
    // Added first, as it may be absent.
    lab::RunProgram({"nft", "add table inet portcullis; delete table inet portcullis"}, "", &netns);
  };
  spec.reset = spec.clean;
  spec.pages = kPages;
  spec.patience = std::chrono::seconds(60);
  return spec;
}

}  // namespace portcullis::bench
