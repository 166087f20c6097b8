// SPDX-License-Identifier: Apache-2.0
//
// See difference.h.
#include "controller/insight/difference.h"

#include <array>
#include <map>
#include <optional>
#include <utility>

#include "controller/insight/reach.h"

namespace portcullis::insight {
namespace {

/// What becomes different between two addresses, and the lists of a Difference that it goes to.
enum Kind : size_t { kOpened, kClosed, kMoreWouldDeny, kLessWouldDeny, kKinds };
using Effect = std::array<PortSet, kKinds>;

/// Ends by their indices, and the pairs of them that all change alike.
using Ends = std::set<size_t>;
using Pairs = std::map<size_t, Ends>;  ///< Destination → sources, or the other way round.

struct Alike {
  std::set<Family> families;
  PortSet ports;

  auto operator<=>(const Alike&) const = default;
};

Pairs Turned(const Pairs& pairs) {
  Pairs turned;
  for (const auto& [one, others] : pairs) {
    for (const size_t other : others) {
      turned[other].insert(one);
    }
  }
  return turned;
}

uint64_t CountOf(const EndGroup& end) {
  return end.kind == EndKind::kOutside ? 1 : end.members.size();
}

uint64_t PairsOf(const std::vector<EndGroup>& ends, size_t from, size_t to) {
  const uint64_t count = CountOf(ends[from]);
  return from == to ? count * (count - 1) : count * CountOf(ends[to]);
}

/// Pairs → rectangles: the second ends of each first one, gathered where they are the same. One pod
/// has no answer towards itself, so it may be counted in where that makes two lists the same.
std::map<Ends, Ends> Gather(const std::vector<EndGroup>& ends, const Pairs& pairs) {
  std::map<Ends, Ends> gathered;
  for (const auto& [one, others] : pairs) {
    Ends with_itself = others;
    if (ends[one].kind == EndKind::kPods && ends[one].members.size() == 1) {
      with_itself.insert(one);
    }
    gathered[with_itself].insert(one);
  }
  return gathered;
}

/// Takes a single pod out of its own list again where it does not make the list a whole that has a
/// name: everybody, or a namespace with others than these two.
Ends WithoutNeedless(const std::vector<EndGroup>& ends, const Ends& list, const Ends& others) {
  const EndGroup& own = ends[*others.begin()];
  if (others.size() > 1 || own.kind != EndKind::kPods || own.members.size() > 1 ||
      list.size() == ends.size()) {
    return list;
  }
  size_t of_namespace = 0;
  size_t listed = 0;
  for (size_t i = 0; i < ends.size(); ++i) {
    const bool is_neighbour = ends[i].kind == EndKind::kPods && ends[i].ns == own.ns;
    of_namespace += is_neighbour ? 1 : 0;
    listed += is_neighbour ? list.count(i) : 0;
  }
  Ends result = list;
  if (listed < of_namespace || of_namespace < 3) {
    result.erase(*others.begin());
  }
  return result;
}

class Comparison {
 public:
  Comparison(const policy::World& before, const policy::World& after)
      : before_(before),
        after_(after),
        classes_({&before_.resolved(), &after_.resolved()}) {
    difference_.ends = EndGroupsOf({&before, &after}, classes_);
  }

  Difference Run() {
    effects_.resize(classes_.size() * classes_.size());
    for (size_t from = 0; from < difference_.ends.size(); ++from) {
      for (size_t to = 0; to < difference_.ends.size(); ++to) {
        ComparePair(from, to);
      }
    }
    difference_.opened = Write(changes_[kOpened]);
    difference_.closed = Write(changes_[kClosed]);
    difference_.more_would_deny = Write(changes_[kMoreWouldDeny]);
    difference_.less_would_deny = Write(changes_[kLessWouldDeny]);
    difference_.opened_pairs = pairs_[kOpened];
    difference_.closed_pairs = pairs_[kClosed];
    return std::move(difference_);
  }

