// SPDX-License-Identifier: Apache-2.0
//
// Established flows are judged again when the rules change (10.2): what a policy now forbids is cut
// at the next packet, whichever end sends it, also behind a Service; what it allows goes on.
#include <cstdio>
#include <list>
#include <regex>
#include <thread>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "nft/mnl_counters.h"
#include "tests/lab/flows.h"
#include "tests/lab/services.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;

constexpr uint16_t kFirstForbidden = 9000;
constexpr uint16_t kFirstAllowed = 9100;
/// A mark of somebody else's, outside of the bits that Portcullis uses.
constexpr uint32_t kForeignMark = 0x1234;
constexpr uint32_t kOurBits = 0xff000000;

constexpr char kServerIngress[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: some-ports}
spec:
  podSelector: {matchLabels: {app: server}}
  policyTypes: [Ingress]
  ingress: [{ports: [{port: 9100, endPort: 9199}, {port: 9100, endPort: 9199, protocol: UDP}]}])";

constexpr char kClientEgress[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: some-ports}
spec:
  podSelector: {matchLabels: {app: client}}
  policyTypes: [Egress]
  egress: [{ports: [{port: 9100, endPort: 9199}, {port: 9100, endPort: 9199, protocol: UDP}]}])";

/// p12 is the client; p13 on its node and p22 on the other are servers.
struct FlowingShop : Shop {
  explicit FlowingShop(Wiring wiring)
      : Shop(ShopSpec(wiring), {{"p12", "client"}, {"p13", "server"}, {"p22", "server"}}) {}

  void AddPolicy(const char* yaml) {
    k8s::Objects more = cluster.objects();
    more.policies.push_back(PolicyFromYaml(yaml));
    cluster.Apply(more);
  }

  /// Until new flows to the servers, on a port that no policy here allows, are refused.
  [[nodiscard]] bool WaitUntilEnforced() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
      size_t passed = 0;
      for (const char* server : {"p13", "p22"}) {
        const Probe probe = Question("p12", server, Transport::kUdp);
        passed += Reaches(cluster.engine(), probe, milliseconds(30)) ? 1U : 0U;
      }
      if (passed == 0) {
        return true;
      }
    }
    return false;
  }
};

/// A flow, and whether its port is one of those that the policies here allow.
struct Case {
  std::string name;
  bool allowed = false;
  Flow flow;
};

/// Flows of both protocols and families to both servers, by their own addresses and by Services,
/// each twice: one for either end to send first. All are open.
class Cases {
 public:
  Cases(const Lab& lab, uint16_t first_port, bool allowed)
      : lab_(lab),
        port_(first_port),
        allowed_(allowed) {}

  void Plan() {
    for (const char* server : {"p13", "p22"}) {
      for (const Family family : {Family::kIpv4, Family::kIpv6}) {
        for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
          for (const bool service : {false, true}) {
            Add(server, family, transport, service);
            Add(server, family, transport, service);
          }
        }
      }
    }
  }

  [[nodiscard]] const std::vector<ServicePort>& services() const { return services_; }

  void Open(std::list<Case>& out) const {
    for (const auto& [name, spec] : planned_) {
      out.push_back(Case{name, allowed_, Flow(spec)});
    }
  }

 private:
  void Add(const char* server, Family family, Transport transport, bool service) {
    const Pod& pod = lab_.pod(server);
    FlowSpec spec;
    spec.client = &lab_.pod("p12");
    spec.server = &pod;
    spec.transport = transport;
    spec.port = port_++;
    spec.dialled = pod.Address(family);
    spec.dialled_port = spec.port;
    if (service) {
      spec.dialled = IpAddress::Parse(family == Family::kIpv4 ? "10.96.0.1" : "fd44:96::1").value();
      spec.dialled_port = static_cast<uint16_t>(spec.port + 10000);
      services_.push_back(
          {spec.dialled, transport, spec.dialled_port, pod.Address(family), spec.port});
    }
    planned_.emplace_back("to " + pod.name + " " + std::string(TransportName(transport)) + " " +
                              spec.dialled.ToString() + " " + std::to_string(spec.dialled_port),
                          spec);
  }

  const Lab& lab_;
  uint16_t port_;
  bool allowed_;
  std::vector<ServicePort> services_;
  std::vector<std::pair<std::string, FlowSpec>> planned_;
};

/// A mark of somebody else's on every flow of these tests.
void MarkFlows(const Lab& lab) {
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    RunProgram({"nft", "-f", "-"},
               "table inet lab_marks {\n chain prerouting {\n"
               "  type filter hook prerouting priority mangle\n"
               "  ct mark set ct mark or 0x1234\n }\n}\n",
               &lab.node(node).netns);
  }
}

/// The marks of the flows that a node's conntrack knows.
std::vector<uint32_t> MarksOf(const Host& node) {
  const std::string table =
      RunProgram({"sh", "-c", "conntrack -L -p tcp 2>/dev/null"}, {}, &node.netns);
  const std::regex pattern("dport=9[01][0-9][0-9] .* mark=([0-9]+)");
  std::vector<uint32_t> marks;
  for (auto found = std::sregex_iterator(table.begin(), table.end(), pattern);
       found != std::sregex_iterator();
       ++found) {
    marks.push_back(static_cast<uint32_t>(std::stoul((*found)[1].str())));
  }
  return marks;
}

