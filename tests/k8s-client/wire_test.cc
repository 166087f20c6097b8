// SPDX-License-Identifier: Apache-2.0
//
// Frames of watches, statuses, escapes: what the formats have around them.
#include "k8s-client/wire.h"

#include <catch2/catch.hpp>

namespace portcullis::k8s {
namespace {

using Frames = std::vector<std::string>;

struct Fed {
  Frames frames;
  FrameSplitter::Outcome outcome = FrameSplitter::Outcome::kMore;
  bool complete = true;
};

/// Feeds `text` in pieces of `step` bytes.
Fed FeedInPieces(Format format, const std::string& text, size_t step, size_t max_frame) {
  const auto splitter = MakeFrameSplitter(format, max_frame);
  Fed fed;
  for (size_t at = 0; at < text.size() && fed.outcome == FrameSplitter::Outcome::kMore;
       at += step) {
    fed.outcome =
        splitter->Feed(std::string_view(text).substr(at, step), [&](std::string_view frame) {
          fed.frames.emplace_back(frame);
          return true;
        });
  }
  fed.complete = splitter->complete();
  return fed;
}

TEST_CASE("Lines come out whole, however the stream is cut") {
  const auto step = static_cast<size_t>(GENERATE(1, 2, 3, 5, 100));
  const Fed fed = FeedInPieces(Format::kJson, "one\n\ntwo and more\nthree", step, 100);
  CHECK(fed.frames == Frames{"one", "two and more"});
  CHECK_FALSE(fed.complete);
  CHECK(FeedInPieces(Format::kJson, "one\n", step, 100).complete);
}

TEST_CASE("A line that is too long is noticed before it is all there") {
  CHECK(FeedInPieces(Format::kJson, "12345\n", 2, 5).outcome == FrameSplitter::Outcome::kMore);
  CHECK(FeedInPieces(Format::kJson, "123456\n", 2, 5).outcome == FrameSplitter::Outcome::kTooLong);
  CHECK(FeedInPieces(Format::kJson, "123456", 6, 5).outcome == FrameSplitter::Outcome::kTooLong);
}

TEST_CASE("A consumer that has had enough gets no further line") {
  const auto splitter = MakeFrameSplitter(Format::kJson, 100);
  int calls = 0;
  const auto outcome = splitter->Feed("a\nb\nc\n", [&](std::string_view) { return ++calls < 2; });
  CHECK(outcome == FrameSplitter::Outcome::kStopped);
  CHECK(calls == 2);
}

/// With its length before it.
std::string Frame(const std::string& bytes) {
  return std::string(3, '\0') + static_cast<char>(bytes.size()) + bytes;
}

TEST_CASE("Frames with a length come out whole, however the stream is cut") {
  const auto step = static_cast<size_t>(GENERATE(1, 2, 3, 5, 7, 100));
  const std::string stream = Frame("one\n") + Frame("") + Frame("two and more") + Frame("three");
  const Fed all = FeedInPieces(Format::kProtobuf, stream, step, 12);
  CHECK(all.frames == Frames{"one\n", "two and more", "three"});
  CHECK(all.complete);
  const Fed cut = FeedInPieces(Format::kProtobuf, stream.substr(0, stream.size() - 1), step, 12);
  CHECK(cut.frames == Frames{"one\n", "two and more"});
  CHECK_FALSE(cut.complete);
}

TEST_CASE("A frame that is too long is noticed by its length alone") {
  const auto step = static_cast<size_t>(GENERATE(1, 4, 100));
  const auto long_one = FeedInPieces(Format::kProtobuf, Frame("12") + Frame("123456"), step, 5);
  CHECK(long_one.frames == Frames{"12"});
  CHECK(long_one.outcome == FrameSplitter::Outcome::kTooLong);
  CHECK(FeedInPieces(Format::kProtobuf, std::string(4, '\xff'), step, 16U << 20U).outcome ==
        FrameSplitter::Outcome::kTooLong);
}

TEST_CASE("A consumer that has had enough gets no further frame") {
  const auto splitter = MakeFrameSplitter(Format::kProtobuf, 100);
  int calls = 0;
  const auto outcome = splitter->Feed(Frame("a") + Frame("b") + Frame("c"),
                                      [&](std::string_view) { return ++calls < 2; });
  CHECK(outcome == FrameSplitter::Outcome::kStopped);
  CHECK(calls == 2);
}

TEST_CASE("The Content-Type says which format it is") {
  CHECK(FormatOf("application/vnd.kubernetes.protobuf") == Format::kProtobuf);
  CHECK(FormatOf("application/vnd.kubernetes.protobuf;stream=watch") == Format::kProtobuf);
  CHECK(FormatOf("application/json") == Format::kJson);
  CHECK(FormatOf("text/html") == Format::kJson);
  CHECK(FormatOf("") == Format::kJson);
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
