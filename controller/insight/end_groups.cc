// SPDX-License-Identifier: Apache-2.0
//
// See end_groups.h.
#include "controller/insight/end_groups.h"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "controller/insight/workload.h"
#include "controller/policy/live_pods.h"

namespace portcullis::insight {
namespace {

/// Who has an address.
struct Holder {
  EndKind kind = EndKind::kPods;
  k8s::ObjectKey key;  ///< Of the pod; of a node its name alone.

  auto operator<=>(const Holder&) const = default;
};

/// Nothing: the worlds do not agree on who has it.
using Holders = std::map<IpAddress, std::optional<Holder>>;

/// A pod of the host's network has its node's addresses (8.1), but none that a pod has (8.6).
Holders HoldersIn(const policy::World& world) {
  Holders holders;
  for (const policy::LivePod& live : policy::LivePods(world)) {
    for (const IpAddress& address : live.addresses) {
      holders.emplace(address, Holder{EndKind::kPods, live.pod->meta.key});
    }
  }
  for (const auto& [key, pod] : world.pods()) {
    if (pod.host_network && !pod.node_name.empty()) {
      for (const IpAddress& address : pod.addresses) {
        if (policy::IsUnicast(address)) {
          holders.emplace(address, Holder{EndKind::kNodes, {"", pod.node_name}});
        }
      }
    }
  }
  return holders;
}

Holders HoldersIn(const std::vector<const policy::World*>& worlds) {
  Holders all = HoldersIn(*worlds.front());
  for (size_t i = 1; i < worlds.size(); ++i) {
    const Holders more = HoldersIn(*worlds[i]);
    for (auto& [address, holder] : all) {
      const auto other = more.find(address);
      if (other == more.end() || other->second != holder) {
        holder.reset();
      }
    }
    for (const auto& [address, holder] : more) {
      all.emplace(address, std::nullopt);
    }
  }
  return all;
}

/// Sorts as people read: pods by name, then nodes, then the outside.
using EndGroupKey = std::tuple<EndKind, std::string, std::string, std::vector<uint32_t>>;

class EndGroupFinder {
 public:
  EndGroupFinder(const std::vector<const policy::World*>& worlds, AddressClasses& classes)
      : worlds_(worlds),
        classes_(classes),
        holders_(HoldersIn(worlds)) {}

  std::vector<EndGroup> Run() {
    AddHolders();
    std::vector<EndGroup> ends;
    for (auto& [key, end] : found_) {
      end.of = pods_of_[{end.ns, end.workload}];
      std::sort(end.members.begin(), end.members.end());
      ends.push_back(std::move(end));
    }
    AddOutside(ends);
    return ends;
  }

 private:
  void AddHolders() {
    std::map<Holder, std::map<Family, std::vector<IpAddress>>> addresses;
    for (const auto& [address, holder] : holders_) {
      if (holder) {
        addresses[*holder][address.family()].push_back(address);
        families_.insert(address.family());
      }
    }
    for (const auto& [holder, by_family] : addresses) {
      AddHolder(holder, by_family);
    }
  }

  /// One address of each family at a time: two of one family, which the API does not know, may
  /// answer differently.
  void AddHolder(const Holder& holder, const std::map<Family, std::vector<IpAddress>>& addresses) {
    const std::string workload = holder.kind == EndKind::kPods ? WorkloadAt(holder.key) : "";
    ++pods_of_[{holder.key.ns, workload}];
    size_t most = 0;
    for (const auto& [family, list] : addresses) {
      most = std::max(most, list.size());
    }
    for (size_t i = 0; i < most; ++i) {
      std::map<Family, IpAddress> slot;
      for (const auto& [family, list] : addresses) {
        if (i < list.size()) {
          slot.emplace(family, list[i]);
        }
      }
      AddMember(holder, workload, slot);
    }
  }

