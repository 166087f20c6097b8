// SPDX-License-Identifier: Apache-2.0
//
// The reflector against an API server that fails in every way that is known: in the end it always
// knows what is there, and it never asks more often than it may.
#include <catch2/catch.hpp>

#include "k8s-client/refusal.h"
#include "tests/k8s-client/running_reflector.h"
#include "tests/support/api/api_server.h"
#include "tests/support/api/to_protobuf.h"

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

ApiServer::Options Speaking(bool protobuf) {
  ApiServer::Options options;
  options.protobuf = protobuf;
  return options;
}

/// A server with the pods a and b, and a reflector that watches it; once in each format.
struct Watching {
  explicit Watching(const k8s::ReflectorOptions& options = RunningReflector::Quick())
      : protobuf(GENERATE(true, false)),
        server(std::move(*ApiServer::Start(Speaking(protobuf)))) {
    REQUIRE(server->Apply(MakePod("a")));
    REQUIRE(server->Apply(MakePod("b")));
    reflector = std::make_unique<RunningReflector>(server->url(), options);
    REQUIRE(reflector->Knows({"a", "b"}));
    REQUIRE(reflector->Connects(1));
  }

  [[nodiscard]] Heard heard() const { return reflector->recorder().Get(); }
  [[nodiscard]] bool RetriesFor(ErrorCode code) const {
    return reflector->recorder().WaitUntil([&](const Heard& heard) {
      return std::any_of(heard.retries.begin(), heard.retries.end(), [&](const auto& retry) {
        return retry.first.code == code;
      });
    });
  }

  /// The event that a pod without a name was deleted, as this watch has it.
  [[nodiscard]] std::string UnnamedDeletion() const {
    return protobuf ? WithLength(ProtobufEvent("DELETED", "Pod", "v1", ProtobufVersion("7")))
                    : "{\"type\":\"DELETED\",\"object\":{\"metadata\":{}}}\n";
  }

  bool protobuf;
  std::unique_ptr<ApiServer> server;
  std::unique_ptr<RunningReflector> reflector;
};

/// Changes everything that a watch could miss, and checks that it is not missed.
void CheckCatchesUp(const Watching& watching) {
  REQUIRE(watching.server->Delete("Pod", {"n", "a"}));
  REQUIRE(watching.server->Apply(MakePod("c")));
  CHECK(watching.reflector->Knows({"b", "c"}));
}

TEST_CASE("A broken connection is resumed after the last event, without a list") {
  const Watching watching;
  watching.server->CutWatches();
  CheckCatchesUp(watching);
  CHECK(watching.server->lists() == 1);
  CHECK(watching.heard().replaces == 1);
  CHECK(watching.RetriesFor(ErrorCode::kUnavailable));
}

TEST_CASE("What was deleted while the server was away is noticed when it is back") {
  const Watching watching;
  watching.server->Stop();
  REQUIRE(watching.server->Delete("Pod", {"n", "a"}));
  REQUIRE(watching.RetriesFor(ErrorCode::kUnavailable));
  CHECK(watching.heard().names() == std::set<std::string>{"a", "b"});  // Kept meanwhile.
  REQUIRE(watching.server->Restart());
  CHECK(watching.reflector->Knows({"b"}));
  CHECK(watching.heard().replaces == 1);  // The watch told it.
}

TEST_CASE("An expired version is listed anew, and what vanished is gone (10.8)") {
  const bool as_event = GENERATE(false, true);
  CAPTURE(as_event);
  const Watching watching;
  watching.server->SetExpireAsEvent(as_event);
  watching.server->Stop();
  REQUIRE(watching.server->Delete("Pod", {"n", "a"}));
  watching.server->Compact();
  REQUIRE(watching.server->Restart());
  CHECK(watching.reflector->Knows({"b"}));
  const Heard heard = watching.heard();
  CHECK(heard.replaces == 2);
  CHECK(heard.deletes == 0);
  REQUIRE(heard.relists.size() == 1);
  CHECK(heard.relists[0].find("too old resource version") != std::string::npos);
}

