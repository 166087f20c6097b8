// SPDX-License-Identifier: Apache-2.0
//
// See api_threads.h.
#include "controller/api_threads.h"

#include <string>
#include <type_traits>
#include <utility>

#include "controller/api_events/watch_taps.h"
#include "controller/api_events/writer.h"
#include "controller/process/pause.h"
#include "controller/version.h"
#include "controller/watches/node_sink.h"
#include "controller/watches/watch_log.h"
#include "controller/watches/watch_meter.h"
#include "k8s-client/curl_transport.h"
#include "k8s-client/kinds.h"
#include "k8s-client/reflector.h"

namespace portcullis {
namespace {

template <typename T>
class QueueSink final : public k8s::Sink<T> {
 public:
  explicit QueueSink(EventQueue& queue) : queue_(queue) {}

  void BeginList() override { queue_.BeginList<T>(); }
  void AddListed(std::vector<T> objects) override { queue_.AddListed(std::move(objects)); }
  void EndList() override { queue_.EndList<T>(); }
  void Upsert(T object) override { queue_.Upsert(std::move(object)); }
  void Delete(const k8s::ObjectKey& key) override { queue_.Delete<T>(key); }

 private:
  EventQueue& queue_;
};

k8s::CurlTransport MakeTransport(const k8s::ClientConfig& config) {
  return k8s::CurlTransport(config, {.user_agent = std::string("portcullis/") + kVersion});
}

/// Calls `run` with what takes the watch's objects.
template <typename T, typename Run>
void WithSink(EventQueue& queue, api_events::Inbox* inbox, const Run& run) {
  QueueSink<T> sink(queue);
  if constexpr (!std::is_same_v<T, k8s::Namespace>) {
    if (inbox != nullptr) {
      api_events::Tap<T> tap(sink, *inbox);
      run(tap);
      return;
    }
  }
  run(sink);
}

/// Keeps the queue up to date with one kind, on a thread of its own.
template <typename T>
std::jthread StartWatch(const k8s::Resource<T>& resource, const ApiParts& parts) {
  return std::jthread([&resource, &parts] {
    if (!Pause(parts.stop, parts.delay)) {
      return;
    }
    auto transport = MakeTransport(parts.config);
    WatchLog watch_log(parts.log);
    WatchMeter observer(parts.board, watch_log);
    WithSink<T>(parts.queue, parts.inbox, [&](k8s::Sink<T>& sink) {
      k8s::RunReflector(resource, transport, sink, observer, {}, parts.stop);
    });
  });
}

/// Where a right is missing it stays missing for long, and nothing waits for the Node.
k8s::ReflectorOptions NodeWatchOptions(const std::string& node_name) {
  k8s::ReflectorOptions options;
  options.field_selector = "metadata.name=" + node_name;
  options.max_backoff = std::chrono::minutes(2);
  return options;
}

/// Keeps the queue up to date with the ranges of this node's pods, on a thread of its own; none
/// where they are given. Not on the board: a cluster that refuses the right is none the worse.
std::jthread StartNodeWatch(const ApiParts& parts) {
  if (parts.options.pod_ranges) {
    parts.queue.NotePodRanges(*parts.options.pod_ranges);
    return {};
  }
  return std::jthread([&node_name = parts.options.node_name, &parts] {
    if (!Pause(parts.stop, parts.delay)) {
      return;
    }
    auto transport = MakeTransport(parts.config);
    WatchLog observer(parts.log);
    NodeSink sink(node_name, parts.queue, parts.log);
    k8s::RunReflector(
        k8s::kNodes, transport, sink, observer, NodeWatchOptions(node_name), parts.stop);
  });
}

/// Tells the writers of policies what is odd about them, on a thread of its own.
std::jthread StartEventWriter(const ApiParts& parts) {
  if (parts.inbox == nullptr) {
    return {};
  }
  return std::jthread([&parts] {
    auto transport = MakeTransport(parts.config);
    api_events::Writer(
        {parts.queue, *parts.inbox, transport, parts.log, parts.board, parts.options.node_name})
        .Run(parts.stop);
  });
}

}  // namespace

std::vector<std::jthread> StartApiThreads(const ApiParts& parts) {
  std::vector<std::jthread> threads;
  threads.push_back(StartWatch(k8s::kPods, parts));
  threads.push_back(StartWatch(k8s::kNamespaces, parts));
  threads.push_back(StartWatch(k8s::kNetworkPolicies, parts));
  threads.push_back(StartNodeWatch(parts));
  threads.push_back(StartEventWriter(parts));
  return threads;
}

}  // namespace portcullis
