// SPDX-License-Identifier: Apache-2.0
//
// List pages, watch events and statuses in JSON.
#include "k8s-client/wire_json.h"

#include <catch2/catch.hpp>

namespace portcullis::k8s::json {
namespace {

TEST_CASE("A page is cut into its items, whatever the order of its fields") {
  std::string text =
      R"({"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b","x":[{"c":"]}"}]}}],"kind":"PodList",
          "metadata":{"continue":"t","resourceVersion":"7","remainingItemCount":1}})";
  const auto page = MakeWire<Pod>()->DecodePage(text);
  REQUIRE(page.has_value());
  REQUIRE(page->objects.size() == 2);
  CHECK(page->objects[0].meta.key.name == "a");
  CHECK(page->objects[1].meta.key.name == "b");
  CHECK(page->resource_version == "7");
  CHECK(page->continue_token == "t");
}

TEST_CASE("An empty list may be [] or null") {
  std::string text = GENERATE(R"({"metadata":{"resourceVersion":"7"},"items":[]})",
                              R"({"metadata":{"resourceVersion":"7"},"items":null})");
  const auto page = MakeWire<Pod>()->DecodePage(text);
  REQUIRE(page.has_value());
  CHECK(page->objects.empty());
  CHECK(page->continue_token.empty());
}

TEST_CASE("What is no list is never taken for an empty one") {
  std::string text = GENERATE(R"({})",
                              R"([])",
                              R"(<html>502 Bad Gateway</html>)",
                              R"({"kind":"Status","metadata":{},"code":500})",
                              R"({"metadata":{"resourceVersion":"7"}})",
                              R"({"metadata":{},"items":[]})",
                              R"({"metadata":{"resourceVersion":""},"items":[]})",
                              R"({"metadata":{"resourceVersion":7},"items":[]})",
                              R"({"metadata":{"resourceVersion":"7"},"items":{}})",
                              R"({"metadata":{"resourceVersion":"7"},"items":[1]})",
                              R"({"metadata":{"resourceVersion":"7"},"items":[{}])",
                              R"({"metadata":{"resourceVersion":"7"},"items":[{)",
                              R"({"items":[{}],"metadata":{"resourceVersion":"7"})",
                              "");
  INFO(text);
  CHECK_FALSE(MakeWire<Pod>()->DecodePage(text).has_value());
}

TEST_CASE("An event has a type and an object") {
  const std::string line =
      GENERATE(R"({"type":"MODIFIED","object":{"metadata":{"name":"p","resourceVersion":"7"}}})",
               R"({"object":{"metadata":{"name":"p","resourceVersion":"7"}},"type":"MODIFIED"})");
  const auto event = MakeWire<Pod>()->DecodeEvent(line);
  REQUIRE(event.has_value());
  CHECK(event->type == EventType::kModified);
  CHECK(event->reading.good());
  CHECK(event->reading.object.meta.key.name == "p");
  CHECK(event->reading.object.meta.resource_version == "7");
}

TEST_CASE("What is no event is refused") {
  const std::string line = GENERATE("",
                                    "x",
                                    "{}",
                                    R"({"type":"ADDED"})",
                                    R"({"object":{}})",
                                    R"({"type":"RENAMED","object":{}})",
                                    R"({"type":1,"object":{}})",
                                    R"({"type":"ADDED","object":null})",
                                    R"({"type":"ADDED","object":{"a":1})",
                                    R"({"type":"ADDED","object":{}}{)");
  INFO(line);
  CHECK_FALSE(MakeWire<Pod>()->DecodeEvent(line).has_value());
}

TEST_CASE("An object that counts as not there does not spoil its page") {
  std::string text = R"({"metadata":{"resourceVersion":"7"},"items":[
      {"metadata":{"name":"a","labels":{"x":1}}},{"metadata":{"name":"b"}},{}]})";
  const auto page = MakeWire<Namespace>()->DecodePage(text);
  REQUIRE(page.has_value());
  REQUIRE(page->objects.size() == 1);
  CHECK(page->objects[0].meta.key.name == "b");
  REQUIRE(page->bad.size() == 2);
  CHECK(page->bad[0].key.name == "a");
  CHECK(page->bad[0].reason == "metadata.labels.x: is no string");
  CHECK(page->bad[1].reason == "has no metadata.name");
}

TEST_CASE("Of an object in an event that counts as not there it is known which one it is") {
  const auto event = MakeWire<Namespace>()->DecodeEvent(
      R"({"type":"MODIFIED","object":{"metadata":{"name":"n","resourceVersion":"9","labels":7}}})");
  REQUIRE(event.has_value());
  CHECK(event->reading.refusal == "metadata.labels: is no object");
  CHECK(event->reading.object.meta.key.name == "n");
  CHECK(event->reading.object.meta.resource_version == "9");
}

TEST_CASE("A bookmark has a version and no name, an error a status") {
  const auto wire = MakeWire<Pod>();
  const auto bookmark = wire->DecodeEvent(
      R"({"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9","creationTimestamp":null}}})");
  REQUIRE(bookmark.has_value());
  CHECK(bookmark->type == EventType::kBookmark);
  CHECK(bookmark->reading.object.meta.key == ObjectKey{});
  CHECK(bookmark->reading.object.meta.resource_version == "9");
  const auto error = wire->DecodeEvent(
      R"({"type":"ERROR","object":{"kind":"Status","code":410,"message":"too old"}})");
  REQUIRE(error.has_value());
  CHECK(error->status.code == 410);
  CHECK(error->status.message == "too old");
}

TEST_CASE("Events larger than the kept buffer, and small ones after them, are read alike") {
  const auto wire = MakeWire<Pod>();
  for (const size_t size : {size_t{10}, size_t{100'000}, size_t{10}, size_t{65'500}}) {
    const auto event =
        wire->DecodeEvent(R"({"type":"ADDED","object":{"metadata":{"name":"p","uid":")" +
                          std::string(size, 'u') + "\"}}}");
    REQUIRE(event.has_value());
    CHECK(event->reading.object.meta.uid.size() == size);
  }
}

}  // namespace
}  // namespace portcullis::k8s::json