 private:
  const Effect& EffectOf(uint32_t from, uint32_t to) {
    std::optional<Effect>& effect = effects_[size_t{from} * classes_.size() + to];
    if (!effect) {
      const auto& samples = classes_.SamplesOf(to);
      const IpAddress& source = classes_.SamplesOf(from).front();
      const IpAddress& destination = from == to ? samples.back() : samples.front();
      const PortSet before = before_.Between(source, destination);
      const PortSet after = after_.Between(source, destination);
      const PortSet denied_before = before_.WouldDeny(source, destination);
      const PortSet denied_after = after_.WouldDeny(source, destination);
      effect = {after - before,
                before - after,
                denied_after - denied_before,
                denied_before - denied_after};
    }
    return *effect;
  }

  static bool IsJudged(const EndGroup& from, const EndGroup& to) {
    return (from.kind == EndKind::kPods || to.kind == EndKind::kPods) &&
           (&from != &to || from.members.size() > 1);
  }

  void ComparePair(size_t from, size_t to) {
    const EndGroup& source = difference_.ends[from];
    const EndGroup& destination = difference_.ends[to];
    if (!IsJudged(source, destination)) {
      return;
    }
    std::array<std::map<PortSet, std::set<Family>>, kKinds> changes;
    for (const auto& [family, addresses] : source.families) {
      const auto other = destination.families.find(family);
      if (other != destination.families.end()) {
        const Effect& effect = EffectOf(addresses.address_class, other->second.address_class);
        for (size_t kind = 0; kind < kKinds; ++kind) {
          changes.at(kind)[effect.at(kind)].insert(family);
        }
      }
    }
    for (size_t kind = 0; kind < kKinds; ++kind) {
      pairs_.at(kind) += Add(from, to, changes.at(kind), changes_.at(kind));
    }
  }

  uint64_t Add(size_t from,
               size_t to,
               const std::map<PortSet, std::set<Family>>& changes,
               std::map<Alike, Pairs>& into) const {
    uint64_t pairs = 0;
    for (const auto& [ports, families] : changes) {
      if (!ports.empty()) {
        into[{families, ports}][to].insert(from);
        pairs = PairsOf(difference_.ends, from, to);
      }
    }
    return pairs;
  }

  /// Gathered by destination or by source, whichever says it in fewer lines.
  [[nodiscard]] std::vector<Change> Write(const std::map<Alike, Pairs>& changes) const {
    std::vector<Change> written;
    for (const auto& [alike, by_destination] : changes) {
      const auto sources = Gather(difference_.ends, by_destination);
      const auto destinations = Gather(difference_.ends, Turned(by_destination));
      const bool is_by_source = destinations.size() < sources.size();
      for (const auto& [list, ones] : is_by_source ? destinations : sources) {
        const Ends others = WithoutNeedless(difference_.ends, list, ones);
        Change change;
        change.families = alike.families;
        change.ports = alike.ports;
        change.from.assign((is_by_source ? ones : others).begin(),
                           (is_by_source ? ones : others).end());
        change.to.assign((is_by_source ? others : ones).begin(),
                         (is_by_source ? others : ones).end());
        change.pairs = CountPairs(change, by_destination);
        written.push_back(std::move(change));
      }
    }
    return written;
  }

  [[nodiscard]] uint64_t CountPairs(const Change& change, const Pairs& by_destination) const {
    uint64_t pairs = 0;
    for (const size_t to : change.to) {
      const auto sources = by_destination.find(to);
      for (const size_t from : change.from) {
        if (sources != by_destination.end() && sources->second.count(from) > 0) {
          pairs += PairsOf(difference_.ends, from, to);
        }
      }
    }
    return pairs;
  }

  const Reach before_;
  const Reach after_;
  AddressClasses classes_;
  std::vector<std::optional<Effect>> effects_;
  std::array<std::map<Alike, Pairs>, kKinds> changes_;
  std::array<uint64_t, kKinds> pairs_{};
  Difference difference_;
};

}  // namespace

Difference Compare(const policy::World& before, const policy::World& after) {
  return Comparison(before, after).Run();
}

}  // namespace portcullis::insight
