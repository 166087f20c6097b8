// SPDX-License-Identifier: Apache-2.0
//
// Decoding is the inverse of ToJson and of ToProtobuf, on random values. The seed is printed; set
// PORTCULLIS_SEED to repeat a run.
#include <cstdlib>

#include <catch2/catch.hpp>

#include "k8s-client/decode.h"
#include "k8s-client/wire_json.h"
#include "k8s-client/wire_protobuf.h"
#include "tests/k8s-client/random_objects.h"
#include "tests/k8s-client/seed.h"
#include "tests/support/api/to_json.h"
#include "tests/support/api/to_protobuf.h"

namespace portcullis::test {
namespace {

constexpr int kRounds = 500;

TEST_CASE("Decoding what ToJson wrote gives the value back") {
  const uint64_t seed = SeedOfRun();
  INFO("PORTCULLIS_SEED=" << seed);
  RandomObjects random(seed);
  for (int round = 0; round < kRounds; ++round) {
    const k8s::Pod pod = random.Pod();
    const auto pod_again = k8s::DecodePod(ToJson(pod));
    INFO(ToJson(pod));
    REQUIRE(pod_again.has_value());
    REQUIRE(*pod_again == pod);

    const k8s::Namespace ns = random.Namespace();
    const auto ns_again = k8s::DecodeNamespace(ToJson(ns));
    INFO(ToJson(ns));
    REQUIRE(ns_again.has_value());
    REQUIRE(*ns_again == ns);

    const k8s::Node node = random.Node();
    const auto node_again = k8s::DecodeNode(ToJson(node));
    INFO(ToJson(node));
    REQUIRE(node_again.has_value());
    REQUIRE(*node_again == node);

    const k8s::NetworkPolicy policy = random.Policy();
    const auto policy_again = k8s::DecodeNetworkPolicy(ToJson(policy));
    INFO(ToJson(policy));
    REQUIRE(policy_again.has_value());
    REQUIRE(policy_again->problems.empty());
    REQUIRE(*policy_again == policy);
  }
}

template <typename T>
void CheckBothFormats(const T& object, const char* kind) {
  const std::string version = "v1";
  const std::string protobuf = ToProtobuf(object);
  const std::string json = ToJson(object);
  INFO(json);
  std::string pb_list = ProtobufList(std::string(kind) + "List", version, "7", "t", {&protobuf});
  std::string json_list =
      R"({"metadata":{"resourceVersion":"7","continue":"t"},"items":[)" + json + "]}";
  const auto pb_wire = k8s::protobuf::MakeWire<T>();
  const auto json_wire = k8s::json::MakeWire<T>();
  for (const auto& page : {pb_wire->DecodePage(pb_list), json_wire->DecodePage(json_list)}) {
    REQUIRE(page.has_value());
    REQUIRE(page->objects == std::vector<T>{object});
    REQUIRE(page->resource_version == "7");
    REQUIRE(page->continue_token == "t");
  }
  const auto pb_event = pb_wire->DecodeEvent(ProtobufEvent("MODIFIED", kind, version, protobuf));
  const auto json_event = json_wire->DecodeEvent(R"({"type":"MODIFIED","object":)" + json + "}");
  for (const auto& event : {pb_event, json_event}) {
    REQUIRE(event.has_value());
    REQUIRE(event->type == k8s::EventType::kModified);
    REQUIRE(event->reading.good());
    REQUIRE(event->reading.object == object);
  }
}

TEST_CASE(
    "Pods, namespaces and nodes are the same in JSON and in protobuf, in lists and in events") {
  const uint64_t seed = SeedOfRun();
  INFO("PORTCULLIS_SEED=" << seed);
  RandomObjects random(seed);
  for (int round = 0; round < kRounds; ++round) {
    CheckBothFormats(random.Pod(), "Pod");
    CheckBothFormats(random.Namespace(), "Namespace");
    CheckBothFormats(random.Node(), "Node");
  }
}

TEST_CASE("What allows nothing still does after ToJson") {
  k8s::NetworkPolicy policy;
  policy.meta.key = {"n", "p"};
  policy.pod_selector.valid = false;
  policy.isolates_ingress = true;
  policy.ingress = {{0, std::vector<k8s::Peer>{}, std::vector<k8s::PolicyPort>{}}};
  auto again = k8s::DecodeNetworkPolicy(ToJson(policy));
  REQUIRE(again.has_value());
  CHECK(again->problems.size() == 3);
  again->problems.clear();
  CHECK(*again == policy);
}

}  // namespace
}  // namespace portcullis::test