TEST_CASE("A version that expired while the server was away is listed anew without a long wait") {
  k8s::ReflectorOptions options;
  options.initial_backoff = 2ms;
  options.max_backoff = 10s;
  const Watching watching(options);
  // Each failure may double the wait: behind these it would be seconds.
  watching.server->FailRequests(10, 503);
  watching.server->CutWatches();
  REQUIRE(watching.server->Delete("Pod", {"n", "a"}));
  watching.server->Compact();
  REQUIRE(watching.reflector->Knows({"b"}));
  for (const auto& [error, delay] : watching.heard().retries) {
    CHECK((error.code != ErrorCode::kExpired || delay <= options.initial_backoff));
  }
  CHECK(watching.RetriesFor(ErrorCode::kExpired));
}

TEST_CASE("A list that expires between two pages begins anew") {
  auto server = std::move(*ApiServer::Start({}));
  std::set<std::string> names;
  for (int i = 0; i < 30; ++i) {
    names.insert("p" + std::to_string(i));
    REQUIRE(server->Apply(MakePod("p" + std::to_string(i))));
  }
  // A consumer that compacts the history whenever a first page has come.
  class Compacting : public k8s::Transport {
   public:
    Compacting(const k8s::ClientConfig& config, ApiServer& api) : inner_(config), api_(api) {}
    Result<k8s::Response> Get(const k8s::Request& request,
                              const k8s::BodyConsumer& consume,
                              const std::stop_token& stop) override {
      auto response = inner_.Get(request, consume, stop);
      targets.push_back(request.target);
      if (targets.size() == 1) {
        api_.Compact();
      }
      return response;
    }
    std::vector<std::string> targets;

   private:
    k8s::CurlTransport inner_;
    ApiServer& api_;
  };
  k8s::ClientConfig config;
  config.server = server->url();
  Compacting transport(config, *server);
  Recorder recorder;
  auto options = RunningReflector::Quick();
  options.page_size = 10;
  {
    const std::jthread thread([&](const std::stop_token& stop) {
      k8s::RunReflector<k8s::Pod>(k8s::kPods, transport, recorder, recorder, options, stop);
    });
    REQUIRE(recorder.WaitUntil([&](const Heard& heard) { return heard.names() == names; }));
  }
  REQUIRE(transport.targets.size() >= 3);
  CHECK(transport.targets[0] == "/api/v1/pods?limit=10");
  CHECK(transport.targets[1].rfind("/api/v1/pods?limit=10&continue=", 0) == 0);
  CHECK(transport.targets[2] == "/api/v1/pods");  // All at once, as pages took too long.
  CHECK(recorder.Get().replaces == 1);
}

TEST_CASE("A watch that stalls is noticed by the own clock and taken up again") {
  auto options = RunningReflector::Quick();
  options.stall_timeout = 200ms;
  const Watching watching(options);
  watching.server->SetStalled(true);
  REQUIRE(watching.server->Delete("Pod", {"n", "a"}));
  REQUIRE(watching.reflector->recorder().WaitUntil([](const Heard& heard) {
    return std::any_of(heard.retries.begin(), heard.retries.end(), [](const auto& retry) {
      return retry.first.message.find("stalled") != std::string::npos;
    });
  }));
  watching.server->SetStalled(false);
  CHECK(watching.reflector->Knows({"b"}));
  CHECK(watching.heard().replaces == 1);
}

TEST_CASE("A list that stalls is tried again") {
  auto server = std::move(*ApiServer::Start({}));
  REQUIRE(server->Apply(MakePod("a")));
  server->SetStalled(true);
  auto options = RunningReflector::Quick();
  options.list_idle_timeout = 100ms;
  RunningReflector reflector(server->url(), options);
  REQUIRE(
      reflector.recorder().WaitUntil([](const Heard& heard) { return !heard.retries.empty(); }));
  server->SetStalled(false);
  CHECK(reflector.Knows({"a"}));
}

