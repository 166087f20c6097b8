// SPDX-License-Identifier: Apache-2.0
//
// Pods and namespaces, as JSON → structs.
#include "k8s-client/decode.h"

#include <catch2/catch.hpp>

namespace portcullis::k8s {
namespace {

Pod MustDecodePod(const std::string& json) {
  const auto pod = DecodePod(json);
  INFO(json);
  REQUIRE(pod.has_value());
  return *pod;
}

/// A pod with this spec and this status.
Pod PodWith(const std::string& spec, const std::string& status) {
  return MustDecodePod(R"({"metadata":{"name":"p","namespace":"n"},"spec":)" + spec +
                       R"(,"status":)" + status + "}");
}

using Strings = std::vector<std::string>;

TEST_CASE("A pod keeps what decides about its traffic, whatever the order of the fields") {
  const Pod pod = MustDecodePod(R"({
    "status": {"podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}], "podIP": "10.0.0.1",
               "phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    "spec": {"hostNetwork": true, "nodeName": "node-1", "volumes": [{"name": "v"}],
             "containers": [{"name": "a", "ports": [{"containerPort": 80, "name": "http"}]},
                            {"name": "b", "ports": [
                                {"containerPort": 53, "name": "dns", "protocol": "UDP"},
                                {"containerPort": 9, "protocol": "SCTP"}]}]},
    "kind": "Pod", "apiVersion": "v1",
    "metadata": {"managedFields": [{"manager": "x"}], "name": "web", "namespace": "shop",
                 "uid": "u-1", "resourceVersion": "42", "labels": {"app": "web", "empty": ""},
                 "creationTimestamp": "2026-01-02T03:04:05Z",
                 "deletionTimestamp": "2026-01-02T03:04:06Z"}})");
  Pod want;
  want.meta = {
      {"shop", "web"}, "u-1", "42", 0, "2026-01-02T03:04:05Z", {{"app", "web"}, {"empty", ""}}};
  want.node_name = "node-1";
  want.phase = PodPhase::kRunning;
  want.host_network = true;
  want.deleting = true;
  want.addresses = {*IpAddress::Parse("10.0.0.1"), *IpAddress::Parse("fd00::1")};
  want.ports = {{"http", Protocol::kTcp, 80}, {"dns", Protocol::kUdp, 53}};
  CHECK(pod == want);
}

TEST_CASE("A pod without optional fields has their defaults") {
  const Pod pod = MustDecodePod(R"({"metadata":{"name":"p","labels":null,"deletionTimestamp":null},
                                    "spec":null,"status":{"podIPs":null,"phase":""}})");
  Pod want;
  want.meta.key.name = "p";
  CHECK(pod == want);
}

TEST_CASE("podIP counts only where there is no podIPs (8.2)") {
  CHECK(PodWith("{}", R"({"podIP":"10.0.0.9"})").addresses ==
        std::vector{*IpAddress::Parse("10.0.0.9")});
  CHECK(PodWith("{}", R"({"podIP":"10.0.0.9","podIPs":[]})").addresses ==
        std::vector{*IpAddress::Parse("10.0.0.9")});
  CHECK(PodWith("{}", R"({"podIPs":[{"ip":"10.0.0.1"}],"podIP":"10.0.0.9"})").addresses ==
        std::vector{*IpAddress::Parse("10.0.0.1")});
  CHECK(PodWith("{}", R"({"podIPs":[{"ip":"10.0.0.1"},{"ip":"10.0.0.1"}]})").addresses.size() == 1);
  CHECK(PodWith("{}", R"({"podIP":""})").addresses.empty());
}

TEST_CASE("An address that is none is left out and reported, the others stay") {
  const Pod pod = PodWith("{}", R"({"podIPs":[{"ip":"10.0.0.256"},{"ip":7},{"ip":"10.0.0.1"}]})");
  CHECK(pod.addresses == std::vector{*IpAddress::Parse("10.0.0.1")});
  CHECK(pod.problems == Strings{"status.podIPs[0].ip: \"10.0.0.256\" is no IP address",
                                "status.podIPs[1].ip: is no string"});
}

