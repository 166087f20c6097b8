// SPDX-License-Identifier: Apache-2.0
//
// List pages, watch lines and events, statuses.
#include "k8s-client/wire.h"

#include <catch2/catch.hpp>

namespace portcullis::k8s {
namespace {

using Lines = std::vector<std::string>;

struct Fed {
  Lines lines;
  LineSplitter::Outcome outcome = LineSplitter::Outcome::kMore;
  bool complete = true;
};

/// Feeds `text` in pieces of `step` bytes.
Fed FeedInPieces(const std::string& text, size_t step, size_t max_line) {
  LineSplitter splitter(max_line);
  Fed fed;
  for (size_t at = 0; at < text.size() && fed.outcome == LineSplitter::Outcome::kMore; at += step) {
    fed.outcome =
        splitter.Feed(std::string_view(text).substr(at, step), [&](std::string_view line) {
          fed.lines.emplace_back(line);
          return true;
        });
  }
  fed.complete = splitter.complete();
  return fed;
}

TEST_CASE("Lines come out whole, however the stream is cut") {
  const auto step = static_cast<size_t>(GENERATE(1, 2, 3, 5, 100));
  const Fed fed = FeedInPieces("one\n\ntwo and more\nthree", step, 100);
  CHECK(fed.lines == Lines{"one", "two and more"});
  CHECK_FALSE(fed.complete);
  CHECK(FeedInPieces("one\n", step, 100).complete);
}

TEST_CASE("A line that is too long is noticed before it is all there") {
  CHECK(FeedInPieces("12345\n", 2, 5).outcome == LineSplitter::Outcome::kMore);
  CHECK(FeedInPieces("123456\n", 2, 5).outcome == LineSplitter::Outcome::kTooLong);
  CHECK(FeedInPieces("123456", 6, 5).outcome == LineSplitter::Outcome::kTooLong);
}

TEST_CASE("A consumer that has had enough gets no further line") {
  LineSplitter splitter(100);
  int calls = 0;
  const auto outcome = splitter.Feed("a\nb\nc\n", [&](std::string_view) { return ++calls < 2; });
  CHECK(outcome == LineSplitter::Outcome::kStopped);
  CHECK(calls == 2);
}

TEST_CASE("A page is cut into its items, whatever the order of its fields") {
  std::string text =
      R"({"items":[{"a":1},{"b":[{"c":"]}"}]}],"kind":"PodList",
          "metadata":{"continue":"t","resourceVersion":"7","remainingItemCount":1}})";
  const auto page = DecodeListPage(text);
  REQUIRE(page.has_value());
  CHECK(page->items == std::vector<std::string_view>{R"({"a":1})", R"({"b":[{"c":"]}"}]})"});
  CHECK(page->resource_version == "7");
  CHECK(page->continue_token == "t");
}

TEST_CASE("An empty list may be [] or null") {
  std::string text = GENERATE(R"({"metadata":{"resourceVersion":"7"},"items":[]})",
                              R"({"metadata":{"resourceVersion":"7"},"items":null})");
  const auto page = DecodeListPage(text);
  REQUIRE(page.has_value());
  CHECK(page->items.empty());
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
  CHECK_FALSE(DecodeListPage(text).has_value());
}

TEST_CASE("An event has a type and an object") {
  const auto event = DecodeWatchEvent(R"({"object":{"a":{"b":1}},"type":"MODIFIED"})");
  REQUIRE(event.has_value());
  CHECK(event->type == WatchEvent::Type::kModified);
  CHECK(event->object == R"({"a":{"b":1}})");
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
  CHECK_FALSE(DecodeWatchEvent(line).has_value());
}

TEST_CASE("The head of a bookmark has a version and no name") {
  const auto head =
      DecodeHead(R"({"kind":"Pod","metadata":{"resourceVersion":"9","creationTimestamp":null}})");
  REQUIRE(head.has_value());
  CHECK(head->key == ObjectKey{});
  CHECK(head->resource_version == "9");
}

TEST_CASE("A status is read, and what is none becomes the message") {
  const ApiStatus status = DecodeStatus(R"({"code":403,"message":"pods is forbidden"})");
  CHECK(status.code == 403);
  CHECK(status.message == "pods is forbidden");
  CHECK(DecodeStatus("Too many requests\nsecond line").message == "Too many requests");
  CHECK(DecodeStatus("").message.empty());
  CHECK(DecodeStatus(std::string(1000, 'x')).message.size() == 600);
}

TEST_CASE("Query values are escaped") {
  CHECK(EscapeQuery("aZ09-_.~") == "aZ09-_.~");
  CHECK(EscapeQuery("a b/c=d&e+\xc3\xa9") == "a%20b%2Fc%3Dd%26e%2B%C3%A9");
}

}  // namespace
}  // namespace portcullis::k8s
