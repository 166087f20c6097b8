// SPDX-License-Identifier: Apache-2.0
//
// What lists and watches wrap objects in: the pages of a list, the lines and events of a watch, the
// Status of a failure. Pure; cuts the objects out without reading them. Between transport (bytes)
// and decode (one object); the reflector calls both.
#ifndef PORTCULLIS_K8S_CLIENT_WIRE_H_
#define PORTCULLIS_K8S_CLIENT_WIRE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "k8s-client/types.h"

namespace portcullis::k8s {

struct ListPage {
  std::vector<std::string_view> items;  ///< Each a JSON object, within the page's text.
  std::string resource_version;         ///< Never empty.
  std::string continue_token;           ///< Empty: this page is the last one.
};

/// Cuts a page into its items. `text` must outlive the result; it may be moved to larger memory
/// here, but is not changed.
/// ERRORS: kInvalidArgument where it is no list, as a truncated text or an error page is none.
[[nodiscard]] Result<ListPage> DecodeListPage(std::string& text);

struct WatchEvent {
  enum class Type { kAdded, kModified, kDeleted, kBookmark, kError };
  Type type = Type::kError;
  std::string object;  ///< A JSON object; of a kError a Status.
};

/// ERRORS: kInvalidArgument where the line is no event.
[[nodiscard]] Result<WatchEvent> DecodeWatchEvent(std::string_view line);

/// What identifies an object and its version; `key.name` is empty in a bookmark.
struct ObjectHead {
  ObjectKey key;
  std::string resource_version;
};

/// ERRORS: kInvalidArgument where the text is no JSON object.
[[nodiscard]] Result<ObjectHead> DecodeHead(std::string_view json);

/// The API server's description of a failure.
struct ApiStatus {
  int code = 0;  ///< As an HTTP status; 0 where it is not said.
  std::string message;
};

/// Reads a Status; of a text that is none, the first line becomes the message.
[[nodiscard]] ApiStatus DecodeStatus(std::string_view text);

/// Cuts a byte stream that comes in pieces into lines.
class LineSplitter {
 public:
  explicit LineSplitter(size_t max_line) : max_line_(max_line) {}

  enum class Outcome {
    kMore,     ///< All bytes are taken in.
    kStopped,  ///< `take` returned false; the rest was dropped.
    kTooLong,  ///< A line is longer than allowed.
  };

  /// Calls `take` for each line that is complete, without its newline; empty lines are left out.
  [[nodiscard]] Outcome Feed(std::string_view bytes,
                             const std::function<bool(std::string_view line)>& take);

  /// Whether the last line that began has also ended.
  [[nodiscard]] bool complete() const { return pending_.empty(); }

 private:
  size_t max_line_;
  std::string pending_;
};

/// `text` as a value in the query of a URL.
[[nodiscard]] std::string EscapeQuery(std::string_view text);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_WIRE_H_
