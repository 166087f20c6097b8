// SPDX-License-Identifier: Apache-2.0
//
// How long it takes from a write to the API server until packets obey it (10.11).
#include <algorithm>
#include <cstdio>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/lab/cluster.h"
#include "tests/lab/flows.h"
#include "tests/lab/random_world.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kChanges = 100;
constexpr milliseconds kBetween(40);
constexpr std::chrono::microseconds kPeriod(250);

constexpr char kDeny[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: deny}
spec: {podSelector: {}, policyTypes: [Ingress]})";

struct Change {
  Clock::time_point written;
  bool passes_after = false;
};

/// From each write until packets obey it; in milliseconds, sorted.
std::vector<double> Latencies(const std::vector<Change>& changes, const std::vector<Beat>& beats) {
  std::vector<double> out;
  for (size_t i = 0; i < changes.size(); ++i) {
    const auto end = i + 1 < changes.size() ? changes[i + 1].written : Clock::time_point::max();
    if (const auto took =
            MillisecondsUntil(beats, changes[i].passes_after, changes[i].written, end)) {
      out.push_back(*took);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST_CASE("A written policy is obeyed by packets within a second (10.11)", "[lab]") {
  RequireRoot();
  ClusterSpec spec;
  spec.pods_per_node = 2;
  Cluster cluster(spec);
  k8s::Objects open;
  open.namespaces = {NamespaceObject("shop")};
  for (const Pod* pod : cluster.lab().pods()) {
    open.pods.push_back(PodObject(*pod, "shop", pod->name));
  }
  k8s::Objects closed = open;
  closed.policies = {PolicyFromYaml(kDeny)};
  cluster.Apply(open);
  cluster.StartControllers();
  const Probe probe = {&cluster.lab().pod("p12"),
                       {},
                       cluster.lab().pod("p22").Address(Family::kIpv4),
                       Transport::kUdp,
                       80};
  Pulse pulse({probe}, kPeriod);
  std::vector<Change> changes;
  for (int i = 0; i < kChanges; ++i) {
    std::this_thread::sleep_for(kBetween);
    changes.push_back({Clock::now(), i % 2 != 0});
    cluster.Apply(i % 2 == 0 ? closed : open);
  }
  std::this_thread::sleep_for(kBetween);
  const std::vector<double> latencies = Latencies(changes, pulse.Stop().at(0));
  REQUIRE(latencies.size() == kChanges);
  std::printf("API write to packets, %d changes: p50 %.1f ms, p99 %.1f ms, max %.1f ms\n",
              kChanges,
              latencies[kChanges / 2],
              latencies[kChanges * 99 / 100 - 1],
              latencies.back());
  CHECK(latencies.back() < 1000);
}

}  // namespace
}  // namespace portcullis::lab
