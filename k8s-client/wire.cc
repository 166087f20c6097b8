// SPDX-License-Identifier: Apache-2.0
//
// See wire.h.
#include "k8s-client/wire.h"

#include <optional>

#include "k8s-client/json.h"

namespace portcullis::k8s {
namespace {

using json::Array;
using json::Object;
using json::Type;
using json::Value;

// An API server names the account, the resource and sometimes why a role is of no use.
constexpr size_t kMaxStatusText = 600;

/// A field that must be a string where it is there at all.
std::string TextOf(Value value) {
  return value.is_null() ? std::string() : std::string(value.get_string().value());
}

void ReadListMeta(Object meta, ListPage& page) {
  for (auto field : meta) {
    const std::string_view key = field.unescaped_key();
    if (key == "resourceVersion") {
      page.resource_version = TextOf(field.value());
    } else if (key == "continue") {
      page.continue_token = TextOf(field.value());
    }
  }
}

void ReadItems(Value value, ListPage& page) {
  if (value.is_null()) {
    return;  // An empty list of the server's language.
  }
  for (auto element : value.get_array()) {
    page.items.push_back(element.value().get_object().value().raw_json());
  }
}

/// Throws simdjson_error for broken JSON.
Result<ListPage> ReadListPage(Object& object) {
  ListPage page;
  bool has_items = false;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "metadata") {
      ReadListMeta(field.value().get_object(), page);
    } else if (key == "items") {
      has_items = true;
      ReadItems(field.value(), page);
    }
  }
  if (!has_items || page.resource_version.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "is no list of objects");
  }
  return page;
}

std::optional<WatchEvent::Type> ParseType(std::string_view text) {
  using EventType = WatchEvent::Type;
  if (text == "ADDED") {
    return EventType::kAdded;
  }
  if (text == "MODIFIED") {
    return EventType::kModified;
  }
  if (text == "DELETED") {
    return EventType::kDeleted;
  }
  if (text == "BOOKMARK") {
    return EventType::kBookmark;
  }
  if (text == "ERROR") {
    return EventType::kError;
  }
  return std::nullopt;
}

Result<WatchEvent> ReadWatchEvent(Object& object) {
  std::optional<WatchEvent::Type> type;
  WatchEvent event;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "type") {
      type = ParseType(field.value().get_string());
    } else if (key == "object") {
      event.object = std::string(field.value().get_object().value().raw_json().value());
    }
  }
  if (!type || event.object.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "is no watch event");
  }
  event.type = *type;
  return event;
}

Result<ObjectHead> ReadHead(Object& object) {
  ObjectHead head;
  std::vector<std::string> ignored;
  json::Problems problems(ignored);
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "metadata") {
      bool deleting = false;
      ObjectMeta meta = json::ReadMeta(field.value(), deleting, problems);
      head = {std::move(meta.key), std::move(meta.resource_version)};
    }
  }
  return head;
}

Result<ApiStatus> ReadStatus(Object& object) {
  ApiStatus status;
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    Value value = field.value();
    if (key == "code" && value.type() == Type::number) {
      status.code = static_cast<int>(value.get_int64().value());
    } else if (key == "message" && value.type() == Type::string) {
      status.message = std::string(value.get_string().value());
    }
  }
  return status;
}

/// The first line of a text that may be anything, fit for a message.
std::string FirstLine(std::string_view text) {
  std::string line(text.substr(0, std::min(text.find('\n'), kMaxStatusText)));
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) {
      c = '?';
    }
  }
  return line;
}

}  // namespace

Result<ListPage> DecodeListPage(std::string& text) {
  // In place: a page has megabytes, and its items are views into it.
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return json::ReadPaddedJson(
      simdjson::padded_string_view(text.data(), text.size(), text.capacity()), ReadListPage);
}

Result<WatchEvent> DecodeWatchEvent(std::string_view line) {
  return json::ReadJson(line, ReadWatchEvent);
}

Result<ObjectHead> DecodeHead(std::string_view json) {
  return json::ReadJson(json, ReadHead);
}

ApiStatus DecodeStatus(std::string_view text) {
  const auto status = json::ReadJson(text, ReadStatus);
  return status ? ApiStatus{status->code, FirstLine(status->message)}
                : ApiStatus{0, FirstLine(text)};
}

LineSplitter::Outcome LineSplitter::Feed(std::string_view bytes,
                                         const std::function<bool(std::string_view line)>& take) {
  while (!bytes.empty()) {
    const size_t newline = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, newline);
    if (pending_.size() + piece.size() > max_line_) {
      return Outcome::kTooLong;
    }
    if (newline == std::string_view::npos) {
      pending_ += piece;
      break;
    }
    bytes.remove_prefix(newline + 1);
    // A line that came in one piece is handed on as it is.
    std::string whole;
    if (!pending_.empty()) {
      whole = std::exchange(pending_, {}).append(piece);
    }
    const std::string_view line = whole.empty() ? piece : std::string_view(whole);
    if (!line.empty() && !take(line)) {
      return Outcome::kStopped;
    }
  }
  return Outcome::kMore;
}

std::string EscapeQuery(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      escaped.push_back(c);
    } else {
      escaped += {'%', kHex[byte >> 4U], kHex[byte & 0xfU]};
    }
  }
  return escaped;
}

}  // namespace portcullis::k8s
