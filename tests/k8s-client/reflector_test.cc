// SPDX-License-Identifier: Apache-2.0
//
// The reflector against an API server that works: lists, events, the way on after a watch's end.
#include "k8s-client/reflector.h"

#include <catch2/catch.hpp>

#include "tests/k8s-client/running_reflector.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<ApiServer> StartServer(ApiServer::Options options = {}) {
  auto server = ApiServer::Start(std::move(options));
  REQUIRE(server.has_value());
  return std::move(*server);
}

TEST_CASE("What is there is listed at once, what comes later is watched") {
  const auto server = StartServer();
  REQUIRE(server->Apply(MakePod("a")));
  RunningReflector reflector(server->url());
  REQUIRE(reflector.Knows({"a"}));
  REQUIRE(reflector.Connects(1));
  CHECK(reflector.recorder().Get().replaces == 1);

  REQUIRE(server->Apply(MakePod("b", "10.0.0.2")));
  REQUIRE(server->Apply(MakePod("a", "10.0.0.9")));
  REQUIRE(reflector.recorder().WaitUntil([](const Heard& heard) { return heard.upserts == 2; }));
  const Heard heard = reflector.recorder().Get();
  CHECK(heard.pods.at({"n", "a"}).addresses == std::vector{*IpAddress::Parse("10.0.0.9")});
  CHECK(heard.names() == std::set<std::string>{"a", "b"});

  REQUIRE(server->Delete("Pod", {"n", "a"}));
  REQUIRE(reflector.Knows({"b"}));
  CHECK(reflector.recorder().Get().replaces == 1);
  CHECK(reflector.recorder().Get().retries.empty());
}

TEST_CASE("An empty list is a list: the sink hears that there is nothing") {
  const auto server = StartServer();
  RunningReflector reflector(server->url());
  REQUIRE(reflector.recorder().WaitUntil([](const Heard& heard) { return heard.replaces == 1; }));
  CHECK(reflector.recorder().Get().pods.empty());
}

TEST_CASE("Long lists come in pages, go on in pages and make one list") {
  const auto server = StartServer();
  std::set<std::string> names;
  for (int i = 0; i < 25; ++i) {
    names.insert("p" + std::to_string(i));
    REQUIRE(server->Apply(MakePod("p" + std::to_string(i))));
  }
  auto options = RunningReflector::Quick();
  options.page_size = 10;
  RunningReflector reflector(server->url(), options);
  REQUIRE(reflector.Knows(names));
  CHECK(server->lists() == 3);
  CHECK(reflector.recorder().Get().pages == std::vector<size_t>{10, 10, 5});
  CHECK(reflector.recorder().Get().replaces == 1);
}

TEST_CASE("Events come within milliseconds") {
  const auto server = StartServer();
  RunningReflector reflector(server->url());
  REQUIRE(reflector.Connects(1));
  std::chrono::steady_clock::duration best = 1s;
  for (unsigned i = 1; i <= 20; ++i) {
    const auto started = std::chrono::steady_clock::now();
    REQUIRE(server->Apply(MakePod("p" + std::to_string(i))));
    REQUIRE(reflector.recorder().WaitUntil([&](const Heard& heard) { return heard.upserts == i; }));
    best = std::min(best, std::chrono::steady_clock::now() - started);
  }
  CHECK(best < 5ms);
}

TEST_CASE("A watch that the server ends is resumed after the last event, without a list") {
  const auto server = StartServer();
  auto options = RunningReflector::Quick();
  options.settled_after = 0ms;
  RunningReflector reflector(server->url(), options);
  REQUIRE(reflector.Connects(1));
  REQUIRE(server->Apply(MakePod("a")));
  REQUIRE(reflector.Knows({"a"}));
  server->EndWatches();
  REQUIRE(reflector.Connects(2));
  REQUIRE(server->Apply(MakePod("b")));
  REQUIRE(reflector.Knows({"a", "b"}));
  const Heard heard = reflector.recorder().Get();
  CHECK(heard.replaces == 1);
  CHECK(heard.upserts == 2);  // Nothing came twice.
  CHECK(heard.retries.empty());
}

