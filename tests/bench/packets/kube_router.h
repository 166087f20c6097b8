// SPDX-License-Identifier: Apache-2.0
//
// Rules of the shape that kube-router's firewall has in nftables mode, for the same objects, as a
// bar to beat. Pure.
//
// Modelled after pkg/controllers/netpol/npc_nftables.go of github.com/cloudnativelabs/kube-router
// at commit 7c2c277 (2026-08-16, behind v2.9.0), as a description; none of its text is here:
// - a table for each family, with base chains at input, forward and output, priority filter;
// - two jumps for each local pod in `forward` (to it, from it), one after the other for all pods,
//   two in `output`, one in `input`; then a jump to a tail chain, then the accept by mark;
// - a chain for each pod: a jump to the common chain (drop invalid, accept established and related,
//   accept some ICMP types), accept from a local source, a jump for each policy that isolates it, a
//   jump to the default chain for the direction without one, the limited log and the reject of what
//   no policy has marked, then the marks;
// - a chain for each policy: for each rule and port, source set, destination set, protocol and
//   port, which sets the mark and returns.
// Every rule counts, as there. Left out: what only `input` has (Service ranges, node ports), and
// the log, whose group needs a listener; neither is on the way that is measured.
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_KUBE_ROUTER_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_KUBE_ROUTER_H_

#include <string>

#include "tests/bench/packets/objects.h"

namespace portcullis::bench {

/// In the syntax of nft. The measured pods come last, and last in them the policy that allows the
/// client: kube-router's order is that of its caches, and this its worst case as ours is ours.
[[nodiscard]] std::string KubeRouterTables(const Size& size);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_KUBE_ROUTER_H_
