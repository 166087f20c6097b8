// SPDX-License-Identifier: Apache-2.0
//
// See watch.h.
#include "k8s-client/watch.h"

namespace portcullis::k8s {
namespace {

using Clock = std::chrono::steady_clock;

// etcd refuses objects above 1.5 MB by default; as JSON in an event one may be some times larger.
constexpr size_t kMaxFrame = size_t{16} << 20U;

}  // namespace

Step Watch::Run(std::chrono::seconds duration) {
  const auto response = context_.transport.Get(
      RequestFor(duration),
      [this](const Response& head, std::string_view bytes) { return Take(head, bytes); },
      context_.stop);
  if (connected_at_) {
    context_.observer.OnConnected(context_.resource.kind, false);
  }
  if (failure_) {
    return tl::unexpected<Failure>(std::move(*failure_));
  }
  if (!response) {
    return tl::unexpected<Failure>(FromTransport(context_, "watch", response.error()));
  }
  if (response->status != kOk) {
    return tl::unexpected<Failure>(FromResponse(context_, "watch", *response));
  }
  if (frames_ && !frames_->complete()) {
    return FailWith(Problem("the stream ended within an event"));
  }
  return {};
}

Clock::duration Watch::age() const {
  return connected_at_ ? Clock::now() - *connected_at_ : Clock::duration::zero();
}

Request Watch::RequestFor(std::chrono::seconds duration) const {
  return {TargetOf(
              context_,
              "watch=1&allowWatchBookmarks=true&resourceVersion=" + EscapeQuery(resource_version_) +
                  "&timeoutSeconds=" + std::to_string(duration.count())),
          context_.options.stall_timeout,
          context_.target.Reads(Format::kProtobuf)
              ? "application/vnd.kubernetes.protobuf;stream=watch, application/json"
              : "application/json"};
}

Error Watch::Problem(const std::string& what) const {
  return {ErrorCode::kUnavailable, "watch " + context_.resource.plural + ": " + what};
}

/// Ends the watch; false, for the consumer to return.
bool Watch::End(Failure failure) {
  failure_ = std::move(failure);
  return false;
}

/// Resuming is safe: the server sends again what came after the last event that was taken in.
bool Watch::EndAsGarbage(const std::string& what) {
  garbage_ = true;
  return End({Problem(what), std::nullopt, false});
}

bool Watch::Take(const Response& head, std::string_view bytes) {
  if (!connected_at_) {
    connected_at_ = Clock::now();
    format_ = FormatOf(head.content_type);
    frames_ = MakeFrameSplitter(format_, kMaxFrame);
    context_.observer.OnConnected(context_.resource.kind, true);
  }
  const auto outcome =
      frames_->Feed(bytes, [this](std::string_view frame) { return TakeFrame(frame); });
  if (outcome == FrameSplitter::Outcome::kTooLong) {
    return EndAsGarbage("an event is longer than 16 MiB");
  }
  return outcome == FrameSplitter::Outcome::kMore;
}

bool Watch::TakeFrame(std::string_view frame) {
  const auto event = context_.target.TakeEvent(format_, frame);
  if (!event) {
    return EndAsGarbage("an event " + event.error().message);
  }
  if (event->type == EventType::kError) {
    return TakeError(event->status);
  }
  if (event->unnamed) {
    // Something is gone and nobody knows what: a list does.
    return End({Problem("a deleted object has no name"), std::nullopt, true});
  }
  if (event->bad) {
    ReportBadObject(context_, *event->bad);
  }
  took_events_ = true;
  if (!event->resource_version.empty()) {
    resource_version_ = event->resource_version;
    context_.observer.OnProgress(
        context_.resource.kind, resource_version_, event->type != EventType::kBookmark);
  }
  return true;
}

bool Watch::TakeError(const ApiStatus& status) {
  return End(FromStatus(
      status,
      Problem(status.message.empty() ? "the server reports an error" : status.message).message));
}

}  // namespace portcullis::k8s
