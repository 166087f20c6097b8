// SPDX-License-Identifier: Apache-2.0
//
// What the watches leave for the writer of Events.
#include "controller/api_events/inbox.h"

#include <thread>

#include <catch2/catch.hpp>

#include "controller/api_events/watch_taps.h"

namespace portcullis::api_events {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr char kNamespace[] = "portcullis-system";

k8s::Pod Colleague(const std::string& name, const std::string& node) {
  k8s::Pod pod;
  pod.meta.key = {kNamespace, name};
  pod.meta.labels = {{"app.kubernetes.io/name", "portcullis"}};
  pod.node_name = node;
  pod.phase = k8s::PodPhase::kRunning;
  pod.host_network = true;
  return pod;
}

k8s::NetworkPolicy Policy(const std::string& name, const std::string& uid) {
  k8s::NetworkPolicy policy;
  policy.meta.key = {"shop", name};
  policy.meta.uid = uid;
  return policy;
}

/// How many of 300 policies the inbox's own node writes first about.
size_t CountFirst(Inbox& inbox) {
  inbox.BeginPolicies();
  constexpr int kPolicies = 300;
  std::vector<PolicyRef> refs;
  refs.reserve(kPolicies);
  for (int i = 0; i < kPolicies; ++i) {
    refs.emplace_back(Policy("p" + std::to_string(i), "uid" + std::to_string(i)).meta);
  }
  inbox.SeeListed(refs);
  inbox.EndPolicies();
  std::optional<k8s::ObjectKey> cursor;
  size_t first = 0;
  do {
    for (const RankedPolicy& each : inbox.Next(cursor, 64)) {
      first += each.rank == 0U ? 1U : 0U;
    }
  } while (cursor);
  return first;
}

TEST_CASE("The policies are shared with the nodes that run a Portcullis pod") {
  Inbox inbox("node1", kNamespace);
  CHECK(CountFirst(inbox) == 300);
  inbox.BeginPods();
  inbox.SeePod(Colleague("a", "node1"));
  inbox.SeePod(Colleague("b", "node2"));
  inbox.EndPods();
  const size_t shared = CountFirst(inbox);
  CHECK(shared > 75);
  CHECK(shared < 225);
  inbox.ForgetPod({kNamespace, "b"});
  CHECK(CountFirst(inbox) == 300);
}

TEST_CASE("Pods that are no colleagues, or do not work, share nothing") {
  Inbox inbox("node1", kNamespace);
  inbox.BeginPods();
  k8s::Pod other_namespace = Colleague("a", "node2");
  other_namespace.meta.key.ns = "shop";
  k8s::Pod other_label = Colleague("b", "node3");
  other_label.meta.labels = {{"app.kubernetes.io/name", "other"}};
  k8s::Pod going = Colleague("c", "node4");
  going.deleting = true;
  k8s::Pod pending = Colleague("d", "node5");
  pending.phase = k8s::PodPhase::kPending;
  for (const k8s::Pod& pod : {other_namespace, other_label, going, pending}) {
    inbox.SeePod(pod);
  }
  inbox.EndPods();
  CHECK(CountFirst(inbox) == 300);
  Inbox nowhere("node1", "");
  nowhere.SeePod(Colleague("b", "node2"));
  CHECK(CountFirst(nowhere) == 300);
}

TEST_CASE("A pod that ends, and one that a list no longer has, share no longer") {
  Inbox inbox("node1", kNamespace);
  inbox.BeginPods();
  inbox.SeePod(Colleague("b", "node2"));
  inbox.SeePod(Colleague("c", "node3"));
  inbox.EndPods();
  CHECK(CountFirst(inbox) < 150);
  k8s::Pod ended = Colleague("b", "node2");
  ended.phase = k8s::PodPhase::kFailed;
  inbox.SeePod(ended);
  inbox.BeginPods();
  inbox.EndPods();
  CHECK(CountFirst(inbox) == 300);
}

TEST_CASE("A changed policy wakes who waits; a listed one is found in its turn") {
  Inbox inbox("node1", "");
  inbox.BeginPolicies();
  inbox.SeeListed({PolicyRef(Policy("listed", "1").meta)});
  inbox.EndPolicies();
  const auto none = inbox.Wait({}, Clock::now());
  CHECK(none.changed.empty());
  {
    const std::jthread watch(
        [&inbox] { inbox.SeeChanged(PolicyRef(Policy("changed", "2").meta)); });
    const auto news = inbox.Wait({}, Clock::now() + seconds(20));
    REQUIRE(news.changed.size() == 1);
    CHECK(news.changed[0].policy.key.name == "changed");
    CHECK(news.changed[0].rank == 0U);
  }
  std::optional<k8s::ObjectKey> cursor;
  CHECK(inbox.Next(cursor, 1).size() == 1);
  CHECK(cursor.has_value());
  CHECK(inbox.Next(cursor, 1).size() == 1);
  CHECK_FALSE(cursor.has_value());
}

TEST_CASE("What is deleted, or vanished from a list, is gone once") {
  Inbox inbox("node1", "");
  inbox.BeginPolicies();
  inbox.SeeListed({PolicyRef(Policy("a", "1").meta), PolicyRef(Policy("b", "2").meta)});
  inbox.EndPolicies();
  inbox.ForgetPolicy({"shop", "a"});
  inbox.ForgetPolicy({"shop", "a"});
  inbox.BeginPolicies();
  inbox.EndPolicies();
  const auto news = inbox.Wait({}, Clock::now());
  CHECK(news.gone == std::vector<k8s::ObjectKey>{{"shop", "a"}, {"shop", "b"}});
  CHECK(inbox.Wait({}, Clock::now()).gone.empty());
}

TEST_CASE("A wait ends when a stop is requested") {
  Inbox inbox("node1", "");
  std::stop_source stop;
  stop.request_stop();
  const auto started = Clock::now();
  CHECK(inbox.Wait(stop.get_token(), started + seconds(600)).changed.empty());
  CHECK(Clock::now() - started < seconds(300));
}

/// Remembers the order of what it is told.
template <typename T>
class RecordingSink final : public k8s::Sink<T> {
 public:
  void BeginList() override { told += "begin "; }
  void AddListed(std::vector<T> objects) override {
    told += "add" + std::to_string(objects.size()) + " ";
  }
  void EndList() override { told += "end "; }
  void Upsert(T object) override { told += object.meta.key.name + " "; }
  void Delete(const k8s::ObjectKey& key) override { told += "-" + key.name + " "; }

