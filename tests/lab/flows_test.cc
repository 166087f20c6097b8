// SPDX-License-Identifier: Apache-2.0
//
// The lab's longer-lived instruments: flows, pulses, forged packets, Services, child programs.
#include "tests/lab/flows.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/lab/echo_servers.h"
#include "tests/lab/forge.h"
#include "tests/lab/process.h"
#include "tests/lab/services.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;

constexpr uint16_t kPort = 80;

struct TwoPods {
  explicit TwoPods(Wiring wiring) : lab(Wired(wiring)) {
    servers.Serve(lab.AddPod(0, 2, "a").netns);
    servers.Serve(lab.AddPod(0, 3, "b").netns);
    servers.Serve(lab.AddPod(1, 2, "c").netns);
  }

  static LabSpec Wired(Wiring wiring) {
    LabSpec spec;
    spec.wiring = wiring;
    return spec;
  }

  void Drop(const std::string& match) const {
    RunProgram({"nft", "-f", "-"},
               "table inet t {\n chain c {\n type filter hook postrouting priority 90\n" + match +
                   " drop\n }\n}\n",
               &lab.node(0).netns);
  }

  Lab lab;
  EchoServers servers{{kPort}};
  ProbeEngine engine;
};

TEST_CASE("A flow carries messages both ways until a rule cuts it", "[lab]") {
  RequireRoot();
  const Wiring wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  const Transport transport = GENERATE(Transport::kTcp, Transport::kUdp);
  const Family family = GENERATE(Family::kIpv4, Family::kIpv6);
  const char* peer = GENERATE("b", "c");
  const TwoPods pods(wiring);
  const Pod& client = pods.lab.pod("a");
  const Pod& server = pods.lab.pod(peer);
  Flow flow({&client, &server, transport, server.Address(family), 9000, 9000});
  CHECK(flow.Send(Flow::End::kServer, milliseconds(500)));
  CHECK(flow.Send(Flow::End::kClient, milliseconds(500)));
  pods.Drop("th dport 9000");
  CHECK_FALSE(flow.Send(Flow::End::kClient, milliseconds(100)));
  CHECK(flow.Send(Flow::End::kServer, milliseconds(500)) == true);
}

TEST_CASE("A Service's address leads to its pod, also from that pod itself", "[lab]") {
  RequireRoot();
  const Wiring wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  const Family family = GENERATE(Family::kIpv4, Family::kIpv6);
  TwoPods pods(wiring);
  const bool v4 = family == Family::kIpv4;
  const IpAddress address = IpAddress::Parse(v4 ? "10.96.0.1" : "fd44:96::1").value();
  InstallServices(pods.lab,
                  {{address, Transport::kTcp, 8000, pods.lab.pod("b").Address(family), kPort},
                   {address, Transport::kUdp, 8000, pods.lab.pod("b").Address(family), kPort},
                   {address, Transport::kSctp, 8000, pods.lab.pod("b").Address(family), kPort}});
  for (const char* name : {"a", "b", "c"}) {
    for (const Transport transport : {Transport::kTcp, Transport::kUdp, Transport::kSctp}) {
      const Probe probe = {&pods.lab.pod(name), {}, address, transport, 8000};
      INFO(probe.ToString());
      CHECK(Reaches(pods.engine, probe));
    }
  }
}

TEST_CASE("A pulse sees a gap of a few milliseconds", "[lab]") {
  RequireRoot();
  TwoPods pods(Wiring::kBridged);
  const IpAddress server = pods.lab.pod("c").Address(Family::kIpv4);
  Pulse pulse({{&pods.lab.pod("a"), {}, server, Transport::kTcp, kPort},
               {&pods.lab.pod("a"), {}, server, Transport::kUdp, kPort}});
  std::this_thread::sleep_for(milliseconds(300));
  pods.Drop("udp dport 80");
  std::this_thread::sleep_for(milliseconds(50));
  RunProgram({"nft", "delete", "table", "inet", "t"}, {}, &pods.lab.node(0).netns);
  std::this_thread::sleep_for(milliseconds(200));
  const auto beats = pulse.Stop();
  std::printf("%zu beats of two probes\n", beats.at(0).size());
  CHECK(beats.at(0).size() > 400);
  CHECK(CountWrong(beats.at(0), true) == 0);
  CHECK(CountWrong(beats.at(1), true) > 30);
  CHECK(beats.at(1).front().passed);
  CHECK(beats.at(1).back().passed);
}

TEST_CASE("Forged packets arrive where nothing stops them", "[lab]") {
  RequireRoot();
  const Family family = GENERATE(Family::kIpv4, Family::kIpv6);
  const TwoPods pods(Wiring::kBridged);
  const IpAddress node = pods.lab.node(0).Address(family);
  std::vector<Forgery> forgeries;
  for (const Transport transport : {Transport::kTcp, Transport::kUdp, Transport::kIcmp}) {
    forgeries.push_back({&pods.lab.pod("a"), &pods.lab.pod("b"), node, transport, kPort});
  }
  CHECK(Forge(forgeries, milliseconds(50)) == std::vector<bool>{true, true, true});
  pods.Drop("meta l4proto udp");
  CHECK(Forge(forgeries, milliseconds(50)) == std::vector<bool>{true, false, true});
}

TEST_CASE("A child runs in the namespace, is logged, ends when told and can start again", "[lab]") {
  RequireRoot();
  const TwoPods pods(Wiring::kRouted);
  const std::string log = std::filesystem::temp_directory_path() / (pods.lab.spec().prefix + "log");
  Process process({{"/bin/sh", "-c", "ip -o addr show eth0; exec sleep 60"}, log},
                  pods.lab.pod("a").netns);
  process.Start();
  CHECK(process.WaitForLog("10.244.1.2", milliseconds(2000)));
  CHECK(process.Running());
  CHECK(process.Stop());
  CHECK_FALSE(process.Running());
  process.Start();
  CHECK(process.Running());
  process.Kill();
  CHECK_FALSE(process.Running());
  std::filesystem::remove(log);
}

}  // namespace
}  // namespace portcullis::lab
