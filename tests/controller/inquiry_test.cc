// SPDX-License-Identifier: Apache-2.0
//
// Questions to the reconciler's thread: answered between steps, bounded, and never waited for in
// vain. Run under TSan as well.
#include "controller/status/inquiry.h"

#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/reconcile/reconcile_loop.h"
#include "tests/controller/capture.h"
#include "tests/controller/fake_kernel.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

template <typename T>
void ListKind(EventQueue& queue, std::vector<T> objects) {
  queue.BeginList<T>();
  queue.AddListed(std::move(objects));
  queue.EndList<T>();
}

k8s::NetworkPolicy MakePolicy(const std::string& version, bool egress = false) {
  k8s::NetworkPolicy policy;
  policy.meta.key = {"default", "web"};
  policy.meta.resource_version = version;
  policy.meta.creation_timestamp = "2026-01-01T00:00:00Z";
  policy.isolates_ingress = true;
  policy.isolates_egress = egress;
  return policy;
}

size_t CountPolicies(const LoopView& view) {
  return view.engine.policies();
}

std::string Version(const LoopView& view) {
  const PolicyInForce* policy = view.in_force.Find({"default", "web"});
  return policy == nullptr ? "" : policy->resource_version;
}

TEST_CASE("An inquiry is answered by the loop, before the first list as after it", "[inquiry]") {
  test::FakeKernel kernel;
  test::FakeConntrack conntrack;
  EventQueue queue;
  StatusBoard board{Status{}};
  EventLog log(LogFormat::kText, LogLevel::kError);
  Reconciler reconciler({"node1", {}}, kernel, conntrack);
  ReconcileLoop loop("node1", queue, reconciler, log, board);
  {
    const std::jthread thread([&loop](const std::stop_token& stop) { loop.Run(stop); });
    CHECK(Ask(queue, CountPolicies, seconds(20)) == 0);
    ListKind<k8s::Pod>(queue, {});
    ListKind<k8s::Namespace>(queue, {});
    ListKind<k8s::NetworkPolicy>(queue, {MakePolicy("7")});
    CHECK(Ask(queue, CountPolicies, seconds(20)) == 1);
    CHECK(Ask(queue, Version, seconds(20)) == "7");
    queue.Upsert(MakePolicy("8"));
    CHECK(Ask(queue, Version, seconds(20)) == "8");
  }
  CHECK(board.Read().reconcile.steps <= 2);
  CHECK_FALSE(queue.Post([](const LoopView& /*view*/) {}));
}

TEST_CASE("Who waits for an inquiry that is dropped hears of it", "[inquiry]") {
  EventQueue queue;
  std::optional<size_t> answer = 7;
  const auto start = std::chrono::steady_clock::now();
  {
    const std::jthread asks([&] { answer = Ask(queue, CountPolicies, seconds(60)); });
    std::this_thread::sleep_for(milliseconds(20));
    queue.CloseInquiries();
  }
  CHECK(answer == std::nullopt);
  CHECK(std::chrono::steady_clock::now() - start < seconds(50));
}

TEST_CASE("An inquiry that takes too long is given up, and may be called later", "[inquiry]") {
  EventQueue queue;
  CHECK(Ask(queue, CountPolicies, milliseconds(1)) == std::nullopt);
  const Burst burst = queue.Wait({}, std::nullopt);
  REQUIRE(burst.inquiries.size() == 1);
  CHECK_FALSE(burst.has_work());
  CHECK_FALSE(burst.at_once);
  const policy::Engine engine("node1");
  const PoliciesInForce none;
  burst.inquiries.front()({engine, none});
}

TEST_CASE("Only so many inquiries may wait", "[inquiry]") {
  EventQueue queue;
  for (size_t i = 0; i < InquiryDesk::kMaxWaiting; ++i) {
    CHECK(queue.Post([](const LoopView& /*view*/) {}));
  }
  CHECK_FALSE(queue.Post([](const LoopView& /*view*/) {}));
  CHECK(queue.Wait({}, std::nullopt).inquiries.size() == InquiryDesk::kMaxWaiting);
  CHECK(queue.Post([](const LoopView& /*view*/) {}));
}

}  // namespace
}  // namespace portcullis
