// SPDX-License-Identifier: Apache-2.0
//
// See group_cells.h.
#include "controller/policy/group_cells.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "controller/policy/group_rules.h"

namespace portcullis::policy {
namespace {

/// An allowance with the rules that say so; owned by the group.
using Entry = std::pair<const Allowance, Origins>;
using Entries = std::vector<const Entry*>;
using Ports = std::vector<k8s::PortRange>;

/// Ports that the same entries allow. INVARIANT: ports disjoint, sorted, not adjacent.
struct Cell {
  Ports ports;
  Entries entries;
};

bool Has(const Ports& ports, uint32_t port) {
  return std::any_of(ports.begin(), ports.end(), [&](const k8s::PortRange& range) {
    return range.first <= port && port <= range.last;
  });
}

/// Where a range begins, or the one before has ended.
std::set<uint32_t> Cuts(const Entries& entries) {
  std::set<uint32_t> cuts;
  for (const Entry* entry : entries) {
    for (const k8s::PortRange& range : entry->first.ports) {
      cuts.insert(range.first);
      cuts.insert(uint32_t{range.last} + 1);
    }
  }
  return cuts;
}

void AddPorts(Ports& ports, uint32_t first, uint32_t last) {
  if (!ports.empty() && uint32_t{ports.back().last} + 1 == first) {
    ports.back().last = static_cast<uint16_t>(last);
  } else {
    ports.push_back({static_cast<uint16_t>(first), static_cast<uint16_t>(last)});
  }
}

/// The cells of entries that have ports, by their lowest port.
std::vector<Cell> CellsOf(const Entries& entries) {
  std::map<Entries, size_t> places;
  std::vector<Cell> cells;
  const auto cuts = Cuts(entries);
  for (auto cut = cuts.begin(); cut != cuts.end(); ++cut) {
    Entries those;
    std::copy_if(entries.begin(), entries.end(), std::back_inserter(those), [&](const Entry* each) {
      return Has(each->first.ports, *cut);
    });
    if (those.empty()) {
      continue;
    }
    const auto [place, is_new] = places.try_emplace(those, cells.size());
    if (is_new) {
      cells.push_back({{}, those});
    }
    AddPorts(cells[place->second].ports, *cut, *std::next(cut) - 1);
  }
  return cells;
}

/// What entries say of the far end's address, for one family: where they say nothing, or name pods,
/// or blocks.
struct Peers {
  std::set<PeerSelectorId> pods;
  std::vector<AddressRange> blocks;
  Origins any_origins;
  Origins pod_origins;
  Origins block_origins;
};

/// By the named port that they need besides, if any: that is asked of the near or far end's address
/// too.
using PeersByPort = std::map<std::optional<NamedPortId>, Peers>;

void AddEntry(PeersByPort& merged, const Entry& entry) {
  std::optional<NamedPortId> port;
  const PeerSelectorId* pods = nullptr;
  const AddressBlock* block = nullptr;
  for (const auto* matches : {&entry.first.source, &entry.first.destination}) {
    for (const AddressMatch& match : *matches) {
      if (const auto* named = std::get_if<NamedPortId>(&match)) {
        port = *named;
      } else if (const auto* selector = std::get_if<PeerSelectorId>(&match)) {
        pods = selector;
      } else {
        block = &std::get<AddressBlock>(match);
      }
    }
  }
  Peers& peers = merged[port];
  Origins& origins = pods != nullptr    ? peers.pod_origins
                     : block != nullptr ? peers.block_origins
                                        : peers.any_origins;
  origins.insert(entry.second.begin(), entry.second.end());
  if (pods != nullptr) {
    peers.pods.insert(*pods);
  } else if (block != nullptr) {
    peers.blocks.insert(peers.blocks.end(), block->ranges.begin(), block->ranges.end());
  }
}

PeersByPort Merged(const Entries& entries, Family family) {
  PeersByPort merged;
  for (const Entry* entry : entries) {
    if (AppliesTo(entry->first, family)) {
      AddEntry(merged, *entry);
    }
  }
  return merged;
}

/// One GroupCells() call.
class Writer {
 public:
  Writer(const GroupId& id, const Group& group, Tracking tracking, LogGroup log, GroupSets& sets)
      : id_(id),
        group_(group),
        tracking_(tracking),
        log_(log),
        sets_(sets) {}

  std::vector<nft::Chain> Chains() {
    Sort();
    nft::Chain first = NewChain(GroupChainName(id_, tracking_), ToText(id_));
    AddRules(first, {}, everywhere_);
    for (const auto& [protocol, entries] : whole_protocols_) {
      AddRules(first, {ProtocolMatch(protocol)}, entries);
    }
    for (const auto& [protocol, entries] : with_ports_) {
      AddCells(first, protocol, CellsOf(entries));
    }
    first.rules.push_back(Deny());
    chains_.insert(chains_.begin(), std::move(first));
    chains_.push_back(NewChain(DeniedChain(), "not allowed: " + ToText(id_)));
    chains_.back().rules = DenyRules(id_, group_, tracking_, log_);
    return std::move(chains_);
  }

