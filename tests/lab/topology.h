// SPDX-License-Identifier: Apache-2.0
//
// A cluster's network out of namespaces: nodes, pods behind them, a host outside and one for the
// API server. It wires as CNI plugins do and enforces nothing. Neighbours: netns below; probe,
// flows and forge send packets through it, cluster.h adds the API server and the controllers.
//
//   external ─┐              ┌─ node1 ─ cni0 bridge or veths ─ pods 10.244.1.H, fd44:244:0:1::H
//             ├─ fabric (L2) ┤
//        api ─┘              └─ node2 ─ ...                           10.244.2.H, fd44:244:0:2::H
#ifndef PORTCULLIS_TESTS_LAB_TOPOLOGY_H_
#define PORTCULLIS_TESTS_LAB_TOPOLOGY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ip.h"
#include "tests/lab/interrupt.h"
#include "tests/lab/netns.h"

namespace portcullis::lab {

/// How pods are joined to their node: by a bridge (the bridge CNI, flannel), so that packets
/// between pods of a node are only seen by IP hooks with br_netfilter; or each by a veth of its own
/// and a host route (ptp, Calico).
enum class Wiring { kBridged, kRouted };

struct LabSpec {
  Wiring wiring = Wiring::kBridged;
  size_t nodes = 2;
  /// Before every namespace's name; empty: one of this process, swept when it is gone.
  std::string prefix;
  /// Nodes hide their pods' addresses from what is outside the cluster.
  bool masquerade = false;
  /// Addresses of the host outside, beside its own 192.168.66.100 and fd44:66::100.
  std::vector<std::string> external = {
      "172.17.0.10", "172.17.1.10", "10.0.0.10", "fd17::10", "fd10::10"};
};

/// Something with addresses that sends and answers packets.
struct Host {
  std::string name;  ///< For people: "node1", "external", or the pod's name.
  Netns netns;
  std::vector<IpAddress> addresses;  ///< IPv4 before IPv6; the first of a family is preferred.

  /// The first address of a family. REQUIRES: there is one.
  [[nodiscard]] const IpAddress& Address(Family family) const;
};

struct Pod : Host {
  size_t node = 0;  ///< Index of its node, from 0.
  uint8_t number = 0;
};

class Lab {
 public:
  /// Builds everything but the pods. Throws LabError.
  explicit Lab(LabSpec spec = {});
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  Lab(Lab&&) = delete;
  Lab& operator=(Lab&&) = delete;

  /// A pod with the addresses 10.244.<node+1>.<number> and fd44:244:0:<node+1>::<number>.
  /// REQUIRES: 2 <= number, no pod has it there; names of namespaces allow no "/".
  const Pod& AddPod(size_t node, uint8_t number, const std::string& name);
  /// Its addresses may be given to another pod afterwards.
  void RemovePod(const std::string& name);

  [[nodiscard]] const LabSpec& spec() const { return spec_; }
  [[nodiscard]] const Host& node(size_t index) const { return *nodes_.at(index); }
  [[nodiscard]] const Host& external() const { return *external_; }
  [[nodiscard]] const Host& api() const { return *api_; }
  [[nodiscard]] const Pod& pod(const std::string& name) const { return *pods_.at(name); }
  /// In the order of their names.
  [[nodiscard]] std::vector<const Pod*> pods() const;

 private:
  void MakeFabric();
  [[nodiscard]] std::unique_ptr<Host> MakeFabricHost(const std::string& name, unsigned number);
  void MakeNode(size_t index);
  void MakeExternal();
  void BridgePods(size_t index);
  void JoinBridged(const Pod& pod, const std::string& link);
  void JoinRouted(const Pod& pod, const std::string& link);
  [[nodiscard]] std::string Link(const Pod& pod) const;

  const LabSpec spec_;
  InterruptCleanup interrupt_;
  std::unique_ptr<Netns> fabric_;
  std::unique_ptr<Host> external_;
  std::unique_ptr<Host> api_;
  std::vector<std::unique_ptr<Host>> nodes_;
  std::map<std::string, std::unique_ptr<Pod>> pods_;
};

/// The addresses by which `node` is reached by its own pods: its underlay address, then the pods'
/// gateway, of one family.
[[nodiscard]] std::vector<IpAddress> NodeAddresses(const Lab& lab, size_t node, Family family);

/// Ends the test program with 77 (skipped) and says why, unless it runs as root.
void RequireRoot();

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_TOPOLOGY_H_
