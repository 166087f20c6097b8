// SPDX-License-Identifier: Apache-2.0
//
// See peers.h.
#include "tests/bench/whole/peers.h"

#include "tests/bench/whole/cache.h"
#include "tests/bench/whole/scale_world.h"

namespace portcullis::bench {
namespace {

/// The queue's rules, before source NAT; where nobody listens to it, packets pass.
constexpr char kQueueRules[] =
    "*mangle\n"
    ":POSTROUTING ACCEPT\n"
    "-A POSTROUTING -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n"
    "-A POSTROUTING -d 10.244.1.0/24 -j NFQUEUE --queue-num 100 --queue-bypass\n"
    "COMMIT\n";
constexpr char kNoRules[] = "*mangle\n:POSTROUTING ACCEPT\nCOMMIT\n";

constexpr char kNoFilter[] = "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\nCOMMIT\n";

void Load(const lab::Netns& netns, const char* rules) {
  lab::RunProgram({"iptables-restore"}, rules, &netns);
}

void RemoveFilter(const lab::Netns& netns) {
  Load(netns, kNoFilter);
  lab::RunProgram({"ip6tables-restore"}, kNoFilter, &netns);
  lab::RunProgram({"ipset", "destroy"}, "", &netns);
}

}  // namespace

std::filesystem::path PeersFolder() {
  return FromCache("PORTCULLIS_BENCH_PEERS", "portcullis-bench/peers");
}

SubjectSpec KubeNetworkPoliciesSpec(const std::filesystem::path& kubeconfig) {
  SubjectSpec spec;
  spec.name = "kube-network-policies";
  spec.arguments = {PeersFolder() / "kube-network-policies",
                    "--kubeconfig=" + kubeconfig.string(),
                    std::string("--hostname-override=") + kLocalNode,
                    "--nfqueue-id=100",
                    // By default it lets through what its queue has no room for.
                    "--fail-open=false",
                    "--disable-nri",
                    "--netfilter-bug-1766-fix=false",
                    "--metrics-bind-address=127.0.0.1:9080"};
  spec.reset = [](const lab::Netns& netns) {
    Load(netns, kQueueRules);
  };
  spec.clean = [](const lab::Netns& netns) {
    Load(netns, kNoRules);
  };
  spec.patience = std::chrono::seconds(60);
  // A verdict may come late.
  spec.silence = std::chrono::milliseconds(200);
  return spec;
}

SubjectSpec KubeRouterSpec(const std::filesystem::path& kubeconfig) {
  SubjectSpec spec;
  spec.name = "kube-router";
  spec.arguments = {PeersFolder() / "kube-router",
                    "--kubeconfig=" + kubeconfig.string(),
                    std::string("--hostname-override=") + kLocalNode,
                    "--run-router=false",
                    "--run-service-proxy=false",
                    "--run-firewall=true",
                    "--service-cluster-ip-range=10.96.0.0/16"};
  spec.reset = RemoveFilter;
  spec.clean = RemoveFilter;
  spec.patience = std::chrono::seconds(180);
  spec.silence = std::chrono::milliseconds(200);
  return spec;
}

}  // namespace portcullis::bench
