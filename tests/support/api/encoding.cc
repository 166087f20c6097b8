// SPDX-License-Identifier: Apache-2.0
//
// See encoding.h.
#include "tests/support/api/encoding.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/support/api/to_protobuf.h"

namespace portcullis::test {
namespace {

using k8s::Format;
using nlohmann::json;

std::string EventLine(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}\n";
}

std::string JsonStatus(int code, const std::string& message) {
  return json{{"kind", "Status"},
              {"apiVersion", "v1"},
              {"status", code < 300 ? "Success" : "Failure"},
              {"code", code},
              {"message", message}}
      .dump();
}

std::string JsonList(const KindInfo& kind, const StoredPage& page) {
  json meta = {{"resourceVersion", std::to_string(page.version)}};
  if (!page.continue_token.empty()) {
    meta["continue"] = page.continue_token;
  }
  std::string text = R"({"kind":")" + kind.kind + R"(List","apiVersion":")" + kind.api_version +
                     R"(","metadata":)" + meta.dump() + R"(,"items":[)";
  for (const SharedObject& item : page.items) {
    text += (&item == &page.items.front() ? "" : ",") + item->json();
  }
  return text + "]}";
}

/// Null among them where an object has none.
std::vector<const std::string*> MessagesOf(const StoredPage& page) {
  std::vector<const std::string*> messages;
  messages.reserve(page.items.size());
  for (const SharedObject& item : page.items) {
    messages.push_back(item->protobuf());
  }
  return messages;
}

}  // namespace

Format FormatFor(const std::string& accept) {
  const std::string first = accept.substr(0, accept.find(','));
  return k8s::FormatOf(first);
}

const char* ContentType(Format format, bool watch) {
  if (format == Format::kJson) {
    return "application/json";
  }
  return watch ? "application/vnd.kubernetes.protobuf;stream=watch"
               : "application/vnd.kubernetes.protobuf";
}

std::string StatusBody(Format format, int code, const std::string& message) {
  return format == Format::kJson ? JsonStatus(code, message)
                                 : ProtobufEnvelope("Status", "v1", ProtobufStatus(code, message));
}

std::string ListBody(Format& format, const KindInfo& kind, const StoredPage& page) {
  if (format == Format::kProtobuf) {
    const auto messages = MessagesOf(page);
    if (std::find(messages.begin(), messages.end(), nullptr) == messages.end()) {
      return ProtobufList(kind.kind + "List",
                          kind.api_version,
                          std::to_string(page.version),
                          page.continue_token,
                          messages);
    }
    format = Format::kJson;
  }
  return JsonList(kind, page);
}

std::string EventFrame(Format format,
                       const KindInfo& kind,
                       const std::string& type,
                       const StoredObject& object) {
  if (format == Format::kJson) {
    return EventLine(type, object.json());
  }
  const std::string* message = object.protobuf();
  return message == nullptr
             ? ""
             : WithLength(ProtobufEvent(type, kind.kind, kind.api_version, *message));
}

std::string BookmarkFrame(Format format, const KindInfo& kind, uint64_t version) {
  const std::string text = std::to_string(version);
  if (format == Format::kProtobuf) {
    return WithLength(
        ProtobufEvent("BOOKMARK", kind.kind, kind.api_version, ProtobufVersion(text)));
  }
  return EventLine("BOOKMARK",
                   json{{"kind", kind.kind},
                        {"apiVersion", kind.api_version},
                        {"metadata", {{"resourceVersion", text}, {"creationTimestamp", nullptr}}}}
                       .dump());
}

std::string ErrorFrame(Format format, int code, const std::string& message) {
  if (format == Format::kProtobuf) {
    return WithLength(ProtobufEvent("ERROR", "Status", "v1", ProtobufStatus(code, message)));
  }
  return EventLine("ERROR", JsonStatus(code, message));
}

}  // namespace portcullis::test
