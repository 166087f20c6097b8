// SPDX-License-Identifier: Apache-2.0
//
// All objects of a cluster at once, from the tests' API server.
#include "k8s-client/fetch.h"

#include <map>

#include <catch2/catch.hpp>

#include "k8s-client/curl_transport.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

std::unique_ptr<ApiServer> StartServer() {
  auto server = ApiServer::Start({});
  REQUIRE(server.has_value());
  return std::move(*server);
}

k8s::CurlTransport TransportTo(const std::string& url) {
  k8s::ClientConfig config;
  config.server = url;
  return k8s::CurlTransport(config);
}

k8s::Pod PodNamed(const std::string& name) {
  k8s::Pod pod;
  pod.meta.key = {"shop", name};
  pod.node_name = "node1";
  pod.phase = k8s::PodPhase::kRunning;
  return pod;
}

TEST_CASE("Objects of every kind are fetched, page by page, and the progress is told") {
  const auto server = StartServer();
  constexpr size_t kPods = 600;  // More than two pages.
  for (size_t i = 0; i < kPods; ++i) {
    REQUIRE(server->Apply(PodNamed("p" + std::to_string(i))).has_value());
  }
  k8s::Namespace shop;
  shop.meta.key.name = "shop";
  REQUIRE(server->Apply(shop).has_value());
  REQUIRE(server
              ->ApplyJson(R"({"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy",
      "metadata":{"namespace":"shop","name":"odd"},"spec":{"podSelector":{},
      "ingress":[{"from":[{"ipBlock":{"cidr":"nonsense"}}]}]}})")
              .has_value());
  auto transport = TransportTo(server->url());
  std::map<std::string, std::vector<size_t>> told;
  const auto fetched = k8s::FetchObjects(
      transport,
      [&](const std::string& plural, size_t count) { told[plural].push_back(count); },
      {});
  REQUIRE(fetched.has_value());
  CHECK(fetched->objects.pods.size() == kPods);
  CHECK(fetched->objects.namespaces.size() == 1);
  CHECK(fetched->objects.policies.size() == 1);
  CHECK(told["pods"] == std::vector<size_t>{250, 500, 600});
  CHECK(told["networkpolicies"] == std::vector<size_t>{1});
  REQUIRE(fetched->problems.size() == 1);
  CHECK(fetched->problems.front().find("NetworkPolicy shop/odd: ingress[0].from[0].ipBlock.cidr") ==
        0);
  CHECK(server->watches() == 0);
}

TEST_CASE("A list that expires midway is fetched whole, and nothing twice") {
  const auto server = StartServer();
  for (size_t i = 0; i < 300; ++i) {
    REQUIRE(server->Apply(PodNamed("p" + std::to_string(i))).has_value());
  }
  auto transport = TransportTo(server->url());
  const auto fetched = k8s::FetchObjects(transport,
                                         [&](const std::string& /*plural*/, size_t count) {
                                           if (count == 250) {
                                             server->Compact();
                                           }
                                         },
                                         {});
  REQUIRE(fetched.has_value());
  CHECK(fetched->objects.pods.size() == 300);
}

TEST_CASE("A missing right is named, with the rule that grants it and no more") {
  const auto server = StartServer();
  server->FailRequests(1, 403);
  auto transport = TransportTo(server->url());
  const auto fetched = k8s::FetchObjects(transport, {}, {});
  REQUIRE_FALSE(fetched.has_value());
  CHECK(fetched.error().code == ErrorCode::kPermission);
  CHECK(fetched.error().message.find(
            R"({apiGroups: [""], resources: ["namespaces"], verbs: ["list"]})") !=
        std::string::npos);
}

TEST_CASE("A server that is not there is an error at once") {
  auto transport = TransportTo("http://127.0.0.1:1");
  const auto fetched = k8s::FetchObjects(transport, {}, {});
  REQUIRE_FALSE(fetched.has_value());
  CHECK(fetched.error().code == ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace portcullis::test
