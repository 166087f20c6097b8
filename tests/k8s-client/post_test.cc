// SPDX-License-Identifier: Apache-2.0
//
// Objects that are created over HTTP: what a server's answers to a POST become.
#include <catch2/catch.hpp>

#include "k8s-client/curl_transport.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

std::unique_ptr<ApiServer> StartServer() {
  auto server = ApiServer::Start({});
  REQUIRE(server.has_value());
  return std::move(*server);
}

k8s::ClientConfig ConfigFor(const ApiServer& server) {
  k8s::ClientConfig config;
  config.server = server.url();
  return config;
}

/// A valid Event named `name`.
std::string EventNamed(const std::string& name) {
  return R"({"metadata":{"name":")" + name +
         R"("},"eventTime":"2026-11-26T03:00:00.000001Z","reportingController":"example.org/c",
         "reportingInstance":"c-1","action":"Check","reason":"Odd","note":"n","type":"Warning",
         "regarding":{"kind":"NetworkPolicy","namespace":"shop","name":"web"}})";
}

constexpr char kEvents[] = "/apis/events.k8s.io/v1/namespaces/shop/events";

TEST_CASE("What is posted is created once, and the connection serves other requests") {
  const auto server = StartServer();
  k8s::CurlTransport transport(ConfigFor(*server));
  const auto created = transport.Post({kEvents, 5s}, EventNamed("a"), {});
  REQUIRE(created.has_value());
  CHECK(created->status == 201);
  CHECK(created->good());
  CHECK(server->Exists("Event", {"shop", "a"}));
  const auto again = transport.Post({kEvents, 5s}, EventNamed("a"), {});
  REQUIRE(again.has_value());
  CHECK(again->status == 409);
  CHECK_FALSE(again->good());
  CHECK(again->error_body.find("already exists") != std::string::npos);
  const auto read = transport.Get({kEvents, 5s}, [](const auto&, auto) { return true; }, {});
  REQUIRE(read.has_value());
  CHECK(read->status == 200);
}

TEST_CASE("What is posted and not acceptable is refused, and so is what is forbidden") {
  const auto server = StartServer();
  k8s::CurlTransport transport(ConfigFor(*server));
  const auto bad = transport.Post({kEvents, 5s}, EventNamed("no_subdomain"), {});
  REQUIRE(bad.has_value());
  CHECK(bad->status == 422);
  server->Forbid("/events");
  const auto forbidden = transport.Post({kEvents, 5s}, EventNamed("b"), {});
  REQUIRE(forbidden.has_value());
  CHECK(forbidden->status == 403);
  CHECK_FALSE(server->Exists("Event", {"shop", "b"}));
}

TEST_CASE("A post that nobody answers stalls, and one that is stopped ends") {
  const auto server = StartServer();
  server->SetStalled(true);
  k8s::CurlTransport transport(ConfigFor(*server));
  const auto stalled = transport.Post({kEvents, 50ms}, EventNamed("a"), {});
  REQUIRE_FALSE(stalled.has_value());
  CHECK(stalled.error().code == ErrorCode::kUnavailable);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = transport.Post({kEvents, 5s}, EventNamed("a"), stop.get_token());
  REQUIRE_FALSE(stopped.has_value());
  CHECK(stopped.error().code == ErrorCode::kCancelled);
}

}  // namespace
}  // namespace portcullis::test
