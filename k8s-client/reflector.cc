// SPDX-License-Identifier: Apache-2.0
//
// See reflector.h. One loop: without a resourceVersion list, with one watch from there; whatever
// went wrong decides which of the two comes next, and when.
#include "k8s-client/reflector.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <random>

#include "k8s-client/backoff.h"
#include "k8s-client/refusal.h"
#include "k8s-client/wire.h"

namespace portcullis::k8s {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// etcd refuses objects above 1.5 MB by default; as JSON in an event one may be some times larger.
constexpr size_t kMaxLine = size_t{16} << 20U;
// A page is 500 objects, or all of them after a list that expired.
constexpr size_t kMaxPage = size_t{1} << 30U;
constexpr std::chrono::seconds kMaxRetryAfter{300};
// A stream that is garbage so often in a row is not worth resuming.
constexpr int kMaxGarbage = 3;

constexpr int kOk = 200;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFoundStatus = 404;
constexpr int kRequestTimeout = 408;
constexpr int kGone = 410;
constexpr int kTooManyRequests = 429;
constexpr int kServerError = 500;
constexpr int kGatewayTimeout = 504;

/// Why a list or a watch is over, and what has to come next.
struct Failure {
  Error error;
  std::optional<std::chrono::seconds> retry_after;
  bool relist = false;  ///< The resourceVersion is of no use any more.
};

using Step = tl::expected<void, Failure>;

tl::unexpected<Failure> FailWith(Error error, bool relist = false) {
  return tl::unexpected<Failure>(Failure{std::move(error), std::nullopt, relist});
}

ErrorCode CodeOf(int status) {
  switch (status) {
    case kUnauthorized:
    case kForbidden:
      return ErrorCode::kPermission;
    case kNotFoundStatus:
      return ErrorCode::kNotFound;
    case kGone:
      return ErrorCode::kExpired;
    default:
      return ErrorCode::kUnavailable;
  }
}

/// Whether the same request, sent later, may do better. 504 is no such status: the API server also
/// says it of a resourceVersion that it has not reached, as after a restore from a backup.
bool IsPassing(int status) {
  return status == kUnauthorized || status == kForbidden || status == kRequestTimeout ||
         status == kTooManyRequests || (status >= kServerError && status != kGatewayTimeout);
}

/// What listing and watching have in common.
struct Context {
  const ResourcePath& resource;
  Transport& transport;
  ReflectorTarget& target;
  WatchObserver& observer;
  const ReflectorOptions& options;
  const std::stop_token& stop;
};

/// "list pods: the server answers 403: pods is forbidden: User ...; that account needs ..."
Failure FromStatus(const Context& context, const std::string& verb, const Response& response) {
  const ApiStatus status = DecodeStatus(response.error_body);
  std::string message = verb + " " + context.resource.plural + ": the server answers " +
                        std::to_string(response.status);
  if (!status.message.empty()) {
    message += ": " + status.message;
  }
  message += RemedyFor(response.status, context.resource.group, context.resource.plural);
  return {
      Error{CodeOf(response.status), message}, response.retry_after, !IsPassing(response.status)};
}

Failure FromTransport(const Context& context, const std::string& verb, const Error& error) {
  return {error.WithContext(verb + " " + context.resource.plural), std::nullopt, false};
}

void ReportBadObject(const Context& context, std::string_view object, const Error& error) {
  const auto head = DecodeHead(object);
  const std::string name = head ? head->key.ToString() : "";
  context.observer.OnBadObject(context.resource.kind,
                               (name.empty() ? "an object" : name) + ": " + error.message);
}

/// Lists all objects into the target, page by page.
class Lister {
 public:
  explicit Lister(const Context& context) : context_(context) {}

  /// The resourceVersion of the list.
  [[nodiscard]] tl::expected<std::string, Failure> Run() {
    context_.target.BeginList();
    auto resource_version = RunPages(context_.options.page_size);
    if (!resource_version && expired_midway_) {
      // Listing took longer than the server keeps the version of its first page: all in one, then.
      context_.observer.OnRelist(context_.resource.kind, resource_version.error().error.message);
      context_.target.BeginList();
      resource_version = RunPages(/*limit=*/0);
    }
    return resource_version;
  }

 private:
  tl::expected<std::string, Failure> RunPages(uint32_t limit) {
    std::string resource_version;
    std::string token;
    do {
      const auto next = TakePage(limit, token, resource_version);
      if (!next) {
        expired_midway_ = !token.empty() && next.error().error.code == ErrorCode::kExpired;
        return tl::unexpected<Failure>(next.error());
      }
      token = *next;
    } while (!token.empty());
    return resource_version;
  }

