// SPDX-License-Identifier: Apache-2.0
//
// See kube_router.h.
#include "tests/bench/packets/kube_router.h"

#include <vector>

#include "tests/bench/packets/path.h"

namespace portcullis::bench {
namespace {

std::string List(const std::vector<IpAddress>& addresses) {
  std::string text;
  for (const IpAddress& address : addresses) {
    text += (text.empty() ? "" : ", ") + address.ToString();
  }
  return text;
}

/// One family's table, written piece by piece.
class Writer {
 public:
  Writer(const Size& size, Family family)
      : size_(size),
        family_(family),
        ip_(family == Family::kIpv4 ? "ip" : "ip6"),
        addresses_(std::string("type ") + (family == Family::kIpv4 ? "ipv4_addr" : "ipv6_addr")) {}

  std::string Table() {
    text_ = "table " + ip_ + " peer-" + ip_ + " {\n";
    AddSharedChains();
    AddPolicy("others", {}, Others());
    for (size_t policy = 0; policy < size_.policies; ++policy) {
      AddPolicy(Name(policy), Peers(policy, ClientOf(), family_), Measured(), PortOf(policy));
    }
    for (const size_t pod : PodsInOrder()) {
      AddPodChain(pod);
    }
    AddBaseChain("input", {"saddr"});
    AddBaseChain("forward", {"daddr", "saddr"});
    AddBaseChain("output", {"daddr", "saddr"});
    return text_ + "}\n";
  }

 private:
  static std::string Name(size_t policy) { return "policy-" + std::to_string(policy); }
  static size_t ClientOf() { return 0; }

  [[nodiscard]] std::string Address(size_t pod) const {
    return LocalPodAddress(pod, family_).ToString();
  }
  [[nodiscard]] std::vector<size_t> PodsInOrder() const {
    std::vector<size_t> pods;
    for (size_t pod = size_.pods; pod-- > 0;) {
      pods.push_back(pod);
    }
    return pods;
  }
  [[nodiscard]] std::vector<IpAddress> Measured() const {
    return {LocalPodAddress(kSinkPod, family_), LocalPodAddress(kServerPod, family_)};
  }
  [[nodiscard]] std::vector<IpAddress> Others() const {
    std::vector<IpAddress> others;
    for (size_t pod = kServerPod + 1; pod < size_.pods; ++pod) {
      others.push_back(LocalPodAddress(pod, family_));
    }
    return others;
  }

  void Chain(const std::string& name, const std::vector<std::string>& rules) {
    text_ += "chain " + name + " {\n";
    for (const std::string& rule : rules) {
      text_ += rule + "\n";
    }
    text_ += "}\n";
  }

  void Set(const std::string& name, const std::vector<IpAddress>& addresses) {
    text_ += "set " + name + " {\n" + addresses_ + "\n";
    if (!addresses.empty()) {
      text_ += "elements = { " + List(addresses) + " }\n";
    }
    text_ += "}\n";
  }

  void AddSharedChains() {
    const std::string icmp = family_ == Family::kIpv4 ? "icmp" : "icmpv6";
    std::vector<std::string> common = {"ct state invalid counter drop",
                                       "ct state established,related counter accept"};
    for (const char* type : {"echo-request", "destination-unreachable", "time-exceeded"}) {
      common.push_back(icmp + " type " + type + " counter accept");
    }
    if (family_ == Family::kIpv6) {
      for (const char* type : {"nd-neighbor-solicit", "nd-neighbor-advert", "echo-reply"}) {
        common.push_back(icmp + " type " + type + " counter accept");
      }
    }
    Chain("common", common);
    Chain("default", {"counter meta mark set meta mark or 0x10000"});
    Chain("tail", {});
  }

  /// For both protocols of `port`, if any: a policy without peers allows nothing.
  void AddPolicy(const std::string& name,
                 const std::vector<IpAddress>& from,
                 const std::vector<IpAddress>& to,
                 uint16_t port = 0) {
    Set(name + "-dst", to);
    std::vector<std::string> rules;
    if (port != 0) {
      Set(name + "-src", from);
      for (const char* protocol : {"tcp", "udp"}) {
        std::string rule = ip_;
        rule.append(" saddr @").append(name).append("-src ").append(ip_).append(" daddr @");
        rule.append(name).append("-dst ").append(protocol).append(" dport ");
        rule.append(std::to_string(port));
        rules.push_back(rule + " counter meta mark set meta mark or 0x10000 return");
      }
    }
    Chain(name, rules);
  }

  void AddPodChain(size_t pod) {
    const std::string to = ip_ + " daddr " + Address(pod);
    std::vector<std::string> rules = {"counter jump common",
                                      "fib saddr type local " + to + " counter accept"};
    if (pod > kServerPod) {
      rules.push_back(to + " counter jump others");
    } else {
      for (size_t policy = size_.policies; policy-- > 0;) {
        rules.push_back(to + " counter jump " + Name(policy));
      }
    }
    rules.push_back(ip_ + " saddr " + Address(pod) + " counter jump default");
    rules.emplace_back("meta mark and 0x10000 == 0x0 counter reject");
    rules.emplace_back("meta mark set meta mark and 0xfffeffff");
    rules.emplace_back("meta mark set meta mark or 0x20000");
    Chain("pod-" + std::to_string(pod), rules);
  }

  void AddBaseChain(const std::string& hook, const std::vector<std::string>& ends) {
    std::vector<std::string> rules = {"type filter hook " + hook + " priority filter"};
    for (const size_t pod : PodsInOrder()) {
      for (const std::string& end : ends) {
        std::string rule = ip_ + " " + end;
        rule += " " + Address(pod) + " counter jump pod-" + std::to_string(pod);
        rules.push_back(rule);
      }
    }
    rules.emplace_back("counter jump tail");
    rules.emplace_back("meta mark and 0x20000 == 0x20000 counter accept");
    Chain(hook, rules);
  }

  const Size size_;
  const Family family_;
  const std::string ip_;
  const std::string addresses_;
  std::string text_;
};

}  // namespace

std::string KubeRouterTables(const Size& size) {
  return Writer(size, Family::kIpv4).Table() + Writer(size, Family::kIpv6).Table();
}

}  // namespace portcullis::bench
