// SPDX-License-Identifier: Apache-2.0
//
// See wire.h.
#include "k8s-client/wire.h"

#include <algorithm>
#include <array>

#include "k8s-client/wire_json.h"
#include "k8s-client/wire_protobuf.h"

namespace portcullis::k8s {
namespace {

// An API server names the account, the resource and sometimes why a role is of no use.
constexpr size_t kMaxStatusText = 600;
constexpr size_t kLengthBytes = 4;

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

class LineSplitter : public FrameSplitter {
 public:
  using FrameSplitter::FrameSplitter;

  Outcome Feed(std::string_view bytes,
               const std::function<bool(std::string_view frame)>& take) override {
    while (!bytes.empty()) {
      const size_t newline = bytes.find('\n');
      const std::string_view piece = bytes.substr(0, newline);
      if (pending_.size() + piece.size() > max_frame_) {
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
};

class LengthSplitter : public FrameSplitter {
 public:
  using FrameSplitter::FrameSplitter;

  Outcome Feed(std::string_view bytes,
               const std::function<bool(std::string_view frame)>& take) override {
    if (pending_.empty()) {
      return Cut(bytes, take);  // Frames that came in one piece are handed on as they are.
    }
    pending_ += bytes;
    if (Lacks(pending_)) {
      return Outcome::kMore;
    }
    const std::string held = std::exchange(pending_, {});
    return Cut(held, take);
  }

 private:
  /// What is left of `bytes` behind the last whole frame becomes pending.
  Outcome Cut(std::string_view bytes, const std::function<bool(std::string_view frame)>& take) {
    while (!Lacks(bytes)) {
      const size_t length = LengthOf(bytes);
      if (length > max_frame_) {
        return Outcome::kTooLong;
      }
      const std::string_view frame = bytes.substr(kLengthBytes, length);
      bytes.remove_prefix(kLengthBytes + length);
      if (!frame.empty() && !take(frame)) {
        return Outcome::kStopped;
      }
    }
    pending_ = bytes;
    return Outcome::kMore;
  }

  /// Whether the first frame is still to come, or its end is.
  [[nodiscard]] bool Lacks(std::string_view bytes) const {
    return bytes.size() < kLengthBytes ||
           (LengthOf(bytes) <= max_frame_ && bytes.size() - kLengthBytes < LengthOf(bytes));
  }

  static size_t LengthOf(std::string_view bytes) {
    size_t length = 0;
    for (const char byte : bytes.substr(0, kLengthBytes)) {
      length = (length << 8U) | static_cast<unsigned char>(byte);  // NOLINT(*-magic-numbers)
    }
    return length;
  }
};

}  // namespace

Format FormatOf(std::string_view content_type) {
  constexpr std::string_view kProtobufType = "application/vnd.kubernetes.protobuf";
  return content_type.substr(0, kProtobufType.size()) == kProtobufType ? Format::kProtobuf
                                                                       : Format::kJson;
}

std::optional<EventType> ParseEventType(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, EventType>, 5> kTypes = {
      {{"ADDED", EventType::kAdded},
       {"MODIFIED", EventType::kModified},
       {"DELETED", EventType::kDeleted},
       {"BOOKMARK", EventType::kBookmark},
       {"ERROR", EventType::kError}}};
  for (const auto& [name, type] : kTypes) {
    if (name == text) {
      return type;
    }
  }
  return std::nullopt;
}

ApiStatus DecodeStatus(std::string_view text) {
  const auto status =
      protobuf::IsEnvelope(text) ? protobuf::DecodeStatus(text) : json::DecodeStatus(text);
  return status ? ApiStatus{status->code, FirstLine(status->message)}
                : ApiStatus{0, FirstLine(text)};
}

std::unique_ptr<FrameSplitter> MakeFrameSplitter(Format format, size_t max_frame) {
  if (format == Format::kProtobuf) {
    return std::make_unique<LengthSplitter>(max_frame);
  }
  return std::make_unique<LineSplitter>(max_frame);
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
