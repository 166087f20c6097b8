// SPDX-License-Identifier: Apache-2.0
//
// A pod's own node reaches it whatever the policies say (9.1), and nobody else by saying to be that
// node; a pod reaches its node only where egress policies let it (9.2); a pod reaches itself by its
// own Service (9.4); what IPv6 needs in order to work works (7.5); packets without a conntrack
// entry are judged, too.
#include <algorithm>
#include <cstdio>

#include <catch2/catch.hpp>

#include "tests/lab/forge.h"
#include "tests/lab/random_world.h"
#include "tests/lab/services.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;

constexpr char kDenyAll[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: deny}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]})";

constexpr char kVictimIngress[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: deny}
spec: {podSelector: {matchLabels: {app: p12}}, policyTypes: [Ingress]})";

/// Every pod has a label of its own; enforced from Enforce() on.
struct LabelledPods {
  explicit LabelledPods(Wiring wiring) : cluster(ShopSpec(wiring)) {
    objects.namespaces = {NamespaceObject("shop")};
    for (const Pod* pod : cluster.lab().pods()) {
      objects.pods.push_back(PodObject(*pod, "shop", pod->name));
      objects.pods.back().meta.labels = {{"app", pod->name}};
    }
  }

  void Enforce(const std::vector<const char*>& policies) {
    for (const char* policy : policies) {
      objects.policies.push_back(PolicyFromYaml(policy));
    }
    cluster.Apply(objects);
    cluster.StartControllers();
  }

  void CheckAll() {
    const Verdict verdict = cluster.JudgeAll();
    for (const std::string& wrong : verdict.wrong) {
      UNSCOPED_INFO(wrong);
    }
    CHECK(verdict.wrong.empty());
  }

  k8s::Objects objects;
  Cluster cluster;
};

std::vector<ExpectedProbe> FromEachNodeAddress(const Lab& lab, size_t node, const Pod& pod) {
  std::vector<ExpectedProbe> probes;
  for (const IpAddress& from : lab.node(node).addresses) {
    for (const Transport transport :
         {Transport::kTcp, Transport::kUdp, Transport::kSctp, Transport::kIcmp}) {
      const uint16_t port = transport == Transport::kIcmp ? 0 : 80;
      probes.push_back(
          {{&lab.node(node), from, pod.Address(from.family()), transport, port}, true});
    }
  }
  return probes;
}

TEST_CASE("Under default deny the own node reaches its pods from all its addresses (9.1)",
          "[lab]") {
  RequireRoot();
  LabelledPods shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  shop.Enforce({kDenyAll});
  shop.CheckAll();
  const Lab& lab = shop.cluster.lab();
  for (const char* pod : {"p12", "p13"}) {
    const auto probes = FromEachNodeAddress(lab, 0, lab.pod(pod));
    const std::vector<bool> passed = ProbeAll(shop.cluster.engine(), probes);
    CHECK(std::count(passed.begin(), passed.end(), true) == 16);
  }
}

TEST_CASE("A pod reaches its own node where its egress policy says so (9.2)", "[lab]") {
  RequireRoot();
  LabelledPods shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  shop.Enforce({kDenyAll, R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: to-node}
spec:
  podSelector: {matchLabels: {app: p12}}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 192.168.66.1/32}}, {ipBlock: {cidr: "fd44:244:0:1::1/128"}}]
    ports: [{port: 80}, {port: 81, protocol: UDP}])"});
  shop.CheckAll();
}

TEST_CASE("ICMP passes by rules without ports only (7.4, 7.6)", "[lab]") {
  RequireRoot();
  LabelledPods shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  shop.Enforce({R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: no-ports}
spec:
  podSelector: {matchLabels: {app: p12}}
  ingress: [{from: [{podSelector: {matchLabels: {app: p22}}}]}])",
                R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: ports}
spec:
  podSelector: {matchLabels: {app: p13}}
  ingress: [{from: [{podSelector: {matchLabels: {app: p22}}}],
             ports: [{protocol: TCP}, {protocol: UDP}, {protocol: SCTP}]}])"});
  shop.CheckAll();
}

TEST_CASE("Neighbours are found under default deny (7.5)", "[lab]") {
  RequireRoot();
  LabelledPods shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  shop.Enforce({kDenyAll, R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: two}
spec:
  podSelector: {matchExpressions: [{key: app, operator: In, values: [p12, p13]}]}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {matchLabels: {app: p12}}}]}]
  egress: [{to: [{podSelector: {matchLabels: {app: p13}}}]}])"});
  const Lab& lab = shop.cluster.lab();
  for (const Host* host : {&lab.node(0), &lab.node(1)}) {
    RunProgram({"ip", "-n", host->netns.name(), "neigh", "flush", "all"});
  }
  for (const Pod* pod : lab.pods()) {
    RunProgram({"ip", "-n", pod->netns.name(), "neigh", "flush", "all"});
  }
  shop.CheckAll();
}