TEST_CASE("Server errors are tried again, on lists and on watches") {
  const int status = GENERATE(500, 502, 503, 429);
  CAPTURE(status);
  auto server = std::move(*ApiServer::Start({}));
  REQUIRE(server->Apply(MakePod("a")));
  server->FailRequests(3, status);
  RunningReflector reflector(server->url());
  REQUIRE(reflector.Knows({"a"}));
  CHECK(reflector.recorder().Get().retries.size() >= 3);
  REQUIRE(reflector.Connects(1));
  server->FailRequests(2, status);
  server->CutWatches();
  REQUIRE(reflector.Connects(2));
  REQUIRE(server->Apply(MakePod("b")));
  CHECK(reflector.Knows({"a", "b"}));
  CHECK(reflector.recorder().Get().replaces == 1);
}

TEST_CASE("Retry-After is honoured") {
  auto server = std::move(*ApiServer::Start({}));
  server->FailRequests(1, GENERATE(429, 503), "1");
  const auto started = std::chrono::steady_clock::now();
  RunningReflector reflector(server->url());
  REQUIRE(reflector.Connects(1));
  CHECK(std::chrono::steady_clock::now() - started >= 1s);
  REQUIRE(reflector.recorder().Get().retries.size() == 1);
  CHECK(reflector.recorder().Get().retries[0].second >= 1s);
}

TEST_CASE("A refusal names the verb and the resource, and is tried again") {
  auto server = std::move(*ApiServer::Start({}));
  REQUIRE(server->Apply(MakePod("a")));
  const int status = GENERATE(401, 403);
  server->FailRequests(2, status);
  RunningReflector reflector(server->url());
  REQUIRE(reflector.Knows({"a"}));
  const Error error = reflector.recorder().Get().retries.at(0).first;
  CHECK(error.code == ErrorCode::kPermission);
  CHECK(error.message == "list pods: the server answers " + std::to_string(status) +
                             ": as the test asked for" +
                             k8s::RemedyFor(status, {"", "pods", {"list", "watch"}}));
}

TEST_CASE("A client error on a watch means that its version is of no use: list again") {
  const int status = GENERATE(400, 404, 504);
  const Watching watching;
  watching.server->FailRequests(1, status);
  watching.server->CutWatches();
  REQUIRE(watching.reflector->recorder().WaitUntil(
      [](const Heard& heard) { return heard.replaces == 2; }));
  CheckCatchesUp(watching);
}

TEST_CASE("Garbage in a watch breaks it off; it is resumed and nothing is lost") {
  const std::string garbage = GENERATE(std::string("\0\0\0\3\xff\xff\xff\n", 8),
                                       std::string("\0\0\0\2\x0a\n", 6),
                                       "{not json}\n",
                                       "\xff\xfe\xff\xfe\n",
                                       "{\"type\":\"ADDED\"}\n",
                                       "{\"type\":\"ADDED\",\"object\":{\"metadata\":\n",
                                       "<html>\n");
  CAPTURE(garbage);
  const Watching watching;
  watching.server->Inject(garbage);
  REQUIRE(watching.RetriesFor(ErrorCode::kUnavailable));
  CheckCatchesUp(watching);
  CHECK(watching.heard().replaces == 1);
}

TEST_CASE("A server that only sends garbage is listed again in the end") {
  const Watching watching;
  for (unsigned i = 1; i <= 3; ++i) {
    REQUIRE(watching.reflector->Connects(i));
    watching.server->Inject("garbage\n");
    REQUIRE(watching.reflector->recorder().WaitUntil(
        [&](const Heard& heard) { return heard.retries.size() >= i; }));
  }
  REQUIRE(watching.reflector->recorder().WaitUntil(
      [](const Heard& heard) { return heard.replaces == 2; }));
  CheckCatchesUp(watching);
}

