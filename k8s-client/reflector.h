// SPDX-License-Identifier: Apache-2.0
//
// Keeps a Sink equal to what the API server holds of one kind: a consistent list, in pages that are
// handed on as they come, then a watch from there on, for ever. Between transport (bytes), wire
// (what they say) and the caller's queue. Knows no kind's meaning and no format.
//
// What a sink receives depends on the objects only: an object that cannot be decoded counts as not
// there, in a list as in an event. A watch is resumed after the last event that was taken in; where
// that is impossible everything is listed again, and what has vanished is gone with the EndList.
//
// Every failure waits before the next attempt: exponentially longer with full jitter, at least as
// long as the server's Retry-After asks, and from the beginning again once a watch has lived for a
// while. Thread safety: a reflector lives on the one thread that runs it.
#ifndef PORTCULLIS_K8S_CLIENT_REFLECTOR_H_
#define PORTCULLIS_K8S_CLIENT_REFLECTOR_H_

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "k8s-client/target.h"
#include "k8s-client/transport.h"

namespace portcullis::k8s {

/// Hears what goes on, for logs and metrics; called on the reflector's thread. `kind` is
/// ResourcePath::kind.
class WatchObserver {
 public:
  WatchObserver() = default;
  virtual ~WatchObserver() = default;
  WatchObserver(const WatchObserver&) = delete;
  WatchObserver& operator=(const WatchObserver&) = delete;
  WatchObserver(WatchObserver&&) = delete;
  WatchObserver& operator=(WatchObserver&&) = delete;

  /// A list is complete and the sink has it.
  virtual void OnListed(const std::string& kind,
                        size_t count,
                        const std::string& resource_version,
                        std::chrono::milliseconds duration) = 0;
  /// The watch cannot be resumed: everything will be listed again. OnRetry follows and says when.
  virtual void OnRelist(const std::string& kind, const std::string& reason) = 0;
  /// An attempt failed; the next one comes after `delay`. The sink keeps what it has.
  virtual void OnRetry(const std::string& kind,
                       const Error& error,
                       std::chrono::milliseconds delay) = 0;
  /// An object could not be decoded and counts as not there.
  virtual void OnBadObject(const std::string& kind, const std::string& message) = 0;
  /// A watch has told that the sink has all up to `resource_version`: with an object that came,
  /// changed or went (`event`), or by a bookmark. Called once per event: be quick.
  virtual void OnProgress(const std::string& kind, const std::string& resource_version, bool event);
  /// The watch stands (true: the server has said 200) or is over (false).
  virtual void OnConnected(const std::string& kind, bool connected) = 0;
};

struct ReflectorOptions {
  /// Which objects of the kind, as the API has it ("metadata.name=node1"); empty: all.
  std::string field_selector;
  /// Objects asked for at once: a pod has some 9 KB as the server sends it, and a page is what has
  /// to be held here. Smaller ones cost the server no more, but wait for it more often.
  uint32_t page_size = 250;
  /// Bounds of the wait between attempts, before jitter.
  std::chrono::milliseconds initial_backoff{50};
  std::chrono::milliseconds max_backoff{10'000};
  /// A watch that lived for so long makes the next wait a short one again.
  std::chrono::milliseconds settled_after{1'000};
  /// The server is asked to end each watch after a random time between these.
  std::chrono::seconds min_watch{300};
  std::chrono::seconds max_watch{600};
  /// A watch without a byte for so long is dead. API servers send bookmarks about once a minute;
  /// where they have none to send, reconnecting this often costs next to nothing.
  std::chrono::milliseconds stall_timeout{150'000};
  std::chrono::milliseconds list_idle_timeout{60'000};
  uint64_t seed = 0;  ///< Of the jitter; 0: from std::random_device.
};

/// The part of RunReflector that knows no type.
void RunReflector(const ResourcePath& resource,
                  Transport& transport,
                  ReflectorTarget& target,
                  WatchObserver& observer,
                  const ReflectorOptions& options,
                  const std::stop_token& stop);

/// Lists and watches until a stop is requested, and returns within milliseconds then. `transport`
/// is used by nobody else meanwhile.
template <typename T>
void RunReflector(const Resource<T>& resource,
                  Transport& transport,
                  Sink<T>& sink,
                  WatchObserver& observer,
                  const ReflectorOptions& options,
                  const std::stop_token& stop) {
  TypedTarget<T> target(resource, sink);
  RunReflector(resource.where, transport, target, observer, options, stop);
}

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_REFLECTOR_H_
