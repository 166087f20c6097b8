// SPDX-License-Identifier: Apache-2.0
//
// The rules whose cost is compared: none, conntrack alone, the table that portcullis makes of
// generated objects, and one shaped like kube-router's (kube_router.h). All of them let pass what
// traffic.h sends. Loads them into the path's router; measures nothing.
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_TABLES_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_TABLES_H_

#include <string>

#include "controller/policy/pod_ranges.h"
#include "nft/ruleset.h"
#include "tests/bench/packets/objects.h"
#include "tests/lab/netns.h"

namespace portcullis::bench {

/// What portcullis makes of the objects. Of the policies that allow kMeasuredPort, the one whose
/// rule comes last is the one that allows the client: no flow takes longer.
/// `ranges`: those that the node's pods have addresses of, where packets of unknown pods are
/// counted.
[[nodiscard]] nft::Ruleset PortcullisTable(const Size& size, const policy::PodRanges& ranges = {});

/// In the syntax of nft: one rule that asks for the state, as any stateful filter does.
[[nodiscard]] std::string ConntrackTable();

/// Loads a table: a text beside what there is, a ruleset in place of what its table holds. Throws
/// lab::LabError.
void Load(const lab::Netns& netns, const std::string& text);
/// Returns the milliseconds of the commit alone.
double Load(const lab::Netns& netns, const nft::Ruleset& table);
/// What `nft list table` prints.
[[nodiscard]] std::string List(const lab::Netns& netns, const std::string& table);
/// Empties the ruleset of `netns`.
void Unload(const lab::Netns& netns);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_TABLES_H_
