// SPDX-License-Identifier: Apache-2.0
//
// See port_set.h.
#include "controller/insight/port_set.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace portcullis::insight {
namespace {

using Ranges = std::vector<k8s::PortRange>;

constexpr std::array kProtocols = {k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp};
constexpr k8s::PortRange kAllPorts = {0, 65535};

Ranges Union(const Ranges& a, const Ranges& b) {
  Ranges sorted;
  sorted.reserve(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(sorted));
  Ranges merged;
  for (const k8s::PortRange& range : sorted) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

Ranges Complement(const Ranges& ranges) {
  Ranges rest;
  unsigned next = 0;  // Wider than a port: behind the last one there is none.
  for (const k8s::PortRange& range : ranges) {
    if (next < range.first) {
      rest.push_back({static_cast<uint16_t>(next), static_cast<uint16_t>(range.first - 1)});
    }
    next = range.last + 1U;
  }
  if (next <= kAllPorts.last) {
    rest.push_back({static_cast<uint16_t>(next), kAllPorts.last});
  }
  return rest;
}

Ranges Intersection(const Ranges& a, const Ranges& b) {
  Ranges common;
  for (auto left = a.begin(), right = b.begin(); left != a.end() && right != b.end();) {
    const k8s::PortRange both{std::max(left->first, right->first),
                              std::min(left->last, right->last)};
    if (both.first <= both.last) {
      common.push_back(both);
    }
    ++(left->last < right->last ? left : right);
  }
  return common;
}

std::string ToText(const k8s::PortRange& range) {
  return std::to_string(range.first) +
         (range.first == range.last ? "" : "-" + std::to_string(range.last));
}

std::string ListText(const PortSet& ports) {
  std::string text;
  const auto add = [&](const std::string& part) {
    text += (text.empty() ? "" : ", ") + part;
  };
  for (const auto& [protocol, ranges] : ports.ranges()) {
    for (const k8s::PortRange& range : ranges) {
      add(range == kAllPorts ? "all " + NameOf(protocol) : ToText(range) + "/" + NameOf(protocol));
    }
  }
  if (ports.rest()) {
    add("ICMP and other protocols");
  }
  return text;
}

}  // namespace

PortSet PortSet::Everything() {
  PortSet everything;
  for (const k8s::Protocol protocol : kProtocols) {
    everything.ranges_[protocol] = {kAllPorts};
  }
  everything.rest_ = true;
  return everything;
}

PortSet PortSet::Of(std::optional<k8s::Protocol> protocol,
                    const std::vector<k8s::PortRange>& ranges) {
  if (!protocol) {
    return Everything();
  }
  PortSet ports;
  Ranges& own = ports.ranges_[*protocol];
  if (ranges.empty()) {
    own = {kAllPorts};
  }
  for (const k8s::PortRange& range : ranges) {
    own = Union(own, {range});
  }
  return ports;
}

bool PortSet::IsEverything() const {
  return rest_ && ranges_.size() == kProtocols.size() &&
         std::all_of(ranges_.begin(), ranges_.end(), [](const auto& entry) {
           return entry.second == Ranges{kAllPorts};
         });
}

bool PortSet::Contains(uint8_t protocol, uint16_t port) const {
  const auto known = std::find_if(kProtocols.begin(), kProtocols.end(), [&](k8s::Protocol each) {
    return static_cast<uint8_t>(each) == protocol;
  });
  if (known == kProtocols.end()) {
    return rest_;
  }
  const auto entry = ranges_.find(*known);
  return entry != ranges_.end() &&
         std::any_of(entry->second.begin(), entry->second.end(), [&](const k8s::PortRange& range) {
           return range.first <= port && port <= range.last;
         });
}

PortSet PortSet::operator|(const PortSet& other) const {
  PortSet result = *this;
  for (const auto& [protocol, ranges] : other.ranges_) {
    Ranges& own = result.ranges_[protocol];
    own = Union(own, ranges);
  }
  result.rest_ = rest_ || other.rest_;
  return result;
}

PortSet PortSet::operator&(const PortSet& other) const {
  PortSet result;
  for (const auto& [protocol, ranges] : ranges_) {
    const auto theirs = other.ranges_.find(protocol);
    Ranges common = theirs == other.ranges_.end() ? Ranges() : Intersection(ranges, theirs->second);
    if (!common.empty()) {
      result.ranges_[protocol] = std::move(common);
    }
  }
  result.rest_ = rest_ && other.rest_;
  return result;
}

PortSet PortSet::operator-(const PortSet& other) const {
  PortSet complement;
  for (const k8s::Protocol protocol : kProtocols) {
    const auto theirs = other.ranges_.find(protocol);
    Ranges left = Complement(theirs == other.ranges_.end() ? Ranges() : theirs->second);
    if (!left.empty()) {
      complement.ranges_[protocol] = std::move(left);
    }
  }
  complement.rest_ = !other.rest_;
  return *this & complement;
}

std::string NameOf(k8s::Protocol protocol) {
  switch (protocol) {
    case k8s::Protocol::kTcp:
      return "TCP";
    case k8s::Protocol::kUdp:
      return "UDP";
    case k8s::Protocol::kSctp:
      return "SCTP";
  }
  return std::to_string(static_cast<unsigned>(protocol));
}

std::string ToText(const PortSet& ports) {
  if (ports.empty()) {
    return "nothing";
  }
  if (ports.IsEverything()) {
    return "everything";
  }
  const std::string list = ListText(ports);
  const std::string rest = "everything but " + ListText(PortSet::Everything() - ports);
  return ports.rest() && rest.size() < list.size() ? rest : list;
}

}  // namespace portcullis::insight