  std::string told;
};

TEST_CASE("Taps pass everything on, and the inbox hears of it") {
  Inbox inbox("node1", kNamespace);
  RecordingSink<k8s::NetworkPolicy> policies;
  Tap<k8s::NetworkPolicy> policy_tap(policies, inbox);
  policy_tap.BeginList();
  policy_tap.AddListed({Policy("a", "1"), Policy("b", "2")});
  policy_tap.EndList();
  policy_tap.Upsert(Policy("c", "3"));
  policy_tap.Delete({"shop", "b"});
  CHECK(policies.told == "begin add2 end c -b ");
  std::optional<k8s::ObjectKey> cursor;
  CHECK(inbox.Next(cursor, 10).size() == 2);
  RecordingSink<k8s::Pod> pods;
  Tap<k8s::Pod> pod_tap(pods, inbox);
  pod_tap.BeginList();
  pod_tap.AddListed({Colleague("x", "node2")});
  pod_tap.EndList();
  pod_tap.Upsert(Colleague("y", "node3"));
  CHECK(CountFirst(inbox) < 200);
  pod_tap.Delete({kNamespace, "x"});
  pod_tap.Delete({kNamespace, "y"});
  CHECK(pods.told == "begin add1 end y -x -y ");
  CHECK(CountFirst(inbox) == 300);
}

}  // namespace
}  // namespace portcullis::api_events