TEST_CASE("Sidecars' named ports count, other init containers' do not (6.11)") {
  const std::string port = R"("ports":[{"name":"s","containerPort":1}])";
  CHECK(PodWith(R"({"initContainers":[{)" + port + "}]}", "{}").ports.empty());
  CHECK(PodWith(R"({"initContainers":[{)" + port + R"(,"restartPolicy":"Always"}]})", "{}")
            .ports.size() == 1);
  CHECK(PodWith(R"({"initContainers":[{"restartPolicy":"Always",)" + port + "}]}", "{}")
            .ports.size() == 1);
  CHECK(PodWith(R"({"initContainers":[{"restartPolicy":"Never",)" + port + "}]}", "{}")
            .ports.empty());
}

TEST_CASE("A container port that cannot be understood is left out and reported") {
  struct Case {
    const char* port;
    const char* problem;
  };
  const auto [port, problem] = GENERATE(
      Case{R"({"name":"x","containerPort":0})", "containerPort: 0 is not within 1-65535"},
      Case{R"({"name":"x","containerPort":65536})", "containerPort: 65536 is not within 1-65535"},
      Case{R"({"name":"x","containerPort":"80"})", "containerPort: is no whole number"},
      Case{R"({"name":"x","containerPort":80.5})", "containerPort: is no whole number"},
      Case{R"({"name":"x","containerPort":1e400})", "containerPort: is no whole number"},
      Case{R"({"name":"x","containerPort":99999999999999999999})",
           "containerPort: is no whole number"},
      Case{R"({"name":"x","containerPort":80,"protocol":"tcp"})",
           "protocol: \"tcp\" is no protocol"},
      Case{R"({"name":["x"],"containerPort":80})", "name: is no string"});
  const Pod pod = PodWith(
      R"({"containers":[{"ports":[)" + std::string(port) + R"(,{"name":"y","containerPort":1}]}]})",
      "{}");
  CHECK(pod.ports == std::vector{ContainerPort{"y", Protocol::kTcp, 1}});
  CHECK(pod.problems == Strings{"spec.containers[0].ports[0]." + std::string(problem)});
}

TEST_CASE("Every phase is read; an unknown one counts as live (8.3, 8.5)") {
  const auto phase_of = [](const std::string& phase) {
    return PodWith("{}", R"({"phase":")" + phase + "\"}").phase;
  };
  CHECK(phase_of("Pending") == PodPhase::kPending);
  CHECK(phase_of("Running") == PodPhase::kRunning);
  CHECK(phase_of("Succeeded") == PodPhase::kSucceeded);
  CHECK(phase_of("Failed") == PodPhase::kFailed);
  CHECK(phase_of("Unknown") == PodPhase::kUnknown);
  CHECK(phase_of("running") == PodPhase::kUnknown);
}

TEST_CASE("A pod with a label that is no string keeps the others") {
  const Pod pod = MustDecodePod(R"({"metadata":{"name":"p","labels":{"a":1,"b":"2","c":null}}})");
  CHECK(pod.meta.labels == Labels{{"b", "2"}});
  CHECK(pod.problems ==
        Strings{"metadata.labels.a: is no string", "metadata.labels.c: is no string"});
}

TEST_CASE("Sections of the wrong type are reported and do not stop the rest") {
  const Pod pod = MustDecodePod(R"({"metadata":{"name":"p"},"spec":7,"status":[]})");
  CHECK(pod.problems == Strings{"spec: is no object", "status: is no object"});
  const Pod other = PodWith(R"({"containers":{},"hostNetwork":"yes","nodeName":"n"})", "{}");
  CHECK(other.node_name == "n");
  CHECK_FALSE(other.host_network);
  CHECK(other.problems ==
        Strings{"spec.containers: is no list", "spec.hostNetwork: is neither true nor false"});
}

TEST_CASE("Text with escapes and with other scripts is read as it is meant") {
  const Pod pod =
      MustDecodePod(R"({"metadata":{"name":"p","labels":{"k\u0065y":"v\"\\ \u00e9 é"}}})");
  CHECK(pod.meta.labels == Labels{{"key", "v\"\\ é é"}});
}

