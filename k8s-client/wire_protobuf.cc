// SPDX-License-Identifier: Apache-2.0
//
// See wire_protobuf.h. Numbers of fields are those of generated.proto in
// k8s.io/apimachinery/pkg/runtime and .../pkg/apis/meta/v1, which never change.
#include "k8s-client/wire_protobuf.h"

#include "k8s-client/protobuf.h"
#include "k8s-client/read_protobuf.h"

namespace portcullis::k8s::protobuf {
namespace {

constexpr std::string_view kMagic("k8s\0", 4);

/// What is in an envelope; "" for what is none.
struct Envelope {
  std::string_view kind;
  std::string_view message;
};

/// The value of the last field numbered `tag`; "" where there is none.
std::string_view Nested(std::string_view message, uint32_t tag) {
  std::string_view nested;
  ForEachField(message, [&](Field& field) {
    if (field.tag() != tag) {
      return false;
    }
    nested = ReadBytes(field);
    return true;
  });
  return nested;
}

Envelope Open(std::string_view bytes) {
  Envelope envelope;
  if (!IsEnvelope(bytes)) {
    return envelope;
  }
  ForEachField(bytes.substr(kMagic.size()), [&](Field& field) {
    switch (field.tag()) {
      case 1:
        envelope.kind = Nested(ReadBytes(field), 2);
        return true;
      case 2:
        envelope.message = ReadBytes(field);
        return true;
      default:
        return false;
    }
  });
  return envelope;
}

bool IsList(std::string_view kind) {
  constexpr std::string_view kSuffix = "List";
  return kind.size() > kSuffix.size() && kind.substr(kind.size() - kSuffix.size()) == kSuffix;
}

template <typename T>
void ReadListMeta(std::string_view message, ListPage<T>& page) {
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 2:
        page.resource_version = ReadText(field);
        return true;
      case 3:
        page.continue_token = ReadText(field);
        return true;
      default:
        return false;
    }
  });
}

template <typename T>
Result<ListPage<T>> ReadListPage(std::string_view bytes) {
  const Envelope list = Open(bytes);
  ListPage<T> page;
  ForEachField(list.message, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        ReadListMeta(ReadBytes(field), page);
        return true;
      case 2: {
        Reading<T> reading;
        ReadObject(ReadBytes(field), reading);
        page.Add(std::move(reading));
        return true;
      }
      default:
        return false;
    }
  });
  if (!IsList(list.kind) || page.resource_version.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "is no list of objects");
  }
  return page;
}

ApiStatus ReadStatus(std::string_view message) {
  ApiStatus status;
  ForEachField(message, [&](Field& field) {
    switch (field.tag()) {
      case 3:
        status.message = ReadText(field);
        return true;
      case 6:
        status.code = static_cast<int>(ReadInteger(field));
        return true;
      default:
        return false;
    }
  });
  return status;
}

template <typename T>
Result<WatchEvent<T>> ReadWatchEvent(std::string_view frame) {
  std::string_view text;
  std::string_view raw;
  ForEachField(frame, [&](Field& field) {
    switch (field.tag()) {
      case 1:
        text = ReadText(field);
        return true;
      case 2:
        raw = Nested(ReadBytes(field), 1);
        return true;
      default:
        return false;
    }
  });
  const auto type = ParseEventType(text);
  const Envelope object = Open(raw);
  if (!type || object.kind.empty()) {
    return Fail(ErrorCode::kInvalidArgument, "is no watch event");
  }
  WatchEvent<T> event;
  event.type = *type;
  if (*type == EventType::kError) {
    event.status = ReadStatus(object.message);
  } else {
    ReadObject(object.message, event.reading);
  }
  return event;
}

template <typename T>
class ProtobufWire : public Wire<T> {
 public:
  Result<ListPage<T>> DecodePage(std::string& text) override {
    return Guarded([&text] { return ReadListPage<T>(text); });
  }
  Result<WatchEvent<T>> DecodeEvent(std::string_view frame) override {
    return Guarded([frame] { return ReadWatchEvent<T>(frame); });
  }
};

}  // namespace

template <typename T>
std::unique_ptr<Wire<T>> MakeWire() {
  return std::make_unique<ProtobufWire<T>>();
}
template std::unique_ptr<Wire<Pod>> MakeWire<Pod>();
template std::unique_ptr<Wire<Namespace>> MakeWire<Namespace>();
template std::unique_ptr<Wire<Node>> MakeWire<Node>();

bool IsEnvelope(std::string_view bytes) {
  return bytes.substr(0, kMagic.size()) == kMagic;
}

Result<ApiStatus> DecodeStatus(std::string_view bytes) {
  return Guarded([bytes]() -> Result<ApiStatus> {
    const Envelope envelope = Open(bytes);
    if (envelope.kind != "Status") {
      return Fail(ErrorCode::kInvalidArgument, "is no status");
    }
    return ReadStatus(envelope.message);
  });
}

}  // namespace portcullis::k8s::protobuf