TEST_CASE("Bookmarks carry a quiet watch over a compaction of the history") {
  ApiServer::Options server_options;
  server_options.bookmark_interval = 20ms;
  const auto server = StartServer(server_options);
  REQUIRE(server->Apply(MakePod("a")));
  auto options = RunningReflector::Quick();
  options.settled_after = 0ms;
  RunningReflector reflector(server->url(), options);
  REQUIRE(reflector.Connects(1));
  // Events of another kind move the version on; the pods' watch learns it by bookmark alone.
  REQUIRE(server->ApplyJson(R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"x"}})"));
  server->Compact();
  std::this_thread::sleep_for(200ms);
  server->EndWatches();
  REQUIRE(reflector.Connects(2));
  REQUIRE(server->Apply(MakePod("b")));
  REQUIRE(reflector.Knows({"a", "b"}));
  CHECK(reflector.recorder().Get().relists.empty());
}

TEST_CASE("Each watch asks for an end within the bounds, and the next one follows without a wait") {
  const auto server = StartServer();
  auto options = RunningReflector::Quick();
  // Well below a watch's length: the server's clock begins before the client's.
  options.settled_after = 500ms;
  options.min_watch = 1s;
  options.max_watch = 1s;
  RunningReflector reflector(server->url(), options);
  REQUIRE(reflector.Connects(2));
  CHECK(reflector.recorder().Get().retries.empty());
  CHECK(server->lists() == 1);
}

TEST_CASE("An object that cannot be decoded is reported and counts as not there") {
  ApiServer::Options server_options;
  server_options.protobuf = false;  // Which could not say it.
  const auto server = StartServer(server_options);
  REQUIRE(server->ApplyJson(
      R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"bad","labels":{"a":1}}})"));
  REQUIRE(server->ApplyJson(R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"ok"}})"));

  class Namespaces : public k8s::Sink<k8s::Namespace> {
   public:
    void BeginList() override { listed = 0; }
    void AddListed(std::vector<k8s::Namespace> objects) override { listed += objects.size(); }
    void EndList() override {}
    void Upsert(k8s::Namespace object) override { upserted.push_back(object.meta.key.name); }
    void Delete(const k8s::ObjectKey& key) override {
      deleted.push_back(key.name);
      done.request_stop();
    }
    size_t listed = 0;
    std::vector<std::string> upserted;
    std::vector<std::string> deleted;
    std::stop_source done;
  };
  Namespaces sink;
  Recorder observer;
  k8s::ClientConfig config;
  config.server = server->url();
  k8s::CurlTransport transport(config);
  const auto options = RunningReflector::Quick();
  std::jthread thread([&] {
    k8s::RunReflector(k8s::kNamespaces, transport, sink, observer, options, sink.done.get_token());
  });
  REQUIRE(observer.WaitUntil([](const Heard& heard) { return heard.connected; }));
  REQUIRE(server->ApplyJson(
      R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"ok","labels":{"b":[]}}})"));
  thread.join();
  CHECK(sink.listed == 1);
  CHECK(sink.upserted.empty());
  CHECK(sink.deleted == std::vector<std::string>{"ok"});
  CHECK(observer.Get().bad_objects ==
        std::vector<std::string>{"bad: metadata.labels.a: is no string",
                                 "ok: metadata.labels.b: is no string"});
}

TEST_CASE("A field selector picks one object, in the list and in the watch") {
  const bool protobuf = GENERATE(true, false);
  ApiServer::Options server_options;
  server_options.protobuf = protobuf;
  const auto server = StartServer(server_options);
  REQUIRE(server->Apply(MakePod("a")));
  REQUIRE(server->Apply(MakePod("b")));
  auto options = RunningReflector::Quick();
  options.field_selector = "metadata.name=a";
  RunningReflector reflector(server->url(), options);
  REQUIRE(reflector.Connects(1));
  REQUIRE(reflector.Knows({"a"}));
  REQUIRE(server->Apply(MakePod("c")));
  REQUIRE(server->Delete("Pod", MakePod("a").meta.key));
  REQUIRE(reflector.Knows({}));
  REQUIRE(server->Apply(MakePod("a")));
  REQUIRE(reflector.Knows({"a"}));
}

TEST_CASE("Two nodes with three watches each see the same") {
  const auto server = StartServer();
  std::vector<std::unique_ptr<RunningReflector>> reflectors;
  constexpr size_t kWatches = 6;
  reflectors.reserve(kWatches);
  for (size_t i = 0; i < kWatches; ++i) {
    reflectors.push_back(std::make_unique<RunningReflector>(server->url()));
  }
  std::set<std::string> names;
  for (int i = 0; i < 50; ++i) {
    names.insert("p" + std::to_string(i));
    REQUIRE(server->Apply(MakePod("p" + std::to_string(i))));
  }
  for (const auto& reflector : reflectors) {
    CHECK(reflector->Knows(names));
  }
}

}  // namespace
}  // namespace portcullis::test
