// SPDX-License-Identifier: Apache-2.0
//
// What lists and watches wrap objects in, in whatever format: the pages of a list, the frames and
// events of a watch, the Status of a failure. Pure. Between transport (bytes) and the reflector,
// which knows no format; wire_json and wire_protobuf are the two there are.
#ifndef PORTCULLIS_K8S_CLIENT_WIRE_H_
#define PORTCULLIS_K8S_CLIENT_WIRE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "k8s-client/reading.h"

namespace portcullis::k8s {

enum class Format : uint8_t { kJson, kProtobuf };

/// The format that a Content-Type stands for; JSON for all that is not known, so that the decoder
/// says what is wrong with it.
[[nodiscard]] Format FormatOf(std::string_view content_type);

/// An object that counts as not there.
struct BadObject {
  ObjectKey key;  ///< Its name is empty where that could not be read either.
  std::string reason;
};

template <typename T>
struct ListPage {
  std::vector<T> objects;
  std::vector<BadObject> bad;
  std::string resource_version;  ///< Never empty.
  std::string continue_token;    ///< Empty: this page is the last one.

  void Add(Reading<T> reading) {
    if (reading.good()) {
      objects.push_back(std::move(reading.object));
    } else {
      bad.push_back({std::move(reading.object.meta.key), std::move(reading.refusal)});
    }
  }
};

/// The API server's description of a failure.
struct ApiStatus {
  int code = 0;  ///< As an HTTP status; 0 where it is not said.
  std::string message;
};

enum class EventType : uint8_t { kAdded, kModified, kDeleted, kBookmark, kError };
/// Nothing where `text` is no event's type.
[[nodiscard]] std::optional<EventType> ParseEventType(std::string_view text);

template <typename T>
struct WatchEvent {
  EventType type = EventType::kError;
  Reading<T> reading;  ///< Of a kBookmark there is the resourceVersion alone; of a kError nothing.
  ApiStatus status;    ///< Of a kError.
};

/// Reads one kind in one format. Keeps buffers between calls: a wire lives on one thread.
template <typename T>
class Wire {
 public:
  Wire() = default;
  virtual ~Wire() = default;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  Wire(Wire&&) = delete;
  Wire& operator=(Wire&&) = delete;

  /// `text` may be moved to larger memory, but is not changed.
  /// ERRORS: kInvalidArgument where it is no list, as a truncated text or an error page is none.
  [[nodiscard]] virtual Result<ListPage<T>> DecodePage(std::string& text) = 0;

  /// `frame` is what a FrameSplitter has cut.
  /// ERRORS: kInvalidArgument where it is no event.
  [[nodiscard]] virtual Result<WatchEvent<T>> DecodeEvent(std::string_view frame) = 0;
};

/// Reads a Status in any format; of a text that is none, the first line becomes the message.
[[nodiscard]] ApiStatus DecodeStatus(std::string_view text);

/// Cuts a byte stream that comes in pieces into the frames of its format.
class FrameSplitter {
 public:
  explicit FrameSplitter(size_t max_frame) : max_frame_(max_frame) {}
  virtual ~FrameSplitter() = default;
  FrameSplitter(const FrameSplitter&) = delete;
  FrameSplitter& operator=(const FrameSplitter&) = delete;
  FrameSplitter(FrameSplitter&&) = delete;
  FrameSplitter& operator=(FrameSplitter&&) = delete;

  enum class Outcome {
    kMore,     ///< All bytes are taken in.
    kStopped,  ///< `take` returned false; the rest was dropped.
    kTooLong,  ///< A frame is longer than allowed.
  };

  /// Calls `take` for each frame that is complete, without what delimits it; empty ones are left
  /// out.
  [[nodiscard]] virtual Outcome Feed(std::string_view bytes,
                                     const std::function<bool(std::string_view frame)>& take) = 0;

  /// Whether the last frame that began has also ended.
  [[nodiscard]] bool complete() const { return pending_.empty(); }

 protected:
  size_t max_frame_;
  std::string pending_;  ///< The beginning of a frame.
};

/// Frames of JSON are lines, those of protobuf have four bytes with their length before them.
[[nodiscard]] std::unique_ptr<FrameSplitter> MakeFrameSplitter(Format format, size_t max_frame);

/// `text` as a value in the query of a URL.
[[nodiscard]] std::string EscapeQuery(std::string_view text);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_WIRE_H_
