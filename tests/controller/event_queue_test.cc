// SPDX-License-Identifier: Apache-2.0
//
// The queue between watches and reconciler: gate, coalescing, waking, threads. Run under TSan as
// well.
#include "controller/event_queue.h"

#include <thread>

#include <catch2/catch.hpp>

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

void ListAll(EventQueue& queue, std::vector<k8s::Pod> pods = {}) {
  queue.Replace<k8s::Pod>(std::move(pods));
  queue.Replace<k8s::Namespace>({});
  queue.Replace<k8s::NetworkPolicy>({});
}

Burst WaitBriefly(EventQueue& queue) {
  return queue.Wait(std::stop_token{}, steady_clock::now() + milliseconds(20));
}

TEST_CASE("Nothing is handed out before every kind was listed (10.10)", "[event_queue]") {
  EventQueue queue;
  queue.Replace<k8s::Pod>({MakePod("a")});
  queue.Replace<k8s::NetworkPolicy>({});
  CHECK(WaitBriefly(queue).changes.empty());
  queue.Replace<k8s::Namespace>({});
  const Burst burst = WaitBriefly(queue);
  CHECK(burst.changes.pods.replace);
  CHECK(burst.changes.pods.objects.size() == 1);
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
  CHECK_FALSE(burst.changes.pods.replace);
  CHECK(burst.changes.pods.objects.at({"default", "a"})->node_name == "node2");
  CHECK_FALSE(burst.changes.pods.objects.at({"default", "b"}).has_value());
}

TEST_CASE("A list replaces what was pending, and later events amend the list", "[event_queue]") {
  EventQueue queue;
  ListAll(queue, {MakePod("old")});
  queue.Replace<k8s::Pod>({MakePod("a"), MakePod("b")});
  queue.Delete<k8s::Pod>({"default", "a"});
  queue.Upsert(MakePod("c"));
  policy::World world;
  world.Apply(WaitBriefly(queue).changes);
  CHECK(world.pods().size() == 2);
  CHECK(world.pods().count({"default", "b"}) == 1);
  CHECK(world.pods().count({"default", "c"}) == 1);
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