  /// Reads one page, whose text is gone on return; the token of the next one.
  tl::expected<std::string, Failure> TakePage(uint32_t limit,
                                              const std::string& token,
                                              std::string& resource_version) {
    std::string text;
    const Step fetched = Fetch(limit, token, text);
    if (!fetched) {
      return tl::unexpected<Failure>(fetched.error());
    }
    auto page = DecodeListPage(text);
    if (!page) {
      return FailWith(
          {ErrorCode::kUnavailable,
           "list " + context_.resource.plural + ": the answer " + page.error().message});
    }
    for (const std::string_view item : page->items) {
      const auto added = context_.target.AddListed(item);
      if (!added) {
        ReportBadObject(context_, item, added.error());
      }
    }
    if (resource_version.empty()) {
      resource_version = page->resource_version;
    }
    return std::move(page->continue_token);
  }

  /// No resourceVersion is asked for, so that the list is the present state: one from a server's
  /// cache could be older than what this process, or the one before it, has acted on.
  Step Fetch(uint32_t limit, const std::string& token, std::string& text) {
    std::string target = context_.resource.path;
    if (limit > 0) {
      target += "?limit=" + std::to_string(limit);
      target += token.empty() ? "" : "&continue=" + EscapeQuery(token);
    }
    const auto response = context_.transport.Get(
        {target, context_.options.list_idle_timeout},
        [&text](std::string_view bytes) {
          text += bytes;
          return text.size() <= kMaxPage;
        },
        context_.stop);
    if (!response) {
      return tl::unexpected<Failure>(FromTransport(context_, "list", response.error()));
    }
    if (response->status != kOk) {
      return tl::unexpected<Failure>(FromStatus(context_, "list", *response));
    }
    if (text.size() > kMaxPage) {
      return FailWith({ErrorCode::kUnavailable,
                       "list " + context_.resource.plural + ": the answer is larger than 1 GiB"});
    }
    return {};
  }

  const Context& context_;
  bool expired_midway_ = false;
};

/// One watch connection.
class Watch {
 public:
  /// `resource_version` is where the watch begins; it moves on with each event that is taken in.
  Watch(const Context& context, std::string& resource_version)
      : context_(context),
        resource_version_(resource_version) {}

  /// Runs until the watch ends; nothing where the server ended it, as it does now and then.
  [[nodiscard]] Step Run(std::chrono::seconds duration) {
    const auto response = context_.transport.Get(
        {Target(duration), context_.options.stall_timeout},
        [this](std::string_view bytes) { return Take(bytes); },
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
      return tl::unexpected<Failure>(FromStatus(context_, "watch", *response));
    }
    if (!lines_.complete()) {
      return FailWith(Problem("the stream ended within an event"));
    }
    return {};
  }

  /// How long the watch stood.
  [[nodiscard]] Clock::duration age() const {
    return connected_at_ ? Clock::now() - *connected_at_ : Clock::duration::zero();
  }
  [[nodiscard]] bool took_events() const { return took_events_; }
  [[nodiscard]] bool garbage() const { return garbage_; }

 private:
  [[nodiscard]] std::string Target(std::chrono::seconds duration) const {
    return context_.resource.path +
           "?watch=1&allowWatchBookmarks=true&resourceVersion=" + EscapeQuery(resource_version_) +
           "&timeoutSeconds=" + std::to_string(duration.count());
  }

  [[nodiscard]] Error Problem(const std::string& what) const {
    return {ErrorCode::kUnavailable, "watch " + context_.resource.plural + ": " + what};
  }

  /// Ends the watch; false, for the consumer to return.
  bool End(Failure failure) {
    failure_ = std::move(failure);
    return false;
  }

  /// Resuming is safe: the server sends again what came after the last event that was taken in.
  bool EndAsGarbage(const std::string& what) {
    garbage_ = true;
    return End({Problem(what), std::nullopt, false});
  }

  bool Take(std::string_view bytes) {
    if (!connected_at_) {
      connected_at_ = Clock::now();
      context_.observer.OnConnected(context_.resource.kind, true);
    }
    const auto outcome =
        lines_.Feed(bytes, [this](std::string_view line) { return TakeLine(line); });
    if (outcome == LineSplitter::Outcome::kTooLong) {
      return EndAsGarbage("a line is longer than 16 MiB");
    }
    return outcome == LineSplitter::Outcome::kMore;
  }

  bool TakeLine(std::string_view line) {
    const auto event = DecodeWatchEvent(line);
    if (!event) {
      return EndAsGarbage("a line " + event.error().message);
    }
    switch (event->type) {
      case WatchEvent::Type::kAdded:
      case WatchEvent::Type::kModified:
        return TakeUpsert(event->object);
      case WatchEvent::Type::kDeleted:
        return TakeDelete(event->object);
      case WatchEvent::Type::kBookmark:
        return TakeBookmark(event->object);
      case WatchEvent::Type::kError:
        return TakeError(event->object);
    }
    return false;
  }

