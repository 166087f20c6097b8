// SPDX-License-Identifier: Apache-2.0
//
// Where the objects of one kind go: Sink is what a caller implements, ReflectorTarget what the
// reflector, which knows no type, sees of it. Between the wire of a format and the caller's queue.
#ifndef PORTCULLIS_K8S_CLIENT_TARGET_H_
#define PORTCULLIS_K8S_CLIENT_TARGET_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "k8s-client/resource.h"

namespace portcullis::k8s {

/// Takes the objects of one kind; called on the reflector's thread. A list comes between
/// BeginList() and EndList(), with nothing but AddListed() in between. BeginList() without an
/// EndList() before it says that the list before was given up: it takes nothing away, and what it
/// has told stands until the next one is complete.
template <typename T>
class Sink {
 public:
  Sink() = default;
  virtual ~Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  Sink(Sink&&) = delete;
  Sink& operator=(Sink&&) = delete;

  virtual void BeginList() = 0;
  /// Some of the list's objects.
  virtual void AddListed(std::vector<T> objects) = 0;
  /// The list is complete: what it has not told is gone.
  virtual void EndList() = 0;
  virtual void Upsert(T object) = 0;
  virtual void Delete(const ObjectKey& key) = 0;
};

/// What the reflector has to know of a page that the sink has taken.
struct PageSummary {
  size_t count = 0;  ///< Of the objects that are there.
  std::vector<BadObject> bad;
  std::string resource_version;
  std::string continue_token;
};

/// What the reflector has to know of an event that the sink has taken.
struct EventSummary {
  EventType type = EventType::kError;
  std::string resource_version;  ///< Empty where there is none.
  std::optional<BadObject> bad;
  bool unnamed = false;  ///< Something was deleted, and nobody knows what.
  ApiStatus status;      ///< Of a kError.
};

/// What the state machine does to a kind; implemented by TypedTarget alone.
class ReflectorTarget {
 public:
  ReflectorTarget() = default;
  virtual ~ReflectorTarget() = default;
  ReflectorTarget(const ReflectorTarget&) = delete;
  ReflectorTarget& operator=(const ReflectorTarget&) = delete;
  ReflectorTarget(ReflectorTarget&&) = delete;
  ReflectorTarget& operator=(ReflectorTarget&&) = delete;

  [[nodiscard]] virtual bool Reads(Format format) const = 0;
  virtual void BeginList() = 0;
  /// ERRORS: kInvalidArgument where `text` is no page of a list; the sink has nothing of it then.
  [[nodiscard]] virtual Result<PageSummary> TakePage(Format format, std::string& text) = 0;
  virtual void EndList() = 0;
  /// ERRORS: kInvalidArgument where `frame` is no event.
  [[nodiscard]] virtual Result<EventSummary> TakeEvent(Format format, std::string_view frame) = 0;
};

template <typename T>
class TypedTarget : public ReflectorTarget {
 public:
  TypedTarget(const Resource<T>& resource, Sink<T>& sink)
      : json_(resource.json()),
        protobuf_(resource.protobuf == nullptr ? nullptr : resource.protobuf()),
        sink_(sink) {}

  [[nodiscard]] bool Reads(Format format) const override {
    return format == Format::kJson || protobuf_ != nullptr;
  }

  void BeginList() override { sink_.BeginList(); }

  Result<PageSummary> TakePage(Format format, std::string& text) override {
    if (!Reads(format)) {
      return Unasked();
    }
    auto page = Of(format).DecodePage(text);
    if (!page) {
      return Fail(std::move(page).error());
    }
    PageSummary summary{page->objects.size(),
                        std::move(page->bad),
                        std::move(page->resource_version),
                        std::move(page->continue_token)};
    sink_.AddListed(std::move(page->objects));
    return summary;
  }

  void EndList() override { sink_.EndList(); }

  Result<EventSummary> TakeEvent(Format format, std::string_view frame) override {
    if (!Reads(format)) {
      return Unasked();
    }
    auto event = Of(format).DecodeEvent(frame);
    if (!event) {
      return Fail(std::move(event).error());
    }
    EventSummary summary;
    summary.type = event->type;
    summary.resource_version = event->reading.object.meta.resource_version;
    summary.status = std::move(event->status);
    Take(event->type, std::move(event->reading), summary);
    return summary;
  }

 private:
  Wire<T>& Of(Format format) { return format == Format::kProtobuf ? *protobuf_ : *json_; }

  static tl::unexpected<Error> Unasked() {
    return Fail(ErrorCode::kInvalidArgument, "is in a format that was not asked for");
  }

  void Take(EventType type, Reading<T> reading, EventSummary& summary) {
    const bool upsert = type == EventType::kAdded || type == EventType::kModified;
    if (upsert && reading.good()) {
      sink_.Upsert(std::move(reading.object));
      return;
    }
    if (!upsert && type != EventType::kDeleted) {
      return;
    }
    ObjectKey& key = reading.object.meta.key;
    summary.unnamed = !upsert && key.name.empty();
    if (!key.name.empty()) {
      sink_.Delete(key);  // As in a list, what is not understood is as if it were not there.
    }
    if (upsert) {
      summary.bad = BadObject{std::move(key), std::move(reading.refusal)};
    }
  }

  std::unique_ptr<Wire<T>> json_;
  std::unique_ptr<Wire<T>> protobuf_;  ///< Null: that format is not asked for.
  Sink<T>& sink_;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_TARGET_H_
