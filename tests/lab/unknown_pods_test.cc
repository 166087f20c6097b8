// SPDX-License-Identifier: Apache-2.0
//
// A pod that the API has not told of sends and is sent to: its first packets are counted, nothing
// is dropped, and once it is known no more is counted (docs/semantics.md, 13).
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/controller/http_client.h"
#include "tests/lab/cluster.h"
#include "tests/lab/kernel_table.h"
#include "tests/lab/random_world.h"

namespace portcullis::lab {
namespace {

using namespace std::chrono_literals;

constexpr uint16_t kPort = 10310;

constexpr char kNode1[] = R"({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node1"},
  "spec": {"podCIDR": "10.244.1.0/24", "podCIDRs": ["10.244.1.0/24", "fd44:244:0:1::/64"]}})";

/// p12 and p13 on node1 and p22 on node2 are in the API; p14 on node1 has its address and is not.
struct Town {
  explicit Town(Wiring wiring) : cluster(Spec(wiring)) {
    setenv("PORTCULLIS_LISTEN", ":10310", 1);  // NOLINT(concurrency-mt-unsafe): one thread
    known =
        ObjectsWithApps(cluster.lab(), "town", {{"p12", "old"}, {"p13", "old"}, {"p22", "far"}});
    all = ObjectsWithApps(
        cluster.lab(), "town", {{"p12", "old"}, {"p13", "old"}, {"p14", "new"}, {"p22", "far"}});
    cluster.Apply(known);
  }

  static ClusterSpec Spec(Wiring wiring) {
    ClusterSpec spec;
    spec.lab.wiring = wiring;
    return spec;
  }

  [[nodiscard]] bool Reach(const std::string& from, const std::string& to, Family family) {
    const Probe probe{
        &cluster.lab().pod(from), {}, cluster.lab().pod(to).Address(family), Transport::kUdp, 80};
    return Reaches(cluster.engine(), probe);
  }

  /// What node1 has counted so far.
  [[nodiscard]] uint64_t Counted(const std::string& direction) {
    std::this_thread::sleep_for(600ms);  // A reading serves for half a second.
    const EnterNetns inside(cluster.lab().node(0).netns);
    const std::string page = test::Get(kPort, "/metrics");
    const std::string line =
        "\nportcullis_unknown_pod_packets_total{direction=\"" + direction + "\"} ";
    const size_t at = page.find(line);
    REQUIRE(at != std::string::npos);
    return std::stoull(page.substr(at + line.size()));
  }

  /// Waits until node1's table knows so many addresses of its ranges.
  [[nodiscard]] bool Knows(const std::string& set, std::optional<size_t> count) {
    for (int i = 0; i < 250; ++i) {
      const nft::Snapshot snapshot = DumpTable(cluster.lab().node(0));
      const auto found = snapshot.table->sets.find(set);
      const bool there = found != snapshot.table->sets.end();
      if (there == count.has_value() && (!there || found->second.elements.size() == *count)) {
        return true;
      }
      std::this_thread::sleep_for(20ms);
    }
    return false;
  }

  Cluster cluster;
  k8s::Objects known;
  k8s::Objects all;
};

TEST_CASE("Packets of a pod that the API has not told of are counted, until it has", "[lab]") {
  RequireRoot();
  Town town(GENERATE(Wiring::kRouted, Wiring::kBridged));
  REQUIRE(town.cluster.api().ApplyJson(kNode1));
  town.cluster.StartControllers();
  REQUIRE(town.Knows("known4", 2));
  REQUIRE(town.Knows("known6", 2));
  CHECK(town.Reach("p12", "p13", Family::kIpv4));
  CHECK(town.Reach("p12", "p22", Family::kIpv4));
  CHECK(town.Reach("p22", "p12", Family::kIpv6));
  CHECK(town.Counted("from") == 0);
  CHECK(town.Counted("to") == 0);

  CHECK(town.Reach("p14", "p22", Family::kIpv4));
  CHECK(town.Reach("p14", "p12", Family::kIpv6));
  const uint64_t from = town.Counted("from");
  CHECK(from >= 2);
  CHECK(town.Counted("to") == 0);
  CHECK(town.Reach("p22", "p14", Family::kIpv4));
  CHECK(town.Reach("p12", "p14", Family::kIpv6));
  CHECK(town.Counted("from") == from);
  const uint64_t to = town.Counted("to");
  CHECK(to >= 2);

  town.cluster.Apply(town.all);
  REQUIRE(town.Knows("known4", 3));
  REQUIRE(town.Knows("known6", 3));
  CHECK(town.Reach("p14", "p22", Family::kIpv4));
  CHECK(town.Reach("p12", "p14", Family::kIpv6));
  CHECK(town.Counted("from") == from);
  CHECK(town.Counted("to") == to);
  // What the lab's other node has not been told of it does not count.
  CHECK(town.cluster.controller(1).Log().find("names no ranges") != std::string::npos);
}

TEST_CASE("Without the right to nodes all is enforced; ranges come once it is given", "[lab]") {
  RequireRoot();
  Town town(Wiring::kRouted);
  town.cluster.api().Forbid("/api/v1/nodes");
  REQUIRE(town.cluster.api().ApplyJson(kNode1));
  town.cluster.StartController(0);
  REQUIRE(town.cluster.controller(0).WaitForLog("Node: list nodes: the server answers 403", 5s));
  {
    const EnterNetns inside(town.cluster.lab().node(0).netns);
    CHECK(test::Get(kPort, "/readyz").find("[-]") == std::string::npos);
  }
  CHECK(town.Knows("known4", std::nullopt));
  CHECK(town.Reach("p14", "p22", Family::kIpv4));
  CHECK(town.Counted("from") == 0);
  town.cluster.api().Forbid("");
  CHECK(town.Knows("known4", 2));
}

TEST_CASE("--pod-ranges replaces what the Node says", "[lab]") {
  RequireRoot();
  Town town(Wiring::kRouted);
  setenv("PORTCULLIS_POD_RANGES", "10.244.1.128/25", 1);  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(town.cluster.api().ApplyJson(kNode1));
  town.cluster.StartController(0);
  unsetenv("PORTCULLIS_POD_RANGES");  // NOLINT(concurrency-mt-unsafe): one thread
  CHECK(town.Knows("known4", 0));
  CHECK(town.Knows("known6", std::nullopt));
}

}  // namespace
}  // namespace portcullis::lab
