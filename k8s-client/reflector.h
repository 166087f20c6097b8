// SPDX-License-Identifier: Apache-2.0
//
// Keeps a Sink equal to what the API server holds of one kind: a consistent list, in pages, then a
// watch from there on, for ever. Between transport (bytes), wire and decode (what the bytes say)
// and the caller's queue. Knows no kind's meaning.
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
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "k8s-client/decode.h"
#include "k8s-client/transport.h"
#include "k8s-client/types.h"

namespace portcullis::k8s {

/// Where the objects of a kind are, in all namespaces.
struct ResourcePath {
  std::string kind;    ///< For people: "Pod".
  std::string plural;  ///< As RBAC rules name it: "pods".
  std::string group;   ///< API group, as RBAC rules name it: "" for the core group.
  std::string path;
};

/// The same, and how to read one of them.
template <typename T>
struct Resource {
  ResourcePath where;
  Result<T> (*decode)(std::string_view json) = nullptr;
};

inline const Resource<Pod> kPods{{"Pod", "pods", "", "/api/v1/pods"}, &DecodePod};
inline const Resource<Namespace> kNamespaces{{"Namespace", "namespaces", "", "/api/v1/namespaces"},
                                             &DecodeNamespace};
inline const Resource<NetworkPolicy> kNetworkPolicies{
    {"NetworkPolicy",
     "networkpolicies",
     "networking.k8s.io",
     "/apis/networking.k8s.io/v1/networkpolicies"},
    &DecodeNetworkPolicy};

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
  /// The watch stands (true: the server has said 200) or is over (false).
  virtual void OnConnected(const std::string& kind, bool connected) = 0;
};

struct ReflectorOptions {
  uint32_t page_size = 500;  ///< Objects asked for at once.
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

/// What the state machine does to a kind; implemented by TypedTarget alone.
class ReflectorTarget {
 public:
  ReflectorTarget() = default;
  virtual ~ReflectorTarget() = default;
  ReflectorTarget(const ReflectorTarget&) = delete;
  ReflectorTarget& operator=(const ReflectorTarget&) = delete;
  ReflectorTarget(ReflectorTarget&&) = delete;
  ReflectorTarget& operator=(ReflectorTarget&&) = delete;

  /// A list begins (again); what an unfinished one has collected is dropped.
  virtual void BeginList() = 0;
  [[nodiscard]] virtual Result<void> AddListed(std::string_view json) = 0;
  /// Hands the list to the sink; returns its size.
  virtual size_t CommitList() = 0;
  /// Returns the object's resourceVersion.
  [[nodiscard]] virtual Result<std::string> Upsert(std::string_view json) = 0;
  virtual void Delete(const ObjectKey& key) = 0;
};

template <typename T>
class TypedTarget : public ReflectorTarget {
 public:
  TypedTarget(Result<T> (*decode)(std::string_view), Sink<T>& sink)
      : decode_(decode),
        sink_(sink) {}

  void BeginList() override {
    listed_.clear();
    sink_.BeginList();
  }

  Result<void> AddListed(std::string_view json) override {
    return decode_(json).map([this](T object) { listed_.push_back(std::move(object)); });
  }

  size_t CommitList() override {
    const size_t count = listed_.size();
    sink_.AddListed(std::exchange(listed_, {}));
    sink_.EndList();
    return count;
  }

  Result<std::string> Upsert(std::string_view json) override {
    return decode_(json).map([this](T object) {
      std::string resource_version = object.meta.resource_version;
      sink_.Upsert(std::move(object));
      return resource_version;
    });
  }

  void Delete(const ObjectKey& key) override { sink_.Delete(key); }

 private:
  Result<T> (*decode_)(std::string_view);
  Sink<T>& sink_;
  std::vector<T> listed_;
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
  TypedTarget<T> target(resource.decode, sink);
  RunReflector(resource.where, transport, target, observer, options, stop);
}

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_REFLECTOR_H_
