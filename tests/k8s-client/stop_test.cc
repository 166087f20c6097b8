// SPDX-License-Identifier: Apache-2.0
//
// A stop is prompt, whatever the reflector is waiting for.
#include <array>

#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>

#include "tests/k8s-client/certificates.h"
#include "tests/k8s-client/running_reflector.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

// Less than the 0.8 s after which the program ends itself, more than OpenSSL takes to start on an
// emulated CPU.
constexpr auto kPrompt = 500ms;

/// A socket that listens on 127.0.0.1 and never accepts.
class DeafListener {
 public:
  explicit DeafListener(int backlog) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(fd_, generic, size) == 0);
    REQUIRE(listen(fd_, backlog) == 0);
    REQUIRE(getsockname(fd_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~DeafListener() {
    for (const int fd : fillers_) {
      close(fd);
    }
    close(fd_);
  }
  DeafListener(const DeafListener&) = delete;
  DeafListener& operator=(const DeafListener&) = delete;
  DeafListener(DeafListener&&) = delete;
  DeafListener& operator=(DeafListener&&) = delete;

  /// Fills the backlog, so that the kernel answers no further connect.
  void Fill() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    for (int i = 0; i < 4; ++i) {
      fillers_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      // Whether it connects or hangs: both fill the queue.
      (void)connect(fillers_.back(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
  }

  [[nodiscard]] std::string authority() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int fd_;
  uint16_t port_ = 0;
  std::vector<int> fillers_;
};

std::chrono::milliseconds StopAfterAWhile(RunningReflector& reflector) {
  std::this_thread::sleep_for(100ms);
  return reflector.Stop();
}

TEST_CASE("A stop is prompt during a connect that nobody answers") {
  DeafListener listener(/*backlog=*/0);
  listener.Fill();
  RunningReflector reflector("http://" + listener.authority());
  CHECK(StopAfterAWhile(reflector) < kPrompt);
  CHECK(reflector.recorder().Get().retries.empty());
}

TEST_CASE("A stop is prompt during a TLS handshake that does not go on") {
  const DeafListener listener(/*backlog=*/10);
  k8s::ClientConfig config;
  config.server = "https://" + listener.authority();
  // Reading the system's CAs instead would take longer than the handshake, under sanitizers.
  config.ca.data = Authority("authority").certificate();
  RunningReflector reflector(config, RunningReflector::Quick());
  CHECK(StopAfterAWhile(reflector) < kPrompt);
  CHECK(reflector.recorder().Get().retries.empty());
}

TEST_CASE("A stop is prompt while a list is awaited") {
  auto server = std::move(*ApiServer::Start({}));
  server->SetStalled(true);
  RunningReflector reflector(server->url());
  CHECK(StopAfterAWhile(reflector) < kPrompt);
  CHECK(reflector.recorder().Get().retries.empty());
}

TEST_CASE("A stop is prompt during a watch") {
  auto server = std::move(*ApiServer::Start({}));
  RunningReflector reflector(server->url());
  REQUIRE(reflector.Connects(1));
  CHECK(reflector.Stop() < kPrompt);
  CHECK(reflector.recorder().Get().retries.empty());
}

TEST_CASE("A stop is prompt during a wait between attempts") {
  auto options = RunningReflector::Quick();
  options.initial_backoff = 60s;
  options.max_backoff = 60s;
  RunningReflector reflector("http://127.0.0.1:1", options);
  REQUIRE(
      reflector.recorder().WaitUntil([](const Heard& heard) { return !heard.retries.empty(); }));
  CHECK(reflector.Stop() < kPrompt);
}

TEST_CASE("A reflector that is stopped before it begins does nothing") {
  auto server = std::move(*ApiServer::Start({}));
  k8s::ClientConfig config;
  config.server = server->url();
  k8s::CurlTransport transport(config);
  Recorder recorder;
  std::stop_source stopped;
  stopped.request_stop();
  const auto options = RunningReflector::Quick();
  k8s::RunReflector<k8s::Pod>(
      k8s::kPods, transport, recorder, recorder, options, stopped.get_token());
  CHECK(server->requests() == 0);
}

}  // namespace
}  // namespace portcullis::test