  bool TakeUpsert(const std::string& object) {
    const auto resource_version = context_.target.Upsert(object);
    if (resource_version) {
      return MoveOn(*resource_version);
    }
    ReportBadObject(context_, object, resource_version.error());
    // As in a list, it is as if it were not there.
    const auto head = DecodeHead(object);
    if (head && !head->key.name.empty()) {
      context_.target.Delete(head->key);
    }
    return !head || MoveOn(head->resource_version);
  }

  bool TakeDelete(const std::string& object) {
    const auto head = DecodeHead(object);
    if (!head || head->key.name.empty()) {
      // Something is gone and nobody knows what: a list does.
      return End({Problem("a deleted object has no name"), std::nullopt, true});
    }
    context_.target.Delete(head->key);
    return MoveOn(head->resource_version);
  }

  bool TakeBookmark(const std::string& object) {
    const auto head = DecodeHead(object);
    return head ? MoveOn(head->resource_version)
                : EndAsGarbage("a bookmark " + head.error().message);
  }

  bool TakeError(const std::string& object) {
    const ApiStatus status = DecodeStatus(object);
    Failure failure{
        Problem(status.message.empty() ? "the server reports an error" : status.message),
        std::nullopt,
        !IsPassing(status.code)};
    failure.error.code = CodeOf(status.code);
    return End(std::move(failure));
  }

  bool MoveOn(const std::string& resource_version) {
    took_events_ = true;
    if (!resource_version.empty()) {
      resource_version_ = resource_version;
    }
    return true;
  }

  const Context& context_;
  std::string& resource_version_;
  LineSplitter lines_{kMaxLine};
  std::optional<Clock::time_point> connected_at_;
  std::optional<Failure> failure_;  ///< Why the watch was ended from this side.
  bool took_events_ = false;
  bool garbage_ = false;
};

/// The loop over lists and watches, and the waits between them.
class Reflector {
 public:
  explicit Reflector(const Context& context)
      : context_(context),
        backoff_(context.options.initial_backoff,
                 context.options.max_backoff,
                 context.options.seed != 0 ? context.options.seed : std::random_device{}()) {}

  void Run() {
    while (!context_.stop.stop_requested()) {
      const Step step = resource_version_.empty() ? ListOnce() : WatchOnce();
      if (!step && !context_.stop.stop_requested()) {
        Recover(step.error());
      }
    }
  }

 private:
  Step ListOnce() {
    const auto started = Clock::now();
    auto resource_version = Lister(context_).Run();
    if (!resource_version) {
      return tl::unexpected<Failure>(resource_version.error());
    }
    const size_t count = context_.target.CommitList();
    resource_version_ = *resource_version;
    garbage_ = 0;
    context_.observer.OnListed(context_.resource.kind,
                               count,
                               resource_version_,
                               std::chrono::duration_cast<milliseconds>(Clock::now() - started));
    return {};
  }

  Step WatchOnce() {
    Watch watch(context_, resource_version_);
    Step ended =
        watch.Run(backoff_.Between(context_.options.min_watch, context_.options.max_watch));
    const bool settled = watch.age() >= context_.options.settled_after;
    if (settled) {
      backoff_.Reset();
    }
    garbage_ = watch.took_events() ? 0 : garbage_;
    garbage_ += watch.garbage() ? 1 : 0;
    if (!ended && garbage_ >= kMaxGarbage) {
      ended.error().relist = true;
    }
    if (ended && !settled) {
      return FailWith({ErrorCode::kUnavailable,
                       "watch " + context_.resource.plural + ": the server ended it at once"});
    }
    return ended;
  }

  void Recover(const Failure& failure) {
    if (failure.relist && !resource_version_.empty()) {
      resource_version_.clear();
      context_.observer.OnRelist(context_.resource.kind, failure.error.message);
    }
    if (failure.relist && !relisting_) {
      // The server answers, so what was waited for is over; but only once, lest it spin.
      backoff_.Reset();
    }
    relisting_ = failure.relist;
    milliseconds delay = backoff_.Next();
    if (failure.retry_after) {
      // On top of what the server asks for, so that not everybody is back in the same second.
      delay += std::min(*failure.retry_after, kMaxRetryAfter);
    }
    context_.observer.OnRetry(context_.resource.kind, failure.error, delay);
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any wake;
    wake.wait_for(lock, context_.stop, delay, [] { return false; });
  }

  const Context& context_;
  Backoff backoff_;
  std::string resource_version_;  ///< Of the last event taken in; empty: list first.
  int garbage_ = 0;               ///< Watches in a row that ended in garbage.
  bool relisting_ = false;        ///< The failure before was one that a list mends.
};

}  // namespace

void RunReflector(const ResourcePath& resource,
                  Transport& transport,
                  ReflectorTarget& target,
                  WatchObserver& observer,
                  const ReflectorOptions& options,
                  const std::stop_token& stop) {
  const Context context{resource, transport, target, observer, options, stop};
  Reflector(context).Run();
}

}  // namespace portcullis::k8s