 private:
  void Sort() {
    for (const Entry& entry : group_.allowances) {
      const Allowance& allowance = entry.first;
      if (!allowance.protocol) {
        everywhere_.push_back(&entry);
      } else if (allowance.ports.empty()) {
        whole_protocols_[*allowance.protocol].push_back(&entry);
      } else {
        with_ports_[*allowance.protocol].push_back(&entry);
      }
    }
  }

  static nft::Chain NewChain(std::string name, std::string comment) {
    return {std::move(name), std::nullopt, nft::FitComment(std::move(comment)), {}};
  }

  [[nodiscard]] std::string DeniedChain() const { return DeniedChainName(id_, tracking_); }

  [[nodiscard]] nft::Rule Deny() const {
    return {{nft::Verdict{nft::VerdictKind::kGoto, DeniedChain()}}, "nothing has allowed it"};
  }

  /// Rules for what `entries` say of addresses, once `match` holds.
  void AddRules(nft::Chain& chain, const Statements& match, const Entries& entries) {
    for (const Family family : group_.families) {
      for (const auto& [port, peers] : Merged(entries, family)) {
        Statements both = match;
        if (port) {
          const nft::Field destination = FieldsOf(tracking_, family).destination;
          both.push_back(nft::Lookup{{destination}, sets_.Name(*port, family)});
        }
        AddRules(chain, both, peers, family);
      }
    }
  }

  void AddRules(nft::Chain& chain, const Statements& match, const Peers& peers, Family family) {
    if (!peers.any_origins.empty()) {
      AddRule(chain, match, peers.any_origins);
      return;
    }
    const FieldSet fields = FieldsOf(tracking_, family);
    const nft::Field peer =
        id_.direction == Direction::kIngress ? fields.source : fields.destination;
    const auto add_lookup = [&](std::string set, const Origins& origins) {
      Statements statements = match;
      statements.push_back(nft::Lookup{{peer}, std::move(set)});
      AddRule(chain, std::move(statements), origins);
    };
    if (!peers.blocks.empty()) {
      add_lookup(sets_.Name(AddressBlock{Merge(peers.blocks)}), peers.block_origins);
    }
    if (!peers.pods.empty()) {
      add_lookup(sets_.Name(PeerUnion{{peers.pods.begin(), peers.pods.end()}}, family),
                 peers.pod_origins);
    }
  }

  /// A rule that looks at no address says the same for both families, and is there once.
  void AddRule(nft::Chain& chain, Statements statements, const Origins& origins) const {
    AppendAllow(statements);
    nft::Rule rule{std::move(statements), OriginsComment(origins, id_.direction)};
    if (std::find(chain.rules.begin(), chain.rules.end(), rule) == chain.rules.end()) {
      chain.rules.push_back(std::move(rule));
    }
  }

  void AddCells(nft::Chain& first, k8s::Protocol protocol, const std::vector<Cell>& cells) {
    const nft::Field port = FieldsOf(tracking_, Family::kIpv4).port;
    if (cells.size() == 1) {
      AddRules(first,
               {ProtocolMatch(protocol), PortMatch(cells.front().ports, port, sets_)},
               cells.front().entries);
      return;
    }
    std::vector<PortCell> places;
    places.reserve(cells.size());
    for (const Cell& cell : cells) {
      places.push_back({cell.ports, AddCell(protocol, cell)});
    }
    std::string map = sets_.Name(CellMap(first.name, protocol, places));
    first.rules.push_back({{ProtocolMatch(protocol), nft::VerdictMap{{port}, std::move(map)}},
                           ToText(protocol) + ", by the ports that policies name"});
  }

  /// Returns the name of its chain.
  std::string AddCell(k8s::Protocol protocol, const Cell& cell) {
    nft::Chain chain = NewChain(CellChainName(id_, tracking_, protocol, cell.ports),
                                ToText(protocol) + " " + ToText(cell.ports) + ": " + ToText(id_));
    AddRules(chain, {}, cell.entries);
    chain.rules.push_back(Deny());
    chains_.push_back(std::move(chain));
    return chains_.back().name;
  }

  const GroupId& id_;
  const Group& group_;
  const Tracking tracking_;
  const LogGroup log_;
  GroupSets& sets_;
  Entries everywhere_;
  std::map<k8s::Protocol, Entries> whole_protocols_;
  std::map<k8s::Protocol, Entries> with_ports_;
  std::vector<nft::Chain> chains_;
};

}  // namespace

std::vector<nft::Chain> GroupCells(
    const GroupId& id, const Group& group, Tracking tracking, LogGroup log, GroupSets& sets) {
  return Writer(id, group, tracking, log, sets).Chains();
}

}  // namespace portcullis::policy
