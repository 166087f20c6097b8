// SPDX-License-Identifier: Apache-2.0
//
// See reflector.h. One loop: without a resourceVersion list, with one watch from there; whatever
// went wrong decides which of the two comes next, and when.
#include "k8s-client/reflector.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

#include "k8s-client/attempt.h"
#include "k8s-client/backoff.h"
#include "k8s-client/lister.h"
#include "k8s-client/watch.h"

namespace portcullis::k8s {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::chrono::seconds kMaxRetryAfter{300};
// A stream that is garbage so often in a row is not worth resuming.
constexpr int kMaxGarbage = 3;

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
    Lister lister(context_);
    auto resource_version = lister.Run();
    if (!resource_version) {
      return tl::unexpected<Failure>(resource_version.error());
    }
    resource_version_ = *resource_version;
    garbage_ = 0;
    context_.observer.OnListed(context_.resource.kind,
                               lister.count(),
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

void WatchObserver::OnProgress(const std::string& /*kind*/,
                               const std::string& /*resource_version*/,
                               bool /*event*/) {}

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