/// Everybody but node1 says to be node1, to one of its pods.
std::vector<Forgery> Forgeries(const Lab& lab) {
  std::vector<Forgery> out;
  for (const Host* sender : std::initializer_list<const Host*>{
           &lab.pod("p13"), &lab.pod("p22"), &lab.node(1), &lab.external()}) {
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      for (const IpAddress& source : NodeAddresses(lab, 0, family)) {
        for (const Transport transport : {Transport::kTcp, Transport::kUdp, Transport::kIcmp}) {
          out.push_back({sender, &lab.pod("p12"), source, transport, 80});
        }
      }
    }
  }
  return out;
}

TEST_CASE("A forged source of the own node opens nothing (9.1)", "[lab]") {
  RequireRoot();
  const Wiring wiring = GENERATE(Wiring::kBridged, Wiring::kRouted);
  LabelledPods shop(wiring);
  const std::vector<Forgery> forgeries = Forgeries(shop.cluster.lab());
  const std::vector<bool> without = Forge(forgeries, milliseconds(200));
  // Otherwise there would be nothing to see here.
  CHECK(std::count(without.begin(), without.end(), true) > 0);
  shop.Enforce({kVictimIngress});
  const std::vector<bool> arrived = Forge(forgeries, milliseconds(200));
  for (size_t i = 0; i < forgeries.size(); ++i) {
    INFO(forgeries[i].ToString());
    CHECK_FALSE(arrived[i]);
  }
  std::printf("%zu forgeries: %td arrive without a policy, %td with one\n",
              forgeries.size(),
              std::count(without.begin(), without.end(), true),
              std::count(arrived.begin(), arrived.end(), true));
}

TEST_CASE("A pod reaches itself by its own Service under default deny (9.4)", "[lab]") {
  RequireRoot();
  LabelledPods shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  const Lab& lab = shop.cluster.lab();
  const IpAddress v4 = IpAddress::Parse("10.96.0.1").value();
  const IpAddress v6 = IpAddress::Parse("fd44:96::1").value();
  std::vector<ServicePort> services;
  for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
    services.push_back({v4, transport, 8000, lab.pod("p12").Address(Family::kIpv4), 80});
    services.push_back({v6, transport, 8000, lab.pod("p12").Address(Family::kIpv6), 80});
  }
  InstallServices(lab, services);
  shop.Enforce({kDenyAll});
  for (const ServicePort& service : services) {
    Probe probe = {&lab.pod("p12"), {}, service.address, service.transport, service.port};
    INFO(probe.ToString());
    CHECK(Reaches(shop.cluster.engine(), probe));
    probe.source = &lab.pod("p13");
    CHECK_FALSE(Reaches(shop.cluster.engine(), probe));
  }
}

TEST_CASE("Packets that conntrack is told not to track are judged by their headers", "[lab]") {
  RequireRoot();
  LabelledPods shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  const Lab& lab = shop.cluster.lab();
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    RunProgram({"nft", "-f", "-"},
               "table inet lab_notrack {\n chain prerouting {\n"
               "  type filter hook prerouting priority raw\n  notrack\n }\n chain output {\n"
               "  type filter hook output priority raw\n  notrack\n }\n}\n",
               &lab.node(node).netns);
  }
  shop.Enforce({R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: from-p22}
spec:
  podSelector: {matchLabels: {app: p12}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: p22}}}]
    ports: [{port: 80}, {port: 80, protocol: UDP}, {port: 80, protocol: SCTP}])"});
  // What p12 asks itself is left out: the answers, too, are new to a policy that sees no flows.
  std::vector<Probe> questions = AllQuestions(lab, shop.cluster.servers().ports());
  std::erase_if(questions, [&](const Probe& probe) { return probe.source == &lab.pod("p12"); });
  const Verdict verdict = JudgeUntilRight(
      shop.cluster.engine(), lab, shop.cluster.objects(), questions, milliseconds(1000));
  for (const std::string& wrong : verdict.wrong) {
    UNSCOPED_INFO(wrong);
  }
  CHECK(verdict.wrong.empty());
}

}  // namespace
}  // namespace portcullis::lab
