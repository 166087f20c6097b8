// SPDX-License-Identifier: Apache-2.0
//
// The prober against rules set by hand in the packet lab: it must see a gap, a leak and a cut, and
// must see none where there is none. Needs root.
#include "tests/cluster/prober/prober.h"

#include <algorithm>

#include <catch2/catch.hpp>

namespace portcullis::prober {
namespace {

using lab::Transport;
using std::chrono::milliseconds;

constexpr uint16_t kPort = 80;

/// Pod a on one node, b on the other, and a prober that knows both.
struct ProbedPods {
  ProbedPods() {
    for (const char* name : {"a", "b"}) {
      const lab::Pod& pod = lab.AddPod(*name == 'a' ? 0 : 1, 2, name);
      prober.AddHost(name, "/run/netns/" + pod.netns.name());
    }
    prober.Serve("b");
  }

  void Start(const std::string& name, Transport transport, bool established, Expectation expected) {
    FlowOrder order;
    order.name = name;
    order.transport = transport;
    order.established = established;
    order.source = "a";
    order.destination = lab.pod("b").Address(Family::kIpv4);
    order.port = transport == Transport::kIcmp ? 0 : kPort;
    order.period = std::chrono::microseconds(5000);
    order.expected = expected;
    prober.StartFlow(order);
  }

  void RunFor(milliseconds time) {
    const Clock::time_point end = Clock::now() + time;
    while (Clock::now() < end) {
      prober.Step();
    }
  }

  void Drop(const std::string& match) const {
    lab::RunProgram({"nft", "-f", "-"},
                    "table inet t {\n chain c {\n type filter hook postrouting priority 90\n" +
                        match + " drop\n }\n}\n",
                    &lab.node(0).netns);
  }

  void DropNothing() const {
    lab::RunProgram({"nft", "delete", "table", "inet", "t"}, {}, &lab.node(0).netns);
  }

  [[nodiscard]] Judgement JudgementOf(const std::string& name) const {
    const std::vector<FlowReport> reports = prober.Report();
    return std::find_if(reports.begin(),
                        reports.end(),
                        [&](const FlowReport& report) { return report.name == name; })
        ->judgement;
  }

  lab::Lab lab;
  Prober prober{{kPort}};
};

TEST_CASE("Without a rule nothing is wrong, of any kind of flow", "[lab]") {
  lab::RequireRoot();
  ProbedPods pods;
  for (const bool established : {false, true}) {
    for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
      pods.Start(std::string(lab::TransportName(transport)) + (established ? "-stream" : ""),
                 transport,
                 established,
                 Expectation::kAllowed);
    }
  }
  pods.Start("SCTP", Transport::kSctp, false, Expectation::kAllowed);
  pods.Start("ICMP", Transport::kIcmp, false, Expectation::kAllowed);
  pods.RunFor(milliseconds(1500));
  for (const FlowReport& report : pods.prober.Report()) {
    INFO(report.name);
    CHECK(report.judgement.judged > 100);
    CHECK(report.judgement.wrong.empty());
    CHECK(report.ended.empty());
  }
}

TEST_CASE("A gap shows in an allowed flow, new or established, and in no other", "[lab]") {
  lab::RequireRoot();
  const bool established = GENERATE(false, true);
  ProbedPods pods;
  pods.Start("udp", Transport::kUdp, established, Expectation::kAllowed);
  pods.Start("tcp", Transport::kTcp, established, Expectation::kAllowed);
  pods.RunFor(milliseconds(200));
  pods.Drop("meta l4proto udp");
  pods.RunFor(milliseconds(50));
  pods.DropNothing();
  pods.RunFor(milliseconds(1000));
  CHECK(pods.JudgementOf("udp").wrong.size() > 5);
  CHECK(pods.JudgementOf("tcp").wrong.empty());
}

TEST_CASE("A leak shows in a denied flow, and a turn is known by its beats", "[lab]") {
  lab::RequireRoot();
  ProbedPods pods;
  pods.Drop("ip daddr 10.244.2.2");
  pods.Start("udp", Transport::kUdp, false, Expectation::kDenied);
  pods.RunFor(milliseconds(800));
  CHECK(pods.JudgementOf("udp").wrong.empty());
  pods.DropNothing();
  const Clock::time_point opened = Clock::now();
  pods.RunFor(milliseconds(100));
  CHECK(pods.prober.LastBeats("udp", 3, opened).passed == 3);
  pods.RunFor(kLate);
  CHECK(pods.JudgementOf("udp").wrong.size() > 5);
  CHECK(pods.prober.Took("udp", true, opened, Clock::time_point::max()).value() < 50);
}

TEST_CASE("An established flow that stalls is wrong as long as it is to be allowed", "[lab]") {
  lab::RequireRoot();
  ProbedPods pods;
  pods.Start("tcp", Transport::kTcp, true, Expectation::kAllowed);
  pods.RunFor(milliseconds(200));
  pods.Drop("tcp dport 80");
  pods.RunFor(milliseconds(1500));
  pods.DropNothing();
  pods.RunFor(milliseconds(1000));
  CHECK(pods.JudgementOf("tcp").wrong.size() > 50);
}

}  // namespace
}  // namespace portcullis::prober
