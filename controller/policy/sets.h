// SPDX-License-Identifier: Apache-2.0
//
// The sets and verdict maps of the table, and their elements: everything that churns, while the
// rules stay. Pure. Says what each looks like; who is in one is for resolve.h or engine.h to say.
// Names are of names.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_SETS_H_
#define PORTCULLIS_CONTROLLER_POLICY_SETS_H_

#include <compare>
#include <string>
#include <vector>

#include "base/ip.h"
#include "controller/policy/identity.h"
#include "controller/policy/names.h"
#include "controller/policy/pod_ranges.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// A set whose elements are addresses of pods. All but `id` and `family` follows from those.
struct PodSet {
  PodSetId id;
  Family family = Family::kIpv4;
  std::string name;
  std::string comment;

  auto operator<=>(const PodSet&) const = default;
};
[[nodiscard]] PodSet MakePodSet(PodSetId id, Family family);

/// The sets that base chains look in, but for their pods: those of PodSet's kind, the self sets and
/// the dispatch maps are empty.
[[nodiscard]] std::vector<nft::Set> SkeletonSets();
[[nodiscard]] nft::Set EmptySet(const PodSet& set);
/// The sets of known pods' addresses: of each family that there are ranges of.
[[nodiscard]] nft::Set EmptyKnownSet(Family family);
[[nodiscard]] std::vector<nft::Set> EmptyKnownSets(const PodRanges& ranges);

/// An address in a PodSet, or in a set of known pods.
[[nodiscard]] nft::Element AddressElement(const IpAddress& address);
/// An address of an isolated pod in its self set.
[[nodiscard]] nft::Element SelfElement(const IpAddress& address);
/// An address of an isolated pod in a dispatch map: leads to `chain`.
[[nodiscard]] nft::Element DispatchElement(const IpAddress& address,
                                           std::string chain,
                                           const k8s::ObjectKey& pod);

/// Ports that lead to a chain.
struct PortCell {
  std::vector<k8s::PortRange> ports;
  std::string chain;
};
/// The verdict map of `group_chain` from ports of `protocol` to the chains of their cells.
/// REQUIRES: no port is in two cells.
[[nodiscard]] nft::Set CellMap(const std::string& group_chain,
                               k8s::Protocol protocol,
                               const std::vector<PortCell>& cells);

[[nodiscard]] nft::Set BlockSet(const AddressBlock& block);
[[nodiscard]] nft::Set PortSet(const std::vector<k8s::PortRange>& ports);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_SETS_H_
