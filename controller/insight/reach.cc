// SPDX-License-Identifier: Apache-2.0
//
// See reach.h. IsAbout() reads a Resolved as it stands; Reach has the same in a form that is made
// once and asked often, and tests compare the two.
#include "controller/insight/reach.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

namespace portcullis::insight {
namespace {

using policy::AddressMatch;
using Matches = std::vector<AddressMatch>;

/// REQUIRES: `ranges` are sorted and disjoint.
bool Contain(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  const auto behind = std::upper_bound(
      ranges.begin(), ranges.end(), address, [](const IpAddress& value, const AddressRange& range) {
        return value < range.first;
      });
  return behind != ranges.begin() && address <= std::prev(behind)->last;
}

template <typename Id>
bool Contains(const std::map<Id, std::set<IpAddress>>& sets,
              const Id& id,
              const IpAddress& address) {
  const auto set = sets.find(id);
  return set != sets.end() && set->second.count(address) != 0;
}

bool IsIn(const AddressMatch& match, const policy::Resolved& resolved, const IpAddress& address) {
  if (const auto* block = std::get_if<policy::AddressBlock>(&match)) {
    return Contain(block->ranges, address);
  }
  if (const auto* peer = std::get_if<policy::PeerSelectorId>(&match)) {
    return Contains(resolved.peers, *peer, address);
  }
  return Contains(resolved.named_ports, std::get<policy::NamedPortId>(match), address);
}

bool IsInAll(const Matches& matches, const policy::Resolved& resolved, const IpAddress& address) {
  return std::all_of(matches.begin(), matches.end(), [&](const AddressMatch& match) {
    return IsIn(match, resolved, address);
  });
}

}  // namespace

bool IsAbout(const policy::Allowance& allowance,
             const policy::Resolved& resolved,
             const IpAddress& source,
             const IpAddress& destination) {
  return IsInAll(allowance.source, resolved, source) &&
         IsInAll(allowance.destination, resolved, destination);
}

/// Fills the second form of a Reach from its Resolved.
class Reach::Preparation {
 public:
  explicit Preparation(Reach& reach) : reach_(reach) {}

  void Run() {
    AddSets(reach_.resolved_.peers, peers_);
    AddSets(reach_.resolved_.named_ports, named_ports_);
    for (const auto& [id, group] : reach_.resolved_.groups) {
      groups_.emplace(id, reach_.groups_.size());
      reach_.groups_.push_back({id.audit, Prepared(group)});
    }
    for (const auto& [address, subject] : reach_.resolved_.subjects) {
      reach_.subjects_[address] = {NumberOf(subject.egress), NumberOf(subject.ingress)};
    }
  }

 private:
  template <typename Id>
  void AddSets(const std::map<Id, std::set<IpAddress>>& sets, std::map<Id, size_t>& numbers) {
    for (const auto& [id, addresses] : sets) {
      const size_t number = sets_++;
      numbers.emplace(id, number);
      for (const IpAddress& address : addresses) {
        Memberships& memberships = reach_.memberships_[address];
        memberships.resize(number + 1);
        memberships[number] = true;
      }
    }
  }

  std::vector<Allowed> Prepared(const policy::Group& group) const {
    std::vector<Allowed> prepared;
    prepared.reserve(group.allowances.size());
    for (const auto& [allowance, origins] : group.allowances) {
      prepared.push_back({Prepared(allowance.source),
                          Prepared(allowance.destination),
                          PortSet::Of(allowance.protocol, allowance.ports)});
    }
    return prepared;
  }

  std::vector<Match> Prepared(const Matches& matches) const {
    std::vector<Match> prepared;
    prepared.reserve(matches.size());
    for (const AddressMatch& match : matches) {
      prepared.push_back(Prepared(match));
    }
    return prepared;
  }

  Match Prepared(const AddressMatch& match) const {
    if (const auto* block = std::get_if<policy::AddressBlock>(&match)) {
      return {std::nullopt, block->ranges};
    }
    if (const auto* peer = std::get_if<policy::PeerSelectorId>(&match)) {
      return {peers_.at(*peer), {}};
    }
    return {named_ports_.at(std::get<policy::NamedPortId>(match)), {}};
  }

  std::optional<size_t> NumberOf(const std::optional<policy::GroupId>& id) const {
    return id ? std::optional(groups_.at(*id)) : std::nullopt;
  }

  Reach& reach_;
  size_t sets_ = 0;
  std::map<policy::PeerSelectorId, size_t> peers_;
  std::map<policy::NamedPortId, size_t> named_ports_;
  std::map<policy::GroupId, size_t> groups_;
};

Reach::Reach(const policy::World& world) : resolved_(policy::ResolveEveryNode(world)) {
  Preparation(*this).Run();
}

PortSet Reach::Egress(const IpAddress& source, const IpAddress& destination) const {
  const Group* group = GroupOf(&Subject::egress, source, destination, /*audit=*/false);
  return group == nullptr ? PortSet::Everything() : Allows(*group, source, destination);
}

PortSet Reach::Ingress(const IpAddress& source, const IpAddress& destination) const {
  const Group* group = GroupOf(&Subject::ingress, destination, source, /*audit=*/false);
  return group == nullptr ? PortSet::Everything() : Allows(*group, source, destination);
}

PortSet Reach::EgressWouldDeny(const IpAddress& source, const IpAddress& destination) const {
  const Group* group = GroupOf(&Subject::egress, source, destination, /*audit=*/true);
  return group == nullptr ? PortSet() : PortSet::Everything() - Allows(*group, source, destination);
}

PortSet Reach::IngressWouldDeny(const IpAddress& source, const IpAddress& destination) const {
  const Group* group = GroupOf(&Subject::ingress, destination, source, /*audit=*/true);
  return group == nullptr ? PortSet() : PortSet::Everything() - Allows(*group, source, destination);
}

const Reach::Group* Reach::GroupOf(std::optional<size_t> Subject::*direction,
                                   const IpAddress& subject,
                                   const IpAddress& peer,
                                   bool audit) const {
  const auto found = subjects_.find(subject);
  if (subject == peer || found == subjects_.end() || !(found->second.*direction)) {
    return nullptr;
  }
  const Group& group = groups_[*(found->second.*direction)];
  return group.audit == audit ? &group : nullptr;
}

const Reach::Memberships& Reach::MembershipsOf(const IpAddress& address) const {
  static const Memberships kNone;
  const auto known = memberships_.find(address);
  return known == memberships_.end() ? kNone : known->second;
}

PortSet Reach::Allows(const Group& group,
                      const IpAddress& source,
                      const IpAddress& destination) const {
  const Memberships& of_source = MembershipsOf(source);
  const Memberships& of_destination = MembershipsOf(destination);
  const auto is_in_all = [](const std::vector<Match>& matches,
                            const IpAddress& address,
                            const Memberships& memberships) {
    return std::all_of(matches.begin(), matches.end(), [&](const Match& match) {
      return match.pods ? *match.pods < memberships.size() && memberships[*match.pods]
                        : Contain(match.ranges, address);
    });
  };
  PortSet ports;
  for (const Allowed& allowed : group.allowed) {
    if (is_in_all(allowed.source, source, of_source) &&
        is_in_all(allowed.destination, destination, of_destination)) {
      ports = ports | allowed.ports;
    }
  }
  return ports;
}

}  // namespace portcullis::insight
