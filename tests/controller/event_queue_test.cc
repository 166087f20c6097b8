// SPDX-License-Identifier: Apache-2.0
//
// The queue between watches and reconciler: lists in pieces, coalescing, waking, threads. Run under
// TSan as well.
#include "controller/reconcile/event_queue.h"

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/policy/world.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

k8s::Pod MakePod(const std::string& name, const std::string& node = "node1") {
  k8s::Pod pod;
  pod.meta.key = {"default", name};
  pod.node_name = node;
  return pod;
}

template <typename T>
void ListKind(EventQueue& queue, std::vector<T> objects) {
  queue.BeginList<T>();
  queue.AddListed(std::move(objects));
  queue.EndList<T>();
}

void ListAll(EventQueue& queue, std::vector<k8s::Pod> pods = {}) {
  ListKind(queue, std::move(pods));
  ListKind<k8s::Namespace>(queue, {});
  ListKind<k8s::NetworkPolicy>(queue, {});
}

Burst WaitBriefly(EventQueue& queue) {
  return queue.Wait(std::stop_token{}, steady_clock::now() + milliseconds(20));
}

TEST_CASE("A burst says whether every kind was listed once (10.10)", "[event_queue]") {
  EventQueue queue;
  ListKind<k8s::Pod>(queue, {MakePod("a")});
  ListKind<k8s::NetworkPolicy>(queue, {});
  const Burst early = WaitBriefly(queue);
  CHECK_FALSE(early.all_listed);
  CHECK(early.changes.pods.objects.size() == 1);
  queue.BeginList<k8s::Namespace>();
  CHECK_FALSE(WaitBriefly(queue).all_listed);
  queue.EndList<k8s::Namespace>();
  const Burst burst = WaitBriefly(queue);
  CHECK(burst.all_listed);
  CHECK(burst.changes.pods.empty());
  CHECK(burst.changes.namespaces.complete_list == 1);
}

TEST_CASE("A long list does not lie in the queue as a whole", "[event_queue]") {
  constexpr size_t kPages = 20;
  EventQueue queue;
  const std::jthread lister([&queue] {
    queue.BeginList<k8s::Pod>();
    for (size_t page = 0; page < kPages; ++page) {
      std::vector<k8s::Pod> pods;
      for (size_t i = 0; i < EventQueue::kMany; ++i) {
        pods.push_back(MakePod(std::to_string(page) + "-" + std::to_string(i)));
      }
      queue.AddListed(std::move(pods));
    }
    queue.EndList<k8s::Pod>();
  });
  size_t total = 0;
  size_t largest = 0;
  for (bool complete = false; !complete;) {
    const Burst burst = queue.Wait(std::stop_token{}, std::nullopt);
    total += burst.changes.pods.objects.size();
    largest = std::max(largest, burst.changes.pods.objects.size());
    complete = burst.changes.pods.complete_list.has_value();
    std::this_thread::sleep_for(milliseconds(5));  // It takes longer here than it takes to list.
  }
  CHECK(total == kPages * EventQueue::kMany);
  CHECK(largest < total / 2);
}

TEST_CASE("A list that nobody fetches ends all the same", "[event_queue]") {
  EventQueue queue;
  queue.BeginList<k8s::Pod>();
  for (size_t i = 0; i < EventQueue::kMany + 2; ++i) {
    queue.AddListed<k8s::Pod>({MakePod(std::to_string(i))});
  }
  queue.EndList<k8s::Pod>();
  CHECK(WaitBriefly(queue).changes.pods.objects.size() == EventQueue::kMany + 2);
}

TEST_CASE("Events of one object are coalesced to its newest state", "[event_queue]") {
  EventQueue queue;
  ListAll(queue);
  (void)WaitBriefly(queue);
  queue.Upsert(MakePod("a", "node1"));
  queue.Upsert(MakePod("a", "node2"));
  queue.Upsert(MakePod("b"));
  queue.Delete<k8s::Pod>({"default", "b"});
  const Burst burst = WaitBriefly(queue);
  REQUIRE(burst.changes.pods.objects.size() == 2);
  CHECK_FALSE(burst.changes.pods.complete_list.has_value());
  CHECK(burst.changes.pods.objects.at({"default", "a"}).object->node_name == "node2");
  CHECK_FALSE(burst.changes.pods.objects.at({"default", "b"}).object.has_value());
}