TEST_CASE("An event that is cut off in the middle comes again whole") {
  const Watching watching;
  const std::string event = watching.UnnamedDeletion();
  watching.server->Inject(event.substr(0, event.size() / 2));
  watching.server->CutWatches();
  CheckCatchesUp(watching);
}

TEST_CASE("A stream that ends in order but within an event is no good end") {
  const Watching watching;
  const std::string event = watching.UnnamedDeletion();
  watching.server->Inject(event.substr(0, event.size() / 2));
  std::this_thread::sleep_for(50ms);
  watching.server->EndWatches();
  REQUIRE(watching.reflector->recorder().WaitUntil([](const Heard& heard) {
    return std::any_of(heard.retries.begin(), heard.retries.end(), [](const auto& retry) {
      return retry.first.message.find("within an event") != std::string::npos;
    });
  }));
  CheckCatchesUp(watching);
}

TEST_CASE("A deletion that does not say of what leads to a list") {
  const Watching watching;
  watching.server->Inject(watching.UnnamedDeletion());
  REQUIRE(watching.reflector->recorder().WaitUntil(
      [](const Heard& heard) { return heard.replaces == 2; }));
  CheckCatchesUp(watching);
}

TEST_CASE("A line without end breaks the watch off before memory does") {
  const Watching watching;
  watching.server->Inject(std::string((size_t{16} << 20U) + 2, 'x'));
  REQUIRE(watching.reflector->recorder().WaitUntil([](const Heard& heard) {
    return !heard.retries.empty() &&
           heard.retries[0].first.message.find("longer than 16 MiB") != std::string::npos;
  }));
  CheckCatchesUp(watching);
}

TEST_CASE("Bytes may come one by one, in lists as in watches") {
  auto server = std::move(*ApiServer::Start({}));
  REQUIRE(server->Apply(MakePod("a")));
  server->SetSlow(true);
  RunningReflector reflector(server->url());
  REQUIRE(reflector.Knows({"a"}));
  REQUIRE(server->Apply(MakePod("b")));
  REQUIRE(server->Delete("Pod", {"n", "a"}));
  CHECK(reflector.Knows({"b"}));
  CHECK(reflector.recorder().Get().retries.empty());
}

TEST_CASE("A server that ends every watch at once is not asked in a loop") {
  auto options = RunningReflector::Quick();
  options.max_backoff = 10s;
  const Watching watching(options);
  const auto until = std::chrono::steady_clock::now() + 1s;
  while (std::chrono::steady_clock::now() < until) {
    watching.server->EndWatches();
    std::this_thread::sleep_for(1ms);
  }
  // Waits of 5 ms, then doubling: some ten fit into a second, unless the dice are against it.
  CHECK(watching.server->watches() < 40);
}

TEST_CASE("Any mixture of faults and changes ends in the state that is there") {
  auto options = RunningReflector::Quick();
  options.stall_timeout = 300ms;
  const Watching watching(options);
  ApiServer& server = *watching.server;
  for (int round = 0; round < 30; ++round) {
    const std::string name = "p" + std::to_string(round % 7);
    REQUIRE(server.Apply(MakePod(name)));
    switch (round % 6) {
      case 0:
        server.CutWatches();
        break;
      case 1:
        server.FailRequests(1, 500);
        server.EndWatches();
        break;
      case 2:
        server.Compact();
        server.CutWatches();
        break;
      case 3:
        server.Inject("garbage\n");
        break;
      case 4:
        REQUIRE(server.Restart());
        break;
      default:
        server.SetSlow(round % 12 == 5);
    }
    server.Delete("Pod", {"n", "p" + std::to_string((round * 3) % 7)});
  }
  server.SetSlow(false);
  REQUIRE(server.Apply(MakePod("last")));
  std::set<std::string> want{"a", "b", "last"};
  for (int i = 0; i < 7; ++i) {
    const std::string name = "p" + std::to_string(i);
    if (server.Exists("Pod", {"n", name})) {
      want.insert(name);
    }
  }
  CHECK(watching.reflector->Knows(want));
}

}  // namespace
}  // namespace portcullis::test
