// SPDX-License-Identifier: Apache-2.0
//
// See wire_json.h.
#include "k8s-client/wire_json.h"

#include <optional>

#include "k8s-client/read_json.h"

namespace portcullis::k8s::json {
namespace {

// Events up to this size share one parser and one buffer, which are kept: a pod has some KB.
constexpr size_t kKeptBytes = size_t{64} << 10U;

/// A field that must be a string where it is there at all.
std::string TextOf(Value value) {
  return value.is_null() ? std::string() : std::string(value.get_string().value());
}

template <typename T>
void ReadListMeta(Object meta, ListPage<T>& page) {
  for (auto field : meta) {
    const std::string_view key = field.unescaped_key();
    if (key == "resourceVersion") {
      page.resource_version = TextOf(field.value());
    } else if (key == "continue") {
      page.continue_token = TextOf(field.value());
    }
  }
}

template <typename T>
void ReadItems(Value value, ListPage<T>& page) {
  if (value.is_null()) {
    return;  // An empty list of the server's language.
  }
  for (auto element : value.get_array()) {
    Object object = element.value().get_object();
    Reading<T> reading;
    ReadObject(object, reading);
    page.Add(std::move(reading));
  }
}

template <typename T>
Result<ListPage<T>> ReadListPage(Object& object) {
  ListPage<T> page;
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

/// Of a bookmark only the version is there.
void ReadBookmark(Object& object, ObjectMeta& meta) {
  std::vector<std::string> ignored;
  Problems problems(ignored);
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "metadata") {
      bool deleting = false;
      meta = ReadMeta(field.value(), deleting, problems);
    }
  }
}

template <typename T>
void ReadEventObject(Object& object, WatchEvent<T>& event) {
  if (event.type == EventType::kError) {
    event.status = *ReadStatus(object);
  } else if (event.type == EventType::kBookmark) {
    ReadBookmark(object, event.reading.object.meta);
  } else {
    ReadObject(object, event.reading);
  }
}

template <typename T>
Result<WatchEvent<T>> ReadWatchEvent(Object& object) {
  WatchEvent<T> event;
  std::optional<EventType> type;
  bool has_object = false;
  std::string_view early;  // The object, where it comes before the type.
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    if (key == "type") {
      type = ParseEventType(field.value().get_string());
      event.type = type.value_or(EventType::kError);
    } else if (key == "object") {
      has_object = true;
      Object inner = field.value().get_object();
      if (type) {
        ReadEventObject(inner, event);
      } else {
        early = inner.raw_json();
      }
    }
  }
  if (!type || !has_object) {
    return Fail(ErrorCode::kInvalidArgument, "is no watch event");
  }
  if (early.empty()) {
    return event;
  }
  return ReadJson(early, [&event](Object& inner) {
    ReadEventObject(inner, event);
    return Result<WatchEvent<T>>(std::move(event));
  });
}

template <typename T>
class JsonWire : public Wire<T> {
 public:
  Result<ListPage<T>> DecodePage(std::string& text) override {
    // In place: a page has megabytes.
    text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    simdjson::ondemand::parser parser;
    return ReadPaddedJson(Padded(text), parser, ReadListPage<T>);
  }

  Result<WatchEvent<T>> DecodeEvent(std::string_view frame) override {
    if (frame.size() > kKeptBytes) {
      return ReadJson(frame, ReadWatchEvent<T>);
    }
    buffer_ = frame;
    return ReadPaddedJson(Padded(buffer_), parser_, ReadWatchEvent<T>);
  }

 private:
  static simdjson::padded_string_view Padded(const std::string& text) {
    return simdjson::padded_string_view(text.data(), text.size(), text.capacity());
  }

  std::string buffer_ = std::string(kKeptBytes + simdjson::SIMDJSON_PADDING, '\0');
  simdjson::ondemand::parser parser_;
};

}  // namespace

template <typename T>
std::unique_ptr<Wire<T>> MakeWire() {
  return std::make_unique<JsonWire<T>>();
}
template std::unique_ptr<Wire<Pod>> MakeWire<Pod>();
template std::unique_ptr<Wire<Namespace>> MakeWire<Namespace>();
template std::unique_ptr<Wire<Node>> MakeWire<Node>();
template std::unique_ptr<Wire<NetworkPolicy>> MakeWire<NetworkPolicy>();

Result<ApiStatus> DecodeStatus(std::string_view text) {
  return ReadJson(text, ReadStatus);
}

}  // namespace portcullis::k8s::json