/// How many flows the rules of a node have cut, by its own count.
uint64_t CutFlows(const Host& node) {
  const EnterNetns inside(node.netns);
  auto counters = nft::MnlCounters::Open();
  REQUIRE(counters);
  const auto rules = counters->Read(policy::kTableName);
  REQUIRE(rules);
  uint64_t cut = 0;
  for (const nft::RuleCount& rule : *rules) {
    cut += rule.chain == policy::kDeniedChain ? rule.packets : 0;
  }
  return cut;
}

void CheckFlows(std::list<Case>& cases) {
  bool client_first = false;
  size_t wrong = 0;
  for (Case& one : cases) {
    client_first = !client_first;
    const Flow::End first = client_first ? Flow::End::kClient : Flow::End::kServer;
    const Flow::End second = client_first ? Flow::End::kServer : Flow::End::kClient;
    const milliseconds wait(one.allowed ? 1000 : 60);
    INFO(one.name << (client_first ? ", client first" : ", server first"));
    for (const Flow::End end : {first, second}) {
      const bool arrived = one.flow.Send(end, wait);
      CHECK(arrived == one.allowed);
      wrong += arrived == one.allowed ? 0U : 1U;
    }
  }
  std::printf("%zu flows, %zu messages wrong\n", cases.size(), wrong);
}

TEST_CASE("A new policy cuts the flows it forbids at the next packet, and only those (10.2)",
          "[lab]") {
  RequireRoot();
  FlowingShop shop(GENERATE(Wiring::kBridged, Wiring::kRouted));
  const char* policy = GENERATE(kServerIngress, kClientEgress);
  const Lab& lab = shop.cluster.lab();
  MarkFlows(lab);
  Cases forbidden(lab, kFirstForbidden, false);
  Cases allowed(lab, kFirstAllowed, true);
  forbidden.Plan();
  allowed.Plan();
  std::vector<ServicePort> services = forbidden.services();
  services.insert(services.end(), allowed.services().begin(), allowed.services().end());
  InstallServices(lab, services);
  std::list<Case> cases;
  forbidden.Open(cases);
  allowed.Open(cases);

  shop.AddPolicy(policy);
  REQUIRE(shop.WaitUntilEnforced());
  CheckFlows(cases);

  const std::vector<uint32_t> marks = MarksOf(lab.node(0));
  CHECK(marks.size() >= cases.size() / 4);
  for (const uint32_t mark : marks) {
    CHECK((mark & ~kOurBits) == kForeignMark);
  }
}

TEST_CASE("A flow that was cut goes on when the policy is gone, if its ends are still there (2.6)",
          "[lab]") {
  RequireRoot();
  FlowingShop shop(Wiring::kBridged);
  FlowSpec spec;
  spec.client = &shop.cluster.lab().pod("p12");
  spec.server = &shop.cluster.lab().pod("p22");
  spec.transport = GENERATE(Transport::kTcp, Transport::kUdp);
  spec.dialled = spec.server->Address(Family::kIpv4);
  spec.port = spec.dialled_port = kFirstForbidden;
  Flow flow(spec);
  shop.AddPolicy(kServerIngress);
  REQUIRE(shop.WaitUntilEnforced());
  const Host& node = shop.cluster.lab().node(1);
  const uint64_t cut_before = CutFlows(node);
  CHECK_FALSE(flow.Send(Flow::End::kServer, milliseconds(100)));
  CHECK(CutFlows(node) == cut_before + 1);
  // Counted once, whatever either end still sends.
  CHECK_FALSE(flow.Send(Flow::End::kClient, milliseconds(100)));
  CHECK_FALSE(flow.Send(Flow::End::kServer, milliseconds(100)));
  CHECK(CutFlows(node) == cut_before + 1);
  k8s::Objects objects = shop.cluster.objects();
  objects.policies.clear();
  shop.cluster.Apply(objects);
  CHECK(shop.cluster.JudgeAll().wrong.empty());
  CHECK(flow.Send(Flow::End::kClient, milliseconds(3000)));
  CHECK(flow.Send(Flow::End::kServer, milliseconds(3000)));
}

TEST_CASE("A pod that loses its label loses its flows, one that keeps it does not (8.8)", "[lab]") {
  RequireRoot();
  FlowingShop shop(Wiring::kRouted);
  shop.AddPolicy(R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: clients}
spec:
  podSelector: {matchLabels: {app: server}}
  ingress: [{from: [{podSelector: {matchLabels: {app: client}}}]}])");
  FlowSpec spec;
  spec.client = &shop.cluster.lab().pod("p12");
  spec.server = &shop.cluster.lab().pod("p22");
  spec.dialled = spec.server->Address(Family::kIpv6);
  spec.port = spec.dialled_port = kFirstForbidden;
  Flow flow(spec);
  k8s::Objects objects = shop.cluster.objects();
  objects.pods.at(0).meta.labels["other"] = "label";
  shop.cluster.Apply(objects);
  std::this_thread::sleep_for(milliseconds(300));
  CHECK(flow.Send(Flow::End::kServer, milliseconds(1000)));
  objects.pods.at(0).meta.labels["app"] = "none";
  shop.cluster.Apply(objects);
  REQUIRE(shop.WaitUntilEnforced());
  CHECK_FALSE(flow.Send(Flow::End::kServer, milliseconds(100)));
  CHECK_FALSE(flow.Send(Flow::End::kClient, milliseconds(100)));
}

}  // namespace
}  // namespace portcullis::lab
