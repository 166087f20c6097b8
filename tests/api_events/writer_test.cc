// SPDX-License-Identifier: Apache-2.0
//
// Events written by agents as they are put together in the program, but for the kernel: watches, a
// reconciler and a writer each, on one API server.
#include "controller/api_events/writer.h"

#include <functional>
#include <thread>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/reconcile/event_queue.h"
#include "controller/reconcile/reconcile_loop.h"
#include "k8s-client/curl_transport.h"
#include "k8s-client/decode.h"
#include "tests/controller/capture.h"
#include "tests/controller/fake_kernel.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr char kOddPolicy[] = R"({"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",
    "metadata":{"namespace":"shop","name":"odd"},"spec":{"podSelector":{},
    "ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/24","except":["10.9.0.0/24"]}}]}]}})";

k8s::ClientConfig ConfigFor(const ApiServer& server) {
  k8s::ClientConfig config;
  config.server = server.url();
  return config;
}

/// The Events that the server has.
std::vector<nlohmann::json> EventsOf(const ApiServer& server) {
  k8s::CurlTransport transport(ConfigFor(server));
  std::string body;
  const auto response =
      transport.Get({"/apis/events.k8s.io/v1/events", 5s},
                    [&body](const k8s::Response& /*head*/, std::string_view bytes) {
                      body += bytes;
                      return true;
                    },
                    {});
  REQUIRE(response.has_value());
  return nlohmann::json::parse(body).at("items");
}

std::unique_ptr<ApiServer> StartServer() {
  auto server = ApiServer::Start({});
  REQUIRE(server.has_value());
  // Debian's cpp-httplib makes its statics at the first request. ThreadSanitizer does not see the
  // check that guards them, so that two first requests at a time would look like a race.
  REQUIRE(EventsOf(**server).empty());
  return std::move(*server);
}

template <typename T>
void ListKind(EventQueue& queue, std::vector<T> objects) {
  queue.BeginList<T>();
  queue.AddListed(std::move(objects));
  queue.EndList<T>();
}

/// A node: its reconciler, which is synced, and its writer. What the watches would tell is told by
/// the test.
class Agent {
 public:
  Agent(const std::string& node, const ApiServer& server)
      : log_(LogFormat::kText, LogLevel::kInfo),
        reconciler_({node, {}}, kernel_, conntrack_),
        loop_(node, queue_, reconciler_, log_, board_),
        inbox_(node, ""),
        transport_(ConfigFor(server)),
        loop_thread_([this](const std::stop_token& stop) { loop_.Run(stop); }),
        writer_thread_([this, node](const std::stop_token& stop) {
          api_events::Writer({queue_, inbox_, transport_, log_, board_, node}).Run(stop);
        }) {
    ListKind<k8s::Pod>(queue_, {});
    ListKind<k8s::Namespace>(queue_, {});
    ListKind<k8s::NetworkPolicy>(queue_, {});
    REQUIRE(Until([this] { return board_.Read().reconcile.synced; }));
  }

  void See(const k8s::NetworkPolicy& policy) {
    queue_.Upsert(policy);
    inbox_.SeeChanged(api_events::PolicyRef(policy.meta));
  }

  [[nodiscard]] ApiEventStatus status() const { return board_.Read().api_events; }

  /// Whether `done()` holds within a while.
  static bool Until(const std::function<bool()>& done) {
    for (const auto end = Clock::now() + 20s; Clock::now() < end;) {
      if (done()) {
        return true;
      }
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }

 private:
  FakeKernel kernel_;
  FakeConntrack conntrack_;
  EventQueue queue_;
  StatusBoard board_{Status{}};
  EventLog log_;
  Reconciler reconciler_;
  ReconcileLoop loop_;
  api_events::Inbox inbox_;
  k8s::CurlTransport transport_;
  std::jthread loop_thread_;
  std::jthread writer_thread_;
};

/// The policy as the server has stored it.
k8s::NetworkPolicy Apply(ApiServer& server, const char* json) {
  const auto stored = server.ApplyJson(json);
  REQUIRE(stored.has_value());
  auto policy = k8s::DecodeNetworkPolicy((*stored)->json());
  REQUIRE(policy.has_value());
  return *policy;
}

TEST_CASE("Two agents that tell the same make one Event") {
  const auto server = StartServer();
  const k8s::NetworkPolicy policy = Apply(*server, kOddPolicy);
  Agent first("node1", *server);
  Agent second("node2", *server);
  first.See(policy);
  second.See(policy);
  REQUIRE(Agent::Until([&] {
    return first.status().written + second.status().written == 1 &&
           first.status().conflicts + second.status().conflicts == 1;
  }));
  const auto events = EventsOf(*server);
  REQUIRE(events.size() == 1);
  CHECK(events[0]["reason"] == "NotUnderstood");
  CHECK(events[0]["regarding"]["name"] == "odd");
  CHECK(events[0]["regarding"]["uid"] == policy.meta.uid);
}

TEST_CASE("A restart repeats nothing, a change of the policy is told anew") {
  const auto server = StartServer();
  k8s::NetworkPolicy policy = Apply(*server, kOddPolicy);
  {
    Agent agent("node1", *server);
    agent.See(policy);
    REQUIRE(Agent::Until([&] { return agent.status().written == 1; }));
  }
  Agent again("node1", *server);
  again.See(policy);
  REQUIRE(Agent::Until([&] { return again.status().conflicts == 1; }));
  std::string changed = kOddPolicy;
  changed.replace(changed.find("10.9.0.0"), 8, "10.8.0.0");
  policy = Apply(*server, changed.c_str());
  CHECK(policy.meta.generation == 2);
  again.See(policy);
  REQUIRE(Agent::Until([&] { return again.status().written == 1; }));
  CHECK(EventsOf(*server).size() == 2);
}

TEST_CASE("A missing right is said once, with the rule, and enforcement goes on") {
  const auto server = StartServer();
  server->Forbid("/events");
  const k8s::NetworkPolicy policy = Apply(*server, kOddPolicy);
  const std::string log = Capture([&] {
    Agent agent("node1", *server);
    agent.See(policy);
    REQUIRE(Agent::Until([&] { return agent.status().failures == 1; }));
    k8s::NetworkPolicy other = policy;
    other.meta.key.name = "odd2";
    agent.See(other);
    std::this_thread::sleep_for(100ms);
    CHECK(agent.status().failures == 1);
  });
  const std::string rule =
      R"({apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create"]})";
  CHECK(log.find(rule) != std::string::npos);
  CHECK(log.find(rule, log.find(rule) + 1) == std::string::npos);
  CHECK(log.find("policy shop/odd2 applied") != std::string::npos);
}

TEST_CASE("Where the server is away it is tried again") {
  const auto server = StartServer();
  server->FailRequests(1, 503);
  const k8s::NetworkPolicy policy = Apply(*server, kOddPolicy);
  Agent agent("node1", *server);
  agent.See(policy);
  REQUIRE(Agent::Until([&] { return agent.status().written == 1; }));
  CHECK(agent.status().failures == 1);
}

}  // namespace
}  // namespace portcullis::test
