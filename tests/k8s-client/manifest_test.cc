// SPDX-License-Identifier: Apache-2.0
//
// Files of objects: YAML as Kubernetes means it, lists, and what is refused.
#include "k8s-client/manifest.h"

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/k8s-client/temporary_folder.h"

namespace portcullis::k8s {
namespace {

using nlohmann::json;
using test::TemporaryFolder;

/// The object that one document's `data` holds, as JSON.
json DataOf(const std::string& yaml) {
  const auto objects =
      ParseManifest("kind: ConfigMap\napiVersion: v1\nmetadata: {name: c}\ndata:\n" + yaml);
  INFO(yaml);
  if (!objects) {
    FAIL(objects.error().message);
  }
  REQUIRE(objects->size() == 1);
  return json::parse(objects->front().json).at("data");
}

std::string ErrorOf(const std::string& text) {
  const auto objects = ParseManifest(text);
  INFO(text);
  REQUIRE_FALSE(objects.has_value());
  CHECK(objects.error().code == ErrorCode::kInvalidArgument);
  return objects.error().message;
}

constexpr char kPod[] = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";

TEST_CASE("Plain scalars follow YAML 1.2's core schema") {
  CHECK(DataOf("  [no, yes, on, off, y, n, No, YES]") ==
        json({"no", "yes", "on", "off", "y", "n", "No", "YES"}));
  CHECK(DataOf("  [true, True, TRUE, false]") == json({true, true, true, false}));
  CHECK(DataOf("  [~, null, Null, NULL, ]") == json({nullptr, nullptr, nullptr, nullptr}));
  CHECK(DataOf("  [010, 0o10, 0x1F, -7, +7, 0]") == json({10, 8, 31, -7, 7, 0}));
  CHECK(DataOf("  [1.5, 1e3, .5, -2., 1_000, 1:30]") ==
        json({1.5, 1000.0, 0.5, -2.0, "1_000", "1:30"}));
  CHECK(DataOf("  [10.0.0.0/8, 1.2.3, .inf, '', -, 2026-01-01]") ==
        json({"10.0.0.0/8", "1.2.3", ".inf", "", "-", "2026-01-01"}));
  CHECK(DataOf("  [99999999999999999999]")[0].is_number_float());
  CHECK(DataOf("  [1e999, 0x-5, 0xg, 0o8]") == json({"1e999", "0x-5", "0xg", "0o8"}));
  CHECK(DataOf("  [" + std::string(400, '9') + "]") == json::array({std::string(400, '9')}));
}

TEST_CASE("Quoted and block scalars are strings") {
  CHECK(DataOf("  ['80', \"true\", '~']") == json({"80", "true", "~"}));
  CHECK(DataOf("  a: |\n    80\n  b: >-\n    true\n") == json({{"a", "80\n"}, {"b", "true"}}));
  CHECK(DataOf("  a: !!str 80") == json({{"a", "80"}}));
}

TEST_CASE("Anchors, aliases and merge keys are expanded") {
  CHECK(DataOf("  a: &x {k: 1}\n  b: *x") == json({{"a", {{"k", 1}}}, {"b", {{"k", 1}}}}));
  CHECK(DataOf("  a: &x {k: 1, l: 2}\n  b: {<<: *x, k: 3}").at("b") == json({{"k", 3}, {"l", 2}}));
  CHECK(DataOf("  a: &x {k: 1}\n  b: {<<: [*x, {k: 2, m: 4}]}").at("b") ==
        json({{"k", 1}, {"m", 4}}));
}

TEST_CASE("Aliases that expand without end are refused") {
  std::string bomb = std::string(kPod) + "spec:\n  a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string previous = "*a" + std::to_string(i - 1);
    bomb += "  a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + previous;
    for (int j = 1; j < 10; ++j) {
      bomb += "," + previous;
    }
    bomb += "]\n";
  }
  CHECK(ErrorOf(bomb).find("aliases expand to too much") != std::string::npos);
  CHECK(ErrorOf(std::string(kPod) + "spec: &s [*s]\n").find("line 4") != std::string::npos);
  CHECK_FALSE(ErrorOf(std::string(kPod) + "spec: " + std::string(2000, '[')).empty());
  CHECK_FALSE(ErrorOf(R"({"a":)" + std::string(2000, '[')).empty());
}

TEST_CASE("Duplicate keys are refused, with their line") {
  CHECK(ErrorOf(std::string(kPod) + "kind: Pod\n") == "line 4: has the key \"kind\" twice");
  CHECK(ErrorOf(R"({"kind":"Pod","a":{"b":1,"b":2}})") == "has the key \"b\" twice");
}

TEST_CASE("Broken text is refused, with its line") {
  CHECK(ErrorOf("a: b\n c: d\n").rfind("line ", 0) == 0);
  CHECK(ErrorOf("{\"kind\": \"Pod\",\n").rfind("line ", 0) == 0);
  CHECK(ErrorOf("a: *missing\n").rfind("line 1", 0) == 0);
  CHECK(ErrorOf("? [a]\n: b\n") == "line 1: has a key that is no string");
  CHECK(ErrorOf("a: !!binary aGk=\n").rfind("line 1: has the tag", 0) == 0);
}

TEST_CASE("Text that is no UTF-8 never passes as it is") {
  const auto objects = ParseManifest(std::string(kPod) + "spec: {nodeName: \"\xff\xfe\"}\n");
  if (objects) {
    CHECK_FALSE(json::parse(objects->front().json, nullptr, false).is_discarded());
  } else {
    CHECK(objects.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("A document that is no object is refused") {
  CHECK(ErrorOf("just text") == "line 1: not a Kubernetes object");
  CHECK(ErrorOf("- a") == "line 1: not a Kubernetes object");
  CHECK(ErrorOf("metadata: {name: x}") == "line 1: an object without kind and apiVersion");
  CHECK(ErrorOf("kind: Pod\napiVersion: v1") == "line 1: a Pod without metadata.name");
  CHECK(ErrorOf("kind: Pod\napiVersion: v1\nmetadata: {name: 7}") ==
        "line 1: a Pod without metadata.name");
  CHECK(ErrorOf("kind: List\napiVersion: v1\nitems: {}") ==
        "line 1: the items of a List are no list");
}

TEST_CASE("A text may have several documents, empty ones among them") {
  const auto objects = ParseManifest("---\n" + std::string(kPod) +
                                     "---\n# nothing\n---\n{\"kind\": \"Namespace\", "
                                     "\"apiVersion\": \"v1\", \"metadata\": {\"name\": \"n\"}}\n");
  REQUIRE(objects.has_value());
  REQUIRE(objects->size() == 2);
  CHECK((*objects)[0].key == ObjectKey{"default", "p"});
  CHECK((*objects)[1].kind == "Namespace");
  CHECK((*objects)[1].key == ObjectKey{"", "n"});
  CHECK(ParseManifest("")->empty());
  CHECK(ParseManifest("# nothing\n")->empty());
}

TEST_CASE("Lists are unpacked; a typed list's items need not repeat their kind") {
  const auto objects = ParseManifest(R"(
kind: List
apiVersion: v1
items:
- {kind: Pod, apiVersion: v1, metadata: {name: a, namespace: x}}
- kind: NetworkPolicyList
  apiVersion: networking.k8s.io/v1
  items:
  - metadata: {name: b}
---
{kind: PodList, apiVersion: v1, items: null}
)");
  REQUIRE(objects.has_value());
  REQUIRE(objects->size() == 2);
  CHECK((*objects)[0].key == ObjectKey{"x", "a"});
  CHECK((*objects)[1].kind == "NetworkPolicy");
  CHECK((*objects)[1].api_version == "networking.k8s.io/v1");
  CHECK((*objects)[1].key == ObjectKey{"default", "b"});
}

TEST_CASE("JSON files are read, escapes and all") {
  const auto objects = ParseManifest(
      "\n\t{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"\\u0070\\/\","
      "\"namespace\":\"n\"}}");
  REQUIRE(objects.has_value());
  CHECK(objects->front().key == ObjectKey{"n", "p/"});
}

TEST_CASE("A folder stands for its manifests; kinds that play no part are passed over") {
  const TemporaryFolder folder;
  folder.Write("b.yaml", std::string(kPod) + "status: {podIP: 10.0.0.x}\n");
  folder.Write("a.json", R"({"kind":"Namespace","apiVersion":"v1","metadata":{"name":"default"}})");
  folder.Write("c.yml", "kind: Service\napiVersion: v1\nmetadata: {name: s}\n");
  folder.Write("notes.txt", "not: [yaml");
  const auto read = ReadManifests({folder.path()});
  REQUIRE(read.has_value());
  CHECK(read->objects.pods.size() == 1);
  CHECK(read->objects.namespaces.size() == 1);
  CHECK(read->problems ==
        std::vector<std::string>{
            folder.path() + "/b.yaml: Pod default/p: status.podIP: \"10.0.0.x\" is no IP address"});
}

TEST_CASE("Objects of another group are passed over, and that is said") {
  const TemporaryFolder folder;
  folder.Write("a.yaml",
               "kind: NetworkPolicy\napiVersion: projectcalico.org/v3\nmetadata: {name: x}\n");
  const auto read = ReadManifests({folder.path() + "/a.yaml"});
  REQUIRE(read.has_value());
  CHECK(read->objects == Objects{});
  REQUIRE(read->problems.size() == 1);
  CHECK(read->problems[0].find("its apiVersion is not networking.k8s.io/v1") != std::string::npos);
}

TEST_CASE("An object that is there twice is refused, with both files") {
  const TemporaryFolder folder;
  folder.Write("a.yaml", kPod);
  folder.Write("b.yaml", kPod);
  const auto read = ReadManifests({folder.path()});
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().code == ErrorCode::kInvalidArgument);
  CHECK(read.error().message == folder.path() + "/b.yaml: Pod default/p is in " + folder.path() +
                                    "/a.yaml already; what a new version changes: "
                                    "portcullis diff -f NEW --against CLUSTER");
}

TEST_CASE("Missing and broken files are errors that begin with their name") {
  const TemporaryFolder folder;
  folder.Write("a.yaml", "a: [");
  const auto missing = ReadManifests({folder.path() + "/none.yaml"});
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == ErrorCode::kNotFound);
  CHECK(missing.error().message.rfind(folder.path() + "/none.yaml: ", 0) == 0);
  const auto broken = ReadManifests({folder.path() + "/a.yaml"});
  REQUIRE_FALSE(broken.has_value());
  CHECK(broken.error().message.rfind(folder.path() + "/a.yaml: line ", 0) == 0);
}

}  // namespace
}  // namespace portcullis::k8s
