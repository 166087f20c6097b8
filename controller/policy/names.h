// SPDX-License-Identifier: Apache-2.0
//
// Every name of a kernel object that the compiler uses: no other file writes one. Names of shared
// objects end in a digest of what they stand for (identity.h), so a name never changes its meaning
// and no Kubernetes name, however long, has to fit into one (11.1). Pure.
#ifndef PORTCULLIS_CONTROLLER_POLICY_NAMES_H_
#define PORTCULLIS_CONTROLLER_POLICY_NAMES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/identity.h"

namespace portcullis::policy {

/// Whether packets are judged by their conntrack entry, or, where they have none, by their headers.
enum class Tracking : uint8_t { kTracked, kUntracked };
inline constexpr std::array kTrackings = {Tracking::kTracked, Tracking::kUntracked};

inline constexpr char kTableName[] = "portcullis";
inline constexpr char kTableComment[] = "Kubernetes NetworkPolicy, kept by portcullis";
inline constexpr char kForwardChain[] = "forward";
inline constexpr char kInputChain[] = "input";
inline constexpr char kOutputChain[] = "output";
inline constexpr char kFlowsChain[] = "flows";
inline constexpr char kUnusualChain[] = "unusual";
inline constexpr char kNoEntryChain[] = "no-entry";
inline constexpr char kUntrackedChain[] = "untracked";
inline constexpr char kDeniedChain[] = "denied";
inline constexpr char kUnknownPodsChain[] = "unknown-pods";
inline constexpr char kUnknownSourcesChain[] = "unknown-sources";
inline constexpr char kNeighbourDiscoverySet[] = "neighbour-discovery";

/// The verdict map from isolated pods' addresses to their groups' chains: "untracked-egress4".
[[nodiscard]] std::string DispatchMapName(Direction direction, Family family, Tracking tracking);
/// The set of every isolated pod's address with itself: "self4".
[[nodiscard]] std::string SelfSetName(Family family);
/// The set of the addresses of the node's pod ranges that pods are known to have: "known4".
[[nodiscard]] std::string KnownSetName(Family family);
/// "ingress-…", "untracked-egress-…", "audit-ingress-…", "untracked-audit-egress-…".
[[nodiscard]] std::string GroupChainName(const GroupId& id, Tracking tracking);
/// Of chains that a group's own chain leads to: for some ports of a protocol, and for what nothing
/// has allowed.
[[nodiscard]] std::string CellChainName(const GroupId& id,
                                        Tracking tracking,
                                        k8s::Protocol protocol,
                                        const std::vector<k8s::PortRange>& ports);
[[nodiscard]] std::string DeniedChainName(const GroupId& id, Tracking tracking);
/// The verdict map from ports to chains of cells; `content` says what is in it.
[[nodiscard]] std::string CellMapName(std::string_view content);
[[nodiscard]] std::string PodSetName(const PodSetId& id, Family family);
[[nodiscard]] std::string BlockSetName(const AddressBlock& block);
[[nodiscard]] std::string PortSetName(const std::vector<k8s::PortRange>& ports);

/// The direction that a group's chain judges; nothing for a chain that is no group's.
[[nodiscard]] std::optional<Direction> GroupDirection(std::string_view chain);
/// Whether `chain` is of a group: one where a return allows.
[[nodiscard]] bool IsGroupChain(std::string_view chain);
/// Whether `chain` is of an audited group, whose end drops nothing (12.1).
[[nodiscard]] bool IsAuditChain(std::string_view chain);
/// Whether DispatchMapName() gave `map`: one where an address that is missing is not isolated.
[[nodiscard]] bool IsDispatchMap(std::string_view map);

/// What the name of a group's chain says; cells' chains are their group's too.
struct GroupChainParts {
  Direction direction = Direction::kIngress;
  bool audit = false;
  std::string group_chain;  ///< GroupChainName()
};
/// Nothing where `chain` is of no group.
[[nodiscard]] std::optional<GroupChainParts> PartsOfGroupChain(std::string_view chain);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_NAMES_H_
