// SPDX-License-Identifier: Apache-2.0
//
// The loop around the reconciler: what it says, and that it tries again by itself.
#include "controller/reconcile/reconcile_loop.h"

#include <thread>

#include <catch2/catch.hpp>

#include "tests/controller/capture.h"
#include "tests/controller/fake_kernel.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;
using test::Capture;

k8s::NetworkPolicy MakePolicy(const std::string& name) {
  k8s::NetworkPolicy policy;
  policy.meta.key = {"default", name};
  policy.isolates_ingress = true;
  return policy;
}

k8s::Pod MakePod(const std::string& name) {
  k8s::Pod pod;
  pod.meta.key = {"default", name};
  pod.node_name = "node1";
  pod.phase = k8s::PodPhase::kRunning;
  pod.addresses = {*IpAddress::Parse("10.0.0.1")};
  return pod;
}

template <typename T>
void ListKind(EventQueue& queue, std::vector<T> objects) {
  queue.BeginList<T>();
  queue.AddListed(std::move(objects));
  queue.EndList<T>();
}

struct Node {
  test::FakeKernel kernel;
  test::FakeConntrack conntrack;
  EventQueue queue;
  StatusBoard board{Status{}};

  void List() {
    ListKind<k8s::Pod>(queue, {MakePod("web")});
    ListKind<k8s::Namespace>(queue, {});
    ListKind<k8s::NetworkPolicy>(queue, {});
  }

  /// What the log says while the loop runs and `act` is carried out, and a second on: the retries
  /// of a test take 300 ms on a machine that does nothing else.
  template <typename Act>
  std::string Run(const Act& act) {
    return Capture([&] {
      EventLog log(LogFormat::kText, LogLevel::kInfo);
      Reconciler reconciler({"node1", {}}, kernel, conntrack);
      ReconcileLoop loop("node1", queue, reconciler, log, board);
      std::jthread thread([&loop](const std::stop_token& stop) { loop.Run(stop); });
      act();
      std::this_thread::sleep_for(milliseconds(1000));
    });
  }
};

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("Nothing is written before every kind was listed (10.10)", "[reconcile_loop]") {
  Node node;
  const std::string said = node.Run([&] {
    ListKind<k8s::Pod>(node.queue, {MakePod("web")});
    ListKind<k8s::NetworkPolicy>(node.queue, {MakePolicy("p")});
  });
  CHECK(said.empty());
  CHECK(node.kernel.commits.empty());
  CHECK(node.kernel.dumps == 0);
}

TEST_CASE("Lists are taken in while they come, and what comes between their pages too",
          "[reconcile_loop]") {
  Node node;
  const std::string said = node.Run([&] {
    node.queue.BeginList<k8s::Pod>();
    for (const char* name : {"a", "b", "c"}) {
      node.queue.AddListed<k8s::Pod>({MakePod(name)});
      std::this_thread::sleep_for(milliseconds(20));
    }
    ListKind<k8s::Namespace>(node.queue, {});
    ListKind<k8s::NetworkPolicy>(node.queue, {MakePolicy("p")});
    node.queue.Delete<k8s::NetworkPolicy>({"default", "p"});
    std::this_thread::sleep_for(milliseconds(50));
    CHECK(node.kernel.dumps == 0);
    node.queue.EndList<k8s::Pod>();
  });
  CHECK(node.kernel.commits.size() == 1);
  CHECK(said.find("enforcing on node node1: 3 pods (3 here), 0 namespaces, 0 policies") !=
        std::string::npos);
}

TEST_CASE("A relist is no change of every policy, and takes away what is gone",
          "[reconcile_loop]") {
  Node node;
  const std::string said = node.Run([&] {
    node.List();
    ListKind<k8s::NetworkPolicy>(node.queue, {MakePolicy("p"), MakePolicy("gone")});
    std::this_thread::sleep_for(milliseconds(100));
    node.queue.BeginList<k8s::NetworkPolicy>();
    node.queue.AddListed<k8s::NetworkPolicy>({MakePolicy("p")});
    std::this_thread::sleep_for(milliseconds(100));
    node.queue.EndList<k8s::NetworkPolicy>();
    std::this_thread::sleep_for(milliseconds(100));
    node.queue.Upsert(MakePolicy("q"));
  });
  CHECK(said.find("policy default/p") == std::string::npos);
  CHECK(said.find("policy default/q applied") != std::string::npos);
  CHECK(node.board.Read().reconcile.policies == 2);
}

TEST_CASE("A flood of events is few transactions, the last of them soon", "[reconcile_loop]") {
  constexpr int kEvents = 5'000;
  Node node;
  (void)node.Run([&] {
    node.List();
    std::this_thread::sleep_for(milliseconds(100));
    for (int i = 0; i < kEvents; ++i) {
      auto pod = MakePod("web");
      pod.addresses = {*IpAddress::Parse("10.0.1." + std::to_string(i % 250 + 1))};
      node.queue.Upsert(pod);
      node.queue.Upsert(MakePolicy("p"));
    }
  });
  const auto& elements = node.kernel.table->sets.at("ingress4").elements;
  REQUIRE(elements.size() == 1);
  CHECK(elements.begin()->first == std::string{10, 0, 1, static_cast<char>(250)});
  CHECK(node.kernel.commits.size() < kEvents / 20);
}