  void AddMember(const Holder& holder,
                 const std::string& workload,
                 const std::map<Family, IpAddress>& slot) {
    std::vector<uint32_t> classes;
    classes.reserve(slot.size());
    for (const auto& [family, address] : slot) {
      classes.push_back(classes_.ClassOf(address));
    }
    EndGroup& end = found_[{holder.kind, holder.key.ns, workload, classes}];
    end.kind = holder.kind;
    end.ns = holder.key.ns;
    end.workload = workload;
    if (end.members.empty() || end.members.back() != holder.key.name) {
      end.members.push_back(holder.key.name);
    }
    for (const auto& [family, address] : slot) {
      GroupAddresses& in_family = end.families[family];
      in_family.address_class = classes_.ClassOf(address);
      in_family.addresses.push_back(address);
    }
  }

  [[nodiscard]] std::string WorkloadAt(const k8s::ObjectKey& key) const {
    return WorkloadOf(worlds_.back()->pods().at(key));
  }

  /// An address of the zone that nobody has, if there is one.
  [[nodiscard]] std::optional<IpAddress> FreeAddress(const Zone& zone) const {
    for (const AddressRange& range : zone.ranges) {
      std::optional<IpAddress> address = range.first;
      while (address && *address <= range.last && holders_.count(*address) > 0) {
        address = address->Next();
      }
      if (address && *address <= range.last) {
        return address;
      }
    }
    return std::nullopt;
  }

  /// "Everything else" of both families is one end.
  void AddOutside(std::vector<EndGroup>& ends) {
    EndGroup rest;
    rest.kind = EndKind::kOutside;
    rest.is_the_rest = true;
    for (const Family family : families_) {
      const Zone* const widest = WidestZone(family);
      for (const Zone& zone : classes_.zones()) {
        const auto address = FreeAddress(zone);
        if (zone.ranges.front().first.family() != family || !address) {
          continue;
        }
        EndGroup narrow;
        narrow.kind = EndKind::kOutside;
        EndGroup& end = &zone == widest ? rest : narrow;
        end.ranges.insert(end.ranges.end(), zone.ranges.begin(), zone.ranges.end());
        end.families[family] = {classes_.ClassOf(*address), {*address}};
        if (&zone != widest) {
          ends.push_back(std::move(narrow));
        }
      }
    }
    if (!rest.families.empty()) {
      ends.push_back(std::move(rest));
    }
  }

  /// The part that the others are told apart from: 0.0.0.0/0 without what narrower blocks have.
  [[nodiscard]] const Zone* WidestZone(Family family) const {
    const Zone* widest = nullptr;
    std::pair<unsigned, bool> of_widest;
    for (const Zone& zone : classes_.zones()) {
      const std::pair<unsigned, bool> of_zone{WidestPrefix(zone.ranges), zone.in_a_block};
      if (zone.ranges.front().first.family() == family &&
          (widest == nullptr || of_zone < of_widest)) {
        widest = &zone;
        of_widest = of_zone;
      }
    }
    return widest;
  }

  static unsigned WidestPrefix(const std::vector<AddressRange>& ranges);