TEST_CASE("Ten thousand events of a hundred objects are a hundred changes", "[event_queue]") {
  EventQueue queue;
  ListAll(queue);
  (void)WaitBriefly(queue);
  for (int i = 0; i < 10'000; ++i) {
    queue.Upsert(MakePod(std::to_string(i % 100), "node" + std::to_string(i)));
  }
  const Burst burst = WaitBriefly(queue);
  CHECK(burst.at_once);
  REQUIRE(burst.changes.pods.objects.size() == 100);
  CHECK(burst.changes.pods.objects.at({"default", "7"}).object->node_name == "node9907");
  CHECK_FALSE(WaitBriefly(queue).at_once);
}

TEST_CASE("A complete list takes away what it did not tell, and later events amend it",
          "[event_queue]") {
  EventQueue queue;
  policy::World world;
  ListAll(queue, {MakePod("old"), MakePod("kept")});
  world.Apply(WaitBriefly(queue).changes);
  ListKind<k8s::Pod>(queue, {MakePod("a"), MakePod("kept")});
  queue.Delete<k8s::Pod>({"default", "a"});
  queue.Upsert(MakePod("c"));
  world.Apply(WaitBriefly(queue).changes);
  CHECK(world.pods().size() == 2);
  CHECK(world.pods().count({"default", "kept"}) == 1);
  CHECK(world.pods().count({"default", "c"}) == 1);
}

TEST_CASE("A list may be fetched in pieces, and takes away nothing before its end",
          "[event_queue]") {
  EventQueue queue;
  policy::World world;
  ListAll(queue, {MakePod("old")});
  world.Apply(WaitBriefly(queue).changes);
  queue.BeginList<k8s::Pod>();
  for (const char* name : {"a", "b"}) {
    queue.AddListed<k8s::Pod>({MakePod(name)});
    world.Apply(WaitBriefly(queue).changes);
    CHECK(world.pods().count({"default", "old"}) == 1);
  }
  queue.EndList<k8s::Pod>();
  world.Apply(WaitBriefly(queue).changes);
  CHECK(world.pods().size() == 2);
  CHECK(world.pods().count({"default", "old"}) == 0);
}

TEST_CASE("A list that is given up takes away nothing, and the next one what only it told",
          "[event_queue]") {
  EventQueue queue;
  policy::World world;
  ListAll(queue, {MakePod("a"), MakePod("b")});
  queue.BeginList<k8s::Pod>();
  queue.AddListed<k8s::Pod>({MakePod("deleted-meanwhile")});
  world.Apply(WaitBriefly(queue).changes);
  CHECK(world.pods().size() == 3);
  ListKind<k8s::Pod>(queue, {MakePod("b")});
  world.Apply(WaitBriefly(queue).changes);
  CHECK(world.pods().size() == 1);
  CHECK(world.pods().count({"default", "b"}) == 1);
}

TEST_CASE("Pod ranges come as a change, the newest alone, and no list waits for them",
          "[event_queue]") {
  EventQueue queue;
  const std::stop_source none;
  queue.NotePodRanges({*Cidr::Parse("10.1.0.0/24")});
  queue.NotePodRanges({*Cidr::Parse("10.2.0.0/24")});
  const Burst burst = queue.Wait(none.get_token(), std::nullopt);
  CHECK(burst.has_work());
  CHECK_FALSE(burst.all_listed);
  CHECK(burst.changes.pod_ranges == policy::PodRanges{*Cidr::Parse("10.2.0.0/24")});
}

TEST_CASE("A stop wakes the waiter at once", "[event_queue]") {
  EventQueue queue;
  const auto start = steady_clock::now();
  std::jthread waiter([&queue](const std::stop_token& stop) {
    CHECK(queue.Wait(stop, std::nullopt).changes.empty());
  });
  waiter.request_stop();
  waiter.join();
  CHECK(steady_clock::now() - start < milliseconds(500));
}

TEST_CASE("Events of several threads all arrive", "[event_queue]") {
  constexpr int kEvents = 2000;
  EventQueue queue;
  ListAll(queue);
  policy::World world;
  {
    const auto produce = [&queue](const std::string& prefix) {
      for (int i = 0; i < kEvents; ++i) {
        queue.Upsert(MakePod(prefix + std::to_string(i)));
      }
    };
    const std::jthread first(produce, "a");
    const std::jthread second(produce, "b");
    while (world.pods().size() < size_t{2} * kEvents) {
      Burst burst = queue.Wait(std::stop_token{}, steady_clock::now() + milliseconds(5000));
      REQUIRE_FALSE(burst.changes.empty());
      world.Apply(std::move(burst.changes));
    }
  }
  CHECK(world.pods().size() == size_t{2} * kEvents);
}

}  // namespace
}  // namespace portcullis
