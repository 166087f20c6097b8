// SPDX-License-Identifier: Apache-2.0
//
// See topology.h.
#include "tests/lab/topology.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace portcullis::lab {
namespace {

constexpr unsigned kExternalNumber = 100;
constexpr unsigned kApiNumber = 200;

/// What one wires with: the text of a `ip -batch` script.
void RunIp(const Netns& netns, const std::string& script) {
  RunProgram({"ip", "-n", netns.name(), "-batch", "-"}, script);
}

IpAddress Parse(const std::string& text) {
  const std::optional<IpAddress> address = IpAddress::Parse(text);
  if (!address) {
    throw LabError("no address: " + text);
  }
  return *address;
}

std::string Underlay4(unsigned number) {
  return "192.168.66." + std::to_string(number);
}

std::string Underlay6(unsigned number) {
  return "fd44:66::" + std::to_string(number);
}

std::string PodPrefix4(size_t node) {
  return "10.244." + std::to_string(node + 1) + ".";
}

std::string PodPrefix6(size_t node) {
  return "fd44:244:0:" + std::to_string(node + 1) + "::";
}

std::string Gateway4(size_t node) {
  return PodPrefix4(node) + "1";
}

std::string Gateway6(size_t node) {
  return PodPrefix6(node) + "1";
}

/// Routes to the pods of a node by way of its underlay address.
std::string RoutesToPodsOf(size_t node) {
  const auto number = static_cast<unsigned>(node + 1);
  return "route add " + PodPrefix4(node) + "0/24 via " + Underlay4(number) + "\n" + "route add " +
         PodPrefix6(node) + "/64 via " + Underlay6(number) + "\n";
}

/// A node that forwards, and that nothing but a policy keeps from doing so: a strict rp_filter
/// would hide what forged packets do.
void ConfigureNode(const Netns& netns) {
  for (const char* which : {"all", "default", "eth0"}) {
    const std::string folder = std::string("net/ipv4/conf/") + which;
    netns.Sysctl(folder + "/rp_filter", "0");
    netns.Sysctl(folder + "/send_redirects", "0");
    netns.Sysctl(std::string("net/ipv6/conf/") + which + "/forwarding", "1");
  }
  netns.Sysctl("net/ipv4/ip_forward", "1");
}

const char* MasqueradeRules() {
  return R"(table inet lab_masquerade {
  chain postrouting {
    type nat hook postrouting priority srcnat
    ip saddr 10.244.0.0/16 ip daddr != 10.244.0.0/16 masquerade
    ip6 saddr fd44:244::/32 ip6 daddr != fd44:244::/32 masquerade
  }
})";
}

LabSpec WithPrefix(LabSpec spec) {
  if (spec.prefix.empty()) {
    spec.prefix = PrefixOfThisProcess();
  }
  return spec;
}

}  // namespace

const IpAddress& Host::Address(Family family) const {
  const auto found = std::find_if(
      addresses.begin(), addresses.end(), [&](const IpAddress& a) { return a.family() == family; });
  if (found == addresses.end()) {
    throw LabError(name + " has no address of that family");
  }
  return *found;
}

Lab::Lab(LabSpec spec) : spec_(WithPrefix(std::move(spec))), interrupt_(spec_.prefix) {
  MakeFabric();
  for (size_t i = 0; i < spec_.nodes; ++i) {
    MakeNode(i);
  }
  MakeExternal();
  api_ = MakeFabricHost("api", kApiNumber);
}

Lab::~Lab() = default;

/// A switch: the only thing that joins hosts.
void Lab::MakeFabric() {
  fabric_ = std::make_unique<Netns>(spec_.prefix + "fabric");
  RunIp(*fabric_, "link add fab0 type bridge mcast_snooping 0\nlink set fab0 up\n");
  fabric_->Sysctl("net/bridge/bridge-nf-call-iptables", "0");
  fabric_->Sysctl("net/bridge/bridge-nf-call-ip6tables", "0");
}

std::unique_ptr<Host> Lab::MakeFabricHost(const std::string& name, unsigned number) {
  Netns netns(spec_.prefix + name);
  RunIp(*fabric_,
        "link add " + name + " type veth peer name eth0 netns " + netns.name() + "\n" +
            "link set " + name + " master fab0 up\n");
  RunIp(netns,
        "link set eth0 up\naddr add " + Underlay4(number) + "/24 dev eth0\n" + "addr add " +
            Underlay6(number) + "/64 dev eth0 nodad\n");
  return std::make_unique<Host>(
      Host{name, std::move(netns), {Parse(Underlay4(number)), Parse(Underlay6(number))}});
}

void Lab::MakeNode(size_t index) {
  const auto number = static_cast<unsigned>(index + 1);
  nodes_.push_back(MakeFabricHost("node" + std::to_string(number), number));
  Host& node = *nodes_.back();
  ConfigureNode(node.netns);
  std::string script = "route add default via " + Underlay4(kExternalNumber) +
                       "\nroute add default via " + Underlay6(kExternalNumber) + "\n";
  for (size_t other = 0; other < spec_.nodes; ++other) {
    if (other != index) {
      script += RoutesToPodsOf(other);
    }
  }
  RunIp(node.netns, script);
  if (spec_.wiring == Wiring::kBridged) {
    BridgePods(index);
  }
  node.addresses.push_back(Parse(Gateway4(index)));
  node.addresses.push_back(Parse(Gateway6(index)));
  std::sort(node.addresses.begin(), node.addresses.end(), [](const auto& a, const auto& b) {
    return a.family() < b.family();
  });
  if (spec_.masquerade) {
    RunProgram({"nft", "-f", "-"}, MasqueradeRules(), &node.netns);
  }
}