  const std::vector<const policy::World*>& worlds_;
  AddressClasses& classes_;
  const Holders holders_;
  std::set<Family> families_;
  std::map<EndGroupKey, EndGroup> found_;
  std::map<std::pair<std::string, std::string>, size_t> pods_of_;
};

/// The block that begins at `first` and is as wide as it can be without reaching beyond `last`.
Cidr WidestFrom(const IpAddress& first, const IpAddress& last) {
  unsigned prefix = 0;
  while (first.FirstOf(prefix) != first || first.LastOf(prefix) > last) {
    ++prefix;
  }
  return {first, static_cast<uint8_t>(prefix)};
}

std::vector<Cidr> CidrsOf(const std::vector<AddressRange>& ranges) {
  std::vector<Cidr> cidrs;
  for (const AddressRange& range : ranges) {
    std::optional<IpAddress> next = range.first;
    while (next && *next <= range.last) {
      cidrs.push_back(WidestFrom(*next, range.last));
      next = cidrs.back().Range().last.Next();
    }
  }
  return cidrs;
}

unsigned EndGroupFinder::WidestPrefix(const std::vector<AddressRange>& ranges) {
  unsigned widest = UINT8_MAX;
  for (const Cidr& cidr : CidrsOf(ranges)) {
    widest = std::min<unsigned>(widest, cidr.prefix);
  }
  return widest;
}

/// The smallest block that has all of `ranges`. REQUIRES: one family.
Cidr Enclosing(const std::vector<AddressRange>& ranges) {
  const IpAddress& first = ranges.front().first;
  unsigned prefix = static_cast<unsigned>(first.size()) * 8;
  while (first.LastOf(prefix) < ranges.back().last) {
    --prefix;
  }
  return {first.FirstOf(prefix), static_cast<uint8_t>(prefix)};
}

std::string ToText(const Cidr& cidr) {
  return cidr.prefix == cidr.address.size() * 8 ? cidr.address.ToString() : cidr.ToString();
}

std::string ToText(const std::vector<Cidr>& cidrs) {
  constexpr size_t kMost = 4;
  std::string text;
  for (size_t i = 0; i < cidrs.size() && i < kMost; ++i) {
    text += (i > 0 ? ", " : "") + ToText(cidrs[i]);
  }
  if (cidrs.size() > kMost) {
    text += " and " + std::to_string(cidrs.size() - kMost) + " more";
  }
  return text;
}

/// Whether these are all addresses of their families.
bool IsWhole(const std::vector<AddressRange>& ranges) {
  const std::vector<Cidr> cidrs = CidrsOf(ranges);
  return std::all_of(cidrs.begin(), cidrs.end(), [](const Cidr& cidr) { return cidr.prefix == 0; });
}

std::string NamesOf(const EndGroup& end) {
  constexpr size_t kMost = 4;
  std::string text;
  for (size_t i = 0; i < end.members.size() && i < kMost; ++i) {
    text += (i > 0 ? ", " : "") + end.members[i];
  }
  return text + (end.members.size() > kMost ? ", ..." : "");
}

std::string PodsToText(const EndGroup& end) {
  if (end.members.size() == 1) {
    return end.ns + "/" + end.members.front();
  }
  const std::string star = end.ns + "/" + end.workload + "-* ";
  const std::string count = std::to_string(end.members.size());
  if (end.members.size() == end.of) {
    return star + "(" + count + " pods)";
  }
  return star + "(" + count + " of " + std::to_string(end.of) + " pods: " + NamesOf(end) + ")";
}

}  // namespace

std::string ToText(const std::vector<AddressRange>& ranges) {
  std::vector<AddressRange> of_family;
  std::string text;
  for (size_t i = 0; i < ranges.size(); ++i) {
    of_family.push_back(ranges[i]);
    if (i + 1 < ranges.size() && ranges[i + 1].first.family() == ranges[i].first.family()) {
      continue;
    }
    const std::vector<Cidr> cidrs = CidrsOf(of_family);
    const Cidr around = Enclosing(of_family);
    const std::vector<Cidr> holes = CidrsOf(Subtract({around.Range()}, of_family));
    text += (text.empty() ? "" : ", ") + (holes.size() < cidrs.size() && !holes.empty()
                                              ? ToText(around) + " except " + ToText(holes)
                                              : ToText(cidrs));
    of_family.clear();
  }
  return text;
}

std::string ToText(const EndGroup& end) {
  switch (end.kind) {
    case EndKind::kPods:
      return PodsToText(end);
    case EndKind::kNodes:
      return (end.members.size() == 1 ? "node " : std::to_string(end.members.size()) + " nodes: ") +
             NamesOf(end);
    case EndKind::kOutside:
      break;
  }
  if (!end.is_the_rest) {
    return "outside " + ToText(end.ranges);
  }
  return IsWhole(end.ranges) ? "outside" : "outside, everything else";
}

std::vector<EndGroup> EndGroupsOf(const std::vector<const policy::World*>& worlds,
                                  AddressClasses& classes) {
  return EndGroupFinder(worlds, classes).Run();
}

}  // namespace portcullis::insight
