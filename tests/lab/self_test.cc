// SPDX-License-Identifier: Apache-2.0
//
// The lab itself: without a controller everything reaches everything, and a rule set by hand keeps
// out what it should. A lab that is wrong would make every other test of this folder worthless.
#include <chrono>
#include <cstdio>

#include <catch2/catch.hpp>

#include "tests/lab/echo_servers.h"
#include "tests/lab/probe.h"
#include "tests/lab/topology.h"

namespace portcullis::lab {
namespace {

const std::vector<uint16_t> kPorts = {80, 81};

LabSpec Wired(Wiring wiring) {
  LabSpec spec;
  spec.wiring = wiring;
  return spec;
}

struct SmallLab {
  explicit SmallLab(LabSpec spec) : lab(std::move(spec)) {
    for (uint8_t number = 2; number < 5; ++number) {
      for (size_t node = 0; node < 2; ++node) {
        servers.Serve(
            lab.AddPod(node, number, "p" + std::to_string(node + 1) + std::to_string(number))
                .netns);
      }
    }
    servers.Serve(lab.node(0).netns);
    servers.Serve(lab.node(1).netns);
    servers.Serve(lab.external().netns);
  }

  [[nodiscard]] std::vector<const Host*> Hosts() const {
    std::vector<const Host*> hosts = {&lab.external(), &lab.node(0), &lab.node(1)};
    for (const Pod* pod : lab.pods()) {
      hosts.push_back(pod);
    }
    return hosts;
  }

  [[nodiscard]] std::vector<ExpectedProbe> AllProbes() const {
    std::vector<ExpectedProbe> probes;
    for (const Host* source : Hosts()) {
      for (const Host* destination : Hosts()) {
        for (const IpAddress& address : destination->addresses) {
          probes.push_back({{source, {}, address, Transport::kIcmp, 0}, true});
          for (const Transport transport : {Transport::kTcp, Transport::kUdp, Transport::kSctp}) {
            for (const uint16_t port : kPorts) {
              probes.push_back({{source, {}, address, transport, port}, true});
            }
          }
        }
      }
    }
    return probes;
  }

  Lab lab;
  EchoServers servers{kPorts};
  ProbeEngine engine;
};

void CheckAll(SmallLab& small, const std::vector<ExpectedProbe>& probes) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<bool> passed = ProbeAll(small.engine, probes);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  for (size_t i = 0; i < probes.size(); ++i) {
    if (passed[i] != probes[i].expected) {
      FAIL_CHECK(probes[i].probe.ToString() << (passed[i] ? " passed" : " did not pass"));
    }
  }
  std::printf("%zu probes in %.2f s\n", probes.size(), took.count());
}

TEST_CASE("Without rules every host reaches every other over every protocol", "[lab]") {
  RequireRoot();
  const Wiring wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  SmallLab small(Wired(wiring));
  CheckAll(small, small.AllProbes());
}

TEST_CASE("A rule of the node keeps out what it names and nothing else", "[lab]") {
  RequireRoot();
  const Wiring wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  SmallLab small(Wired(wiring));
  RunProgram({"nft", "-f", "-"},
             "table inet t { chain c { type filter hook postrouting priority 90\n"
             " ct state new th dport 81 drop\n }\n}\n",
             &small.lab.node(0).netns);
  std::vector<ExpectedProbe> probes = small.AllProbes();
  const auto behind_node1 = [&](const IpAddress& address) {
    return Cidr::Parse("10.244.1.0/24")->Contains(address) ||
           Cidr::Parse("fd44:244:0:1::/64")->Contains(address);
  };
  std::vector<ExpectedProbe> wanted;
  for (ExpectedProbe& probe : probes) {
    const bool from_other_node =
        probe.probe.source == &small.lab.external() || probe.probe.source == &small.lab.node(1);
    if (from_other_node && behind_node1(probe.probe.destination) &&
        probe.probe.destination != NodeAddresses(small.lab, 0, Family::kIpv4).at(1) &&
        probe.probe.destination != NodeAddresses(small.lab, 0, Family::kIpv6).at(1)) {
      probe.expected = probe.probe.port != 81;
      wanted.push_back(probe);
    }
  }
  REQUIRE(wanted.size() == 84);  // 2 sources, 3 pods, 2 families, 7 questions
  CheckAll(small, wanted);
}

TEST_CASE("An address can be given to another pod", "[lab]") {
  RequireRoot();
  SmallLab small(LabSpec{});
  const IpAddress address = small.lab.pod("p12").addresses.at(0);
  small.engine.Forget(small.lab.pod("p12"));
  small.servers.Stop(small.lab.pod("p12").netns.name());
  small.lab.RemovePod("p12");
  const Probe probe = {&small.lab.pod("p22"), {}, address, Transport::kTcp, 80};
  CHECK_FALSE(Reaches(small.engine, probe));
  small.servers.Serve(small.lab.AddPod(0, 2, "other").netns);
  CHECK(Reaches(small.engine, probe));
}

}  // namespace
}  // namespace portcullis::lab
