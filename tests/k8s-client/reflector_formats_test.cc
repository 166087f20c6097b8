// SPDX-License-Identifier: Apache-2.0
//
// The reflector between servers that speak protobuf, JSON, or now one and now the other.
#include <catch2/catch.hpp>

#include "tests/k8s-client/running_reflector.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

TEST_CASE("A server that loses its protobuf on the way goes on in JSON, and back") {
  auto server = std::move(*ApiServer::Start({}));
  REQUIRE(server->Apply(MakePod("a")));
  auto options = RunningReflector::Quick();
  options.settled_after = 0ms;
  RunningReflector reflector(server->url(), options);
  REQUIRE(reflector.Connects(1));
  for (unsigned i = 1; i <= 3; ++i) {
    // As with a proxy, or a server of another version, that answers from now on.
    server->SetProtobuf(i % 2 == 0);
    server->EndWatches();
    REQUIRE(reflector.Connects(1 + i));
    REQUIRE(server->Apply(MakePod("b" + std::to_string(i))));
    REQUIRE(reflector.recorder().WaitUntil([i](const Heard& heard) { return heard.upserts == i; }));
  }
  CHECK(reflector.Knows({"a", "b1", "b2", "b3"}));
  CHECK(reflector.recorder().Get().retries.empty());
}

TEST_CASE("An answer in a format that was not asked for is no answer") {
  auto server = std::move(*ApiServer::Start({}));
  REQUIRE(server->Apply(MakePod("a")));
  k8s::Resource<k8s::Pod> json_only = k8s::kPods;
  json_only.protobuf = nullptr;
  /// Turns what is asked for into a wish for protobuf.
  class Stubborn : public k8s::Transport {
   public:
    explicit Stubborn(const k8s::ClientConfig& config) : inner_(config) {}
    Result<k8s::Response> Get(const k8s::Request& request,
                              const k8s::BodyConsumer& consume,
                              const std::stop_token& stop) override {
      asked = request.accept;
      k8s::Request other = request;
      other.accept = "application/vnd.kubernetes.protobuf";
      return inner_.Get(other, consume, stop);
    }
    std::string asked;

   private:
    k8s::CurlTransport inner_;
  };
  k8s::ClientConfig config;
  config.server = server->url();
  Stubborn transport(config);
  Recorder recorder;
  const auto options = RunningReflector::Quick();
  {
    const std::jthread thread([&](const std::stop_token& stop) {
      k8s::RunReflector<k8s::Pod>(json_only, transport, recorder, recorder, options, stop);
    });
    REQUIRE(recorder.WaitUntil([](const Heard& heard) { return !heard.retries.empty(); }));
  }
  CHECK(transport.asked == "application/json");
  CHECK(recorder.Get().retries[0].first.message ==
        "list pods: the answer is in a format that was not asked for");
}

}  // namespace
}  // namespace portcullis::test
