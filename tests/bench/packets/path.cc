// SPDX-License-Identifier: Apache-2.0
//
// See path.h.
#include "tests/bench/packets/path.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "nft/netlink_socket.h"

namespace portcullis::bench {
namespace {

using lab::RunProgram;

constexpr char kNobody[] = "02:00:00:00:00:01";

IpAddress Address(unsigned net, unsigned host, Family family) {
  std::ostringstream text;
  if (family == Family::kIpv4) {
    text << "10.1." << net << "." << host;
  } else {
    text << "fd01:" << net << "::" << std::hex << host;
  }
  return IpAddress::Parse(text.str()).value();
}

void RunIp(const lab::Netns& netns, const std::string& script) {
  RunProgram({"ip", "-n", netns.name(), "-force", "-batch", "-"}, script);
}

/// A pod namespace behind the router's link `to<net>`, with the host number `host`.
void Join(const lab::Netns& router, const lab::Netns& pod, unsigned net, unsigned host) {
  const std::string link = "to" + std::to_string(net);
  const std::string subnet = "fd01:" + std::to_string(net) + "::";
  RunIp(router,
        "link add " + link + " type veth peer name eth0 netns " + pod.name() + "\nlink set " +
            link + " up\naddr add " + Address(net, 1, Family::kIpv4).ToString() + "/24 dev " +
            link + "\naddr add " + subnet + "1/64 dev " + link + " nodad\n");
  RunIp(pod,
        "link set eth0 up\naddr add " + Address(net, host, Family::kIpv4).ToString() +
            "/24 dev eth0\naddr add " + Address(net, host, Family::kIpv6).ToString() +
            "/64 dev eth0 nodad\nroute add default via " +
            Address(net, 1, Family::kIpv4).ToString() + "\nroute add default via " + subnet +
            "1\n");
}

void AddNobody(const lab::Netns& router, const IpAddress& address, const std::string& link) {
  RunIp(router,
        "neigh replace " + address.ToString() + " lladdr " + kNobody + " dev " + link +
            " nud permanent\n");
}

}  // namespace

IpAddress ClientAddress(Family family) {
  return Address(1, 2, family);
}
IpAddress SilentClientAddress(Family family) {
  return Address(1, 3, family);
}
IpAddress LocalPodAddress(size_t index, Family family) {
  return Address(2, static_cast<unsigned>(index) + 2, family);
}

Path::Path()
    : prefix_(lab::PrefixOfThisProcess()),
      interrupt_(prefix_),
      client_(prefix_ + "client"),
      router_(prefix_ + "router"),
      server_(prefix_ + "server") {
  router_.Sysctl("net/ipv4/ip_forward", "1");
  router_.Sysctl("net/ipv6/conf/all/forwarding", "1");
  // Packets without checksums spare the sender the sum; a NIC has checked it for real ones.
  router_.Sysctl("net/netfilter/nf_conntrack_checksum", "0");
  Join(router_, client_, 1, 2);
  Join(router_, server_, 2, static_cast<unsigned>(kServerPod) + 2);
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    AddNobody(router_, SilentClientAddress(family), "to1");
    AddNobody(router_, LocalPodAddress(kSinkPod, family), "to2");
  }
}

uint64_t Path::Delivered() const {
  const lab::EnterNetns inside(server_);
  std::ifstream file("/proc/thread-self/net/dev");
  for (std::string line; std::getline(file, line);) {
    const size_t colon = line.find("eth0:");
    if (colon != std::string::npos) {
      std::istringstream fields(line.substr(colon + 5));
      uint64_t bytes = 0;
      uint64_t packets = 0;
      fields >> bytes >> packets;
      return packets;
    }
  }
  throw lab::LabError("the server has no eth0");
}

void Path::ForgetFlows() const {
  const lab::EnterNetns inside(router_);
  auto socket = nft::NetlinkSocket::Open();
  if (!socket) {
    throw lab::LabError(socket.error().message);
  }
  const auto done =
      socket->Ask(nft::Request(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE, NLM_F_ACK, AF_UNSPEC),
                  [](const nlmsghdr* /*message*/) {});
  if (!done) {
    throw lab::LabError("cannot forget flows: " + done.error().message);
  }
}

}  // namespace portcullis::bench
