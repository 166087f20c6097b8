// SPDX-License-Identifier: Apache-2.0
//
// See world.h: policies of the kinds that people write, as the decoder would give them.
#include <utility>

#include "tests/bench/support/world.h"

namespace portcullis::bench {
namespace {

using k8s::LabelSelector;
using k8s::PolicyPort;
using k8s::PolicyRule;
using k8s::PortRange;
using k8s::Protocol;
using k8s::Requirement;

LabelSelector Where(const std::string& key, const std::string& value) {
  return {{{key, Requirement::Operator::kIn, {value}}}, true};
}

std::string App(size_t number) {
  return "app-" + std::to_string(number % kDeployments);
}

PolicyPort Port(Protocol protocol, uint16_t first, uint16_t last) {
  return {protocol, PortRange{first, last}};
}

PolicyRule Rule(k8s::Peer peer, std::optional<std::vector<PolicyPort>> ports) {
  return {0, std::vector{std::move(peer)}, std::move(ports)};
}

k8s::NetworkPolicy DefaultDeny() {
  k8s::NetworkPolicy policy;
  policy.isolates_ingress = true;
  return policy;
}

k8s::NetworkPolicy AllowDns() {
  k8s::NetworkPolicy policy;
  policy.isolates_egress = true;
  const k8s::PodPeer dns{Where("k8s-app", "kube-dns"),
                         Where("kubernetes.io/metadata.name", "kube-system")};
  policy.egress = {
      Rule(dns, std::vector{Port(Protocol::kTcp, 53, 53), Port(Protocol::kUdp, 53, 53)})};
  return policy;
}

k8s::NetworkPolicy Ingress(size_t variant,
                           k8s::Peer peer,
                           std::optional<std::vector<PolicyPort>> ports) {
  k8s::NetworkPolicy policy;
  policy.pod_selector = Where("app", App(variant));
  policy.isolates_ingress = true;
  policy.ingress = {Rule(std::move(peer), std::move(ports))};
  return policy;
}

k8s::NetworkPolicy AppToApp(size_t variant) {
  return Ingress(variant,
                 k8s::PodPeer{Where("app", App(variant / kDeployments)), std::nullopt},
                 std::vector{Port(Protocol::kTcp, 8080, 8080)});
}

k8s::NetworkPolicy FromTeam(size_t variant) {
  const std::string team = "team-" + std::to_string(variant / kDeployments % kTeams);
  return Ingress(variant,
                 k8s::PodPeer{std::nullopt, Where("team", team)},
                 std::vector{Port(Protocol::kTcp, 80, 80), Port(Protocol::kTcp, 443, 443)});
}

k8s::NetworkPolicy AddressBlock(size_t variant) {
  const std::string second = std::to_string(variant / kDeployments);
  k8s::NetworkPolicy policy;
  policy.pod_selector = Where("app", App(variant));
  policy.isolates_egress = true;
  policy.egress = {Rule(k8s::IpBlock{*Cidr::Parse("172." + second + ".0.0/16"),
                                     {*Cidr::Parse("172." + second + ".1.0/24"),
                                      *Cidr::Parse("172." + second + ".9.0/28")}},
                        std::nullopt)};
  return policy;
}

k8s::NetworkPolicy NamedPort(size_t variant) {
  return Ingress(variant,
                 k8s::PodPeer{Where("tier", "frontend"), std::nullopt},
                 std::vector{PolicyPort{Protocol::kTcp, k8s::PortName{"http"}}});
}

k8s::NetworkPolicy Monitoring(size_t variant) {
  return Ingress(variant,
                 k8s::PodPeer{std::nullopt, Where("kubernetes.io/metadata.name", "monitoring")},
                 std::vector{Port(Protocol::kTcp, 9090, 9100)});
}

k8s::NetworkPolicy Make(PolicyKind kind, size_t variant) {
  switch (kind) {
    case PolicyKind::kDefaultDeny:
      return DefaultDeny();
    case PolicyKind::kAllowDns:
      return AllowDns();
    case PolicyKind::kAppToApp:
      return AppToApp(variant);
    case PolicyKind::kFromTeam:
      return FromTeam(variant);
    case PolicyKind::kAddressBlock:
      return AddressBlock(variant);
    case PolicyKind::kNamedPort:
      return NamedPort(variant);
    case PolicyKind::kMonitoring:
      break;
  }
  return Monitoring(variant);
}

}  // namespace

k8s::NetworkPolicy MakePolicy(PolicyKind kind,
                              const std::string& ns,
                              const std::string& name,
                              size_t variant) {
  k8s::NetworkPolicy policy = Make(kind, variant);
  policy.meta.key = {ns, name};
  policy.meta.uid = ns + "-" + name;
  policy.meta.resource_version = "1";
  policy.meta.creation_timestamp = "2026-11-01T12:00:00Z";
  return policy;
}

}  // namespace portcullis::bench