TEST_CASE("The first sync is one line, a policy's change another with what it selects",
          "[reconcile_loop]") {
  Node node;
  const std::string said = node.Run([&] {
    node.List();
    std::this_thread::sleep_for(milliseconds(200));
    node.queue.Upsert(MakePolicy("p"));
  });
  CHECK(said.find("enforcing on node node1: 1 pod (1 here)") != std::string::npos);
  CHECK(said.find("policy default/p applied") != std::string::npos);
  CHECK(said.find("isolates ingress of 1 pod here") != std::string::npos);
}

TEST_CASE("The line of an audited policy says that it denies nothing (12.1)", "[reconcile_loop]") {
  Node node;
  const std::string said = node.Run([&] {
    node.List();
    std::this_thread::sleep_for(milliseconds(200));
    k8s::NetworkPolicy policy = MakePolicy("p");
    policy.audit = true;
    node.queue.Upsert(policy);
  });
  CHECK(said.find("audits ingress of 1 pod here, and denies nothing") != std::string::npos);
}

TEST_CASE("A refused change is said and tried again until the kernel takes it",
          "[reconcile_loop]") {
  Node node;
  node.kernel.failures.assign(2, {ErrorCode::kInvalidArgument, "add set pods4-x: no memory"});
  const std::string said = node.Run([&] { node.List(); });
  CHECK(Count(said, "add set pods4-x: no memory") == 2);
  CHECK(said.find("the kernel took the rules after 2 failures") != std::string::npos);
  CHECK(node.kernel.commits.size() == 1);
}

TEST_CASE("The board says what the kernel holds, and what it was asked", "[reconcile_loop]") {
  Node node;
  node.kernel.failures.assign(1, {ErrorCode::kInvalidArgument, "no memory"});
  (void)node.Run([&] {
    node.List();
    std::this_thread::sleep_for(milliseconds(300));
    node.kernel.ForeignCommit([](test::FakeKernel& kernel) {
      kernel.failures.assign(1, {ErrorCode::kConflict, "generation has passed"});
    });
    node.queue.Upsert(MakePolicy("p"));
  });
  const ReconcileStatus status = node.board.Read().reconcile;
  CHECK(status.synced);
  CHECK_FALSE(status.failure.has_value());
  CHECK(status.last_success.has_value());
  CHECK_FALSE(status.step_since.has_value());
  CHECK(status.steps == 3);
  CHECK(status.failures == 1);
  CHECK(status.conflicts == 1);
  CHECK(status.operations > 0);
  CHECK(status.pods == 1);
  CHECK(status.local_pods == 1);
  CHECK(status.policies == 1);
  CHECK(status.latency.count == 1);  // The first list is no event.
  CHECK(status.latency.sum_seconds > 0);
}

TEST_CASE("A table that somebody else changed is put right and said, without an event",
          "[reconcile_loop]") {
  Node node;
  const std::string said = node.Run([&] {
    node.List();
    std::this_thread::sleep_for(milliseconds(200));
    node.kernel.ForeignCommit([](test::FakeKernel& kernel) { kernel.table.reset(); });
    node.queue.NoteForeignChange();
  });
  CHECK(node.kernel.table.has_value());
  CHECK(Count(said, "another program changed table inet portcullis") == 1);
  CHECK(node.board.Read().reconcile.repairs == 1);
}

TEST_CASE("A doubt about a table that is right is checked and passed over", "[reconcile_loop]") {
  Node node;
  const std::string said = node.Run([&] {
    node.List();
    std::this_thread::sleep_for(milliseconds(200));
    node.queue.NoteForeignChange();
  });
  CHECK(node.kernel.dumps == 2);
  CHECK(node.kernel.commits.size() == 1);
  CHECK(said.find("another program") == std::string::npos);
  CHECK(node.board.Read().reconcile.repairs == 0);
}

TEST_CASE("A doubt before the first list writes nothing (10.10)", "[reconcile_loop]") {
  Node node;
  (void)node.Run([&] { node.queue.NoteForeignChange(); });
  CHECK(node.kernel.dumps == 0);
  CHECK(node.kernel.commits.empty());
}

TEST_CASE("A repair that fails is tried again", "[reconcile_loop]") {
  Node node;
  (void)node.Run([&] {
    node.List();
    std::this_thread::sleep_for(milliseconds(200));
    node.kernel.ForeignCommit([](test::FakeKernel& kernel) {
      kernel.failures.assign(1, {ErrorCode::kUnavailable, "no memory"});
      kernel.table.reset();
    });
    node.queue.NoteForeignChange();
  });
  CHECK(node.kernel.table.has_value());
  CHECK_FALSE(node.board.Read().reconcile.failure.has_value());
}

TEST_CASE("A failure stands on the board until a step succeeds", "[reconcile_loop]") {
  Node node;
  node.kernel.failures.assign(20, {ErrorCode::kUnavailable, "no memory"});
  (void)node.Run([&] { node.List(); });
  const ReconcileStatus status = node.board.Read().reconcile;
  CHECK_FALSE(status.synced);
  REQUIRE(status.failure.has_value());
  CHECK(status.failure->message == "no memory");
}

TEST_CASE("What was not understood is said once, not with every event of the object (1.11)",
          "[reconcile_loop]") {
  Node node;
  auto policy = MakePolicy("p");
  policy.problems = {"ingress[0].from[0]: no known field",
                     "metadata.annotations.portcullis.io/audit: odd, the policy is enforced"};
  const std::string said = node.Run([&] {
    node.List();
    for (int i = 0; i < 3; ++i) {
      node.queue.Upsert(policy);
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  CHECK(Count(said, "ingress[0].from[0]: no known field; that part allows nothing") == 1);
  CHECK(Count(said, "portcullis.io/audit: odd, the policy is enforced\n") == 1);
}

}  // namespace
}  // namespace portcullis