TEST_CASE("What is no object with a name is refused by every decoder") {
  const std::string text = GENERATE("",
                                    " ",
                                    "null",
                                    "7",
                                    "[]",
                                    "\"x\"",
                                    "{",
                                    "{}",
                                    "}",
                                    R"({"metadata":null})",
                                    R"({"metadata":[]})",
                                    R"({"metadata":{}})",
                                    R"({"metadata":{"name":""}})",
                                    R"({"metadata":{"name":7}})",
                                    R"({"metadata":{"name":"p"})",
                                    R"({"metadata":{"name":"p"}}})",
                                    R"({"metadata":{"name":"p"}} {})",
                                    R"({"metadata":{"name":"p)",
                                    "{\"metadata\":{\"name\":\"p\xff\"}}");
  INFO(text);
  REQUIRE_FALSE(DecodePod(text).has_value());
  CHECK(DecodePod(text).error().code == ErrorCode::kInvalidArgument);
  REQUIRE_FALSE(DecodeNamespace(text).has_value());
  CHECK(DecodeNamespace(text).error().code == ErrorCode::kInvalidArgument);
  REQUIRE_FALSE(DecodeNetworkPolicy(text).has_value());
  CHECK(DecodeNetworkPolicy(text).error().code == ErrorCode::kInvalidArgument);
}

TEST_CASE("A namespace always carries the label with its name (4.7)") {
  const auto plain = DecodeNamespace(R"({"metadata":{"name":"shop"}})");
  REQUIRE(plain.has_value());
  CHECK(plain->meta.labels == Labels{{"kubernetes.io/metadata.name", "shop"}});
  const auto forged = DecodeNamespace(
      R"({"metadata":{"name":"shop","labels":{"kubernetes.io/metadata.name":"kube-system"}}})");
  REQUIRE(forged.has_value());
  CHECK(forged->meta.labels == Labels{{"kubernetes.io/metadata.name", "shop"}});
}

TEST_CASE("A namespace has no namespace of its own") {
  const auto ns = DecodeNamespace(R"({"metadata":{"name":"shop","namespace":"x"}})");
  REQUIRE(ns.has_value());
  CHECK(ns->meta.key == ObjectKey{"", "shop"});
}

TEST_CASE("A namespace with unreadable labels counts as not there, as NotIn must not match (3.9)") {
  const auto ns = DecodeNamespace(R"({"metadata":{"name":"shop","labels":{"env":7}}})");
  REQUIRE_FALSE(ns.has_value());
  CHECK(ns.error().message == "metadata.labels.env: is no string");
}

std::vector<Cidr> Blocks(const std::vector<std::string>& texts) {
  std::vector<Cidr> blocks;
  blocks.reserve(texts.size());
  for (const std::string& text : texts) {
    blocks.push_back(*Cidr::Parse(text));
  }
  return blocks;
}

TEST_CASE("A node's pod ranges are podCIDRs, or podCIDR where that is all there is") {
  const auto both = DecodeNode(R"({"metadata":{"name":"n1","namespace":"x"},"status":{"phase":7},
      "spec":{"podCIDR":"10.1.0.0/24","podCIDRs":["10.1.0.0/24","fd00:1::/64","10.1.0.0/24"]}})");
  REQUIRE(both.has_value());
  CHECK(both->meta.key == ObjectKey{"", "n1"});
  CHECK(both->pod_cidrs == Blocks({"10.1.0.0/24", "fd00:1::/64"}));
  CHECK(both->problems.empty());
  const auto single = DecodeNode(R"({"metadata":{"name":"n1"},"spec":{"podCIDR":"10.1.0.0/24"}})");
  REQUIRE(single.has_value());
  CHECK(single->pod_cidrs == Blocks({"10.1.0.0/24"}));
  for (const char* spec : {"{}", "null", R"({"podCIDR":"","podCIDRs":[]})"}) {
    const auto none = DecodeNode(R"({"metadata":{"name":"n1"},"spec":)" + std::string(spec) + "}");
    REQUIRE(none.has_value());
    CHECK(none->pod_cidrs.empty());
    CHECK(none->problems.empty());
  }
}

TEST_CASE("A node's block that is none is reported, and the others hold") {
  const auto node = DecodeNode(
      R"({"metadata":{"name":"n1"},"spec":{"podCIDRs":["10.1.0.0/33",7,"fd00:1::/64"]}})");
  REQUIRE(node.has_value());
  CHECK(node->pod_cidrs == Blocks({"fd00:1::/64"}));
  CHECK(node->problems ==
        std::vector<std::string>{"spec.podCIDRs[0]: \"10.1.0.0/33\" is no address block",
                                 "spec.podCIDRs[1]: is no string"});
}

}  // namespace
}  // namespace portcullis::k8s