void Lab::MakeExternal() {
  external_ = MakeFabricHost("external", kExternalNumber);
  std::string script;
  for (size_t i = 0; i < spec_.nodes; ++i) {
    script += RoutesToPodsOf(i);
  }
  for (const std::string& text : spec_.external) {
    const IpAddress address = Parse(text);
    const bool v4 = address.family() == Family::kIpv4;
    script += "addr add " + text + (v4 ? "/32 dev lo\n" : "/128 dev lo nodad\n");
    external_->addresses.push_back(address);
  }
  RunIp(external_->netns, script);
}

void Lab::BridgePods(size_t index) {
  const Netns& netns = nodes_.at(index)->netns;
  RunIp(netns,
        "link add cni0 type bridge\nlink set cni0 up\naddr add " + Gateway4(index) +
            "/24 dev cni0\naddr add " + Gateway6(index) + "/64 dev cni0 nodad\n");
  netns.Sysctl("net/bridge/bridge-nf-call-iptables", "1");
  netns.Sysctl("net/bridge/bridge-nf-call-ip6tables", "1");
}

std::string Lab::Link(const Pod& pod) const {
  return "veth" + std::to_string(pod.number);
}

const Pod& Lab::AddPod(size_t node, uint8_t number, const std::string& name) {
  auto pod = std::make_unique<Pod>(Pod{Host{name,
                                            Netns(spec_.prefix + name),
                                            {Parse(PodPrefix4(node) + std::to_string(number)),
                                             Parse(PodPrefix6(node) + std::to_string(number))}},
                                       node,
                                       number});
  if (spec_.wiring == Wiring::kBridged) {
    JoinBridged(*pod, Link(*pod));
  } else {
    JoinRouted(*pod, Link(*pod));
  }
  return *pods_.insert_or_assign(name, std::move(pod)).first->second;
}

void Lab::JoinBridged(const Pod& pod, const std::string& link) {
  RunIp(nodes_.at(pod.node)->netns,
        "link add " + link + " type veth peer name eth0 netns " + pod.netns.name() + "\nlink set " +
            link + " master cni0 up\nlink set " + link + " type bridge_slave hairpin on\n");
  RunIp(pod.netns,
        "link set eth0 up\naddr add " + pod.addresses[0].ToString() + "/24 dev eth0\naddr add " +
            pod.addresses[1].ToString() + "/64 dev eth0 nodad\nroute add default via " +
            Gateway4(pod.node) + "\nroute add default via " + Gateway6(pod.node) + "\n");
}

/// As the ptp plugin does it: the gateway's address is on every veth, the pod knows it on-link.
void Lab::JoinRouted(const Pod& pod, const std::string& link) {
  const std::string v4 = pod.addresses[0].ToString();
  const std::string v6 = pod.addresses[1].ToString();
  RunIp(nodes_.at(pod.node)->netns,
        "link add " + link + " type veth peer name eth0 netns " + pod.netns.name() + "\nlink set " +
            link + " up\naddr add " + Gateway4(pod.node) + "/32 dev " + link + "\naddr add " +
            Gateway6(pod.node) + "/128 dev " + link + " nodad\nroute add " + v4 + "/32 dev " +
            link + "\nroute add " + v6 + "/128 dev " + link + "\n");
  RunIp(pod.netns,
        "link set eth0 up\naddr add " + v4 + "/32 dev eth0\naddr add " + v6 +
            "/128 dev eth0 nodad\nroute add " + Gateway4(pod.node) + " dev eth0\nroute add " +
            Gateway6(pod.node) + " dev eth0\nroute add default via " + Gateway4(pod.node) +
            " dev eth0\nroute add default via " + Gateway6(pod.node) + " dev eth0\n");
}

void Lab::RemovePod(const std::string& name) {
  const auto found = pods_.find(name);
  if (found == pods_.end()) {
    throw LabError("no such pod: " + name);
  }
  const Pod& pod = *found->second;
  RunIp(nodes_.at(pod.node)->netns, "link del " + Link(pod) + "\n");
  pods_.erase(found);
}

std::vector<const Pod*> Lab::pods() const {
  std::vector<const Pod*> out;
  for (const auto& [name, pod] : pods_) {
    out.push_back(pod.get());
  }
  return out;
}

std::vector<IpAddress> NodeAddresses(const Lab& lab, size_t node, Family family) {
  std::vector<IpAddress> out;
  for (const IpAddress& address : lab.node(node).addresses) {
    if (address.family() == family) {
      out.push_back(address);
    }
  }
  return out;
}

void RequireRoot() {
  if (::geteuid() != 0) {
    std::fputs("skipped: network namespaces need root\n", stderr);  // NOLINT(cert-err33-c)
    std::exit(77);  // NOLINT(concurrency-mt-unsafe): no other thread runs yet
  }
}

}  // namespace portcullis::lab
