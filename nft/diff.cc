// SPDX-License-Identifier: Apache-2.0
//
// See diff.h. Each step of Diff() below is one line of the order in which operations stand.
#include "nft/diff.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace portcullis::nft {
namespace {

/// The set without its elements.
Set Shape(const Set& set) {
  return Set{set.name, set.key, set.interval, set.verdict_map, set.comment, {}};
}

Chain Shape(const Chain& chain) {
  return Chain{chain.name, chain.base, chain.comment, {}};
}

bool SameShape(const Set& a, const Set& b) {
  return a.key == b.key && a.interval == b.interval && a.verdict_map == b.verdict_map &&
         a.comment == b.comment;
}

bool SameShape(const Chain& a, const Chain& b) {
  return a.base == b.base && a.comment == b.comment;
}

template <typename T>
const T* Find(const std::map<std::string, T>& objects, const std::string& name) {
  const auto found = objects.find(name);
  return found == objects.end() ? nullptr : &found->second;
}

template <typename T>
bool SameShapes(const std::map<std::string, T>& have, const std::map<std::string, T>& want) {
  return std::all_of(have.begin(), have.end(), [&](const auto& entry) {
    const T* wanted = Find(want, entry.first);
    return wanted == nullptr || SameShape(entry.second, *wanted);
  });
}

/// Whether steps within the table lead from one to the other. The kernel changes neither types,
/// hooks nor comments in place.
bool CanBeChanged(const Ruleset& have, const Ruleset& want) {
  return !have.foreign && have.table == want.table && have.comment == want.comment &&
         SameShapes(have.sets, want.sets) && SameShapes(have.chains, want.chains);
}

/// The elements of `from` that `without` does not hold just so.
std::vector<Element> Difference(const std::map<std::string, Element>& from,
                                const std::map<std::string, Element>& without) {
  std::vector<Element> rest;
  rest.reserve(without.empty() ? from.size() : 0);
  auto other = without.begin();
  for (const auto& [key, element] : from) {
    while (other != without.end() && other->first < key) {
      ++other;
    }
    if (other == without.end() || other->second != element) {
      rest.push_back(element);
    }
  }
  return rest;
}

/// Pairs of positions (in `have`, in `want`), ascending, of a longest common subsequence of two
/// lists of rules.
using Matches = std::vector<std::pair<size_t, size_t>>;

/// Hunt and Szymanski's way: the rules of a chain are nearly always distinct, so that few pairs
/// match and it takes n log n steps, where the usual table takes n * m. `length[k]` is the match
/// that ends the best common subsequence of k + 1 rules found so far.
class LongestCommonSubsequence {
 public:
  LongestCommonSubsequence(const std::vector<Rule>& have, const std::vector<Rule>& want)
      : have_(have),
        want_(want) {}

  Matches Find(size_t begin, size_t have_end, size_t want_end) {
    std::map<Rule, std::vector<size_t>> positions;  // Descending, so that one rule matches once.
    for (size_t i = have_end; i-- > begin;) {
      positions[have_.at(i)].push_back(i);
    }
    for (size_t j = begin; j < want_end; ++j) {
      const auto found = positions.find(want_.at(j));
      if (found != positions.end()) {
        for (const size_t i : found->second) {
          Take(i, j);
        }
      }
    }
    return Trace();
  }

 private:
  struct Match {
    size_t have;
    size_t want;
    size_t previous;  ///< Index into matches_, or kNone.
  };
  static constexpr size_t kNone = SIZE_MAX;

  void Take(size_t i, size_t j) {
    const auto place = std::lower_bound(ends_.begin(), ends_.end(), i, [&](size_t end, size_t at) {
      return matches_.at(end).have < at;
    });
    const size_t previous = place == ends_.begin() ? kNone : *std::prev(place);
    matches_.push_back({i, j, previous});
    if (place == ends_.end()) {
      ends_.push_back(matches_.size() - 1);
    } else {
      *place = matches_.size() - 1;
    }
  }

  [[nodiscard]] Matches Trace() const {
    Matches matches;
    for (size_t at = ends_.empty() ? kNone : ends_.back(); at != kNone;
         at = matches_.at(at).previous) {
      matches.emplace_back(matches_.at(at).have, matches_.at(at).want);
    }
    std::reverse(matches.begin(), matches.end());
    return matches;
  }

  const std::vector<Rule>& have_;
  const std::vector<Rule>& want_;
  std::vector<Match> matches_;
  std::vector<size_t> ends_;
};

Matches KeptRules(const std::vector<Rule>& have, const std::vector<Rule>& want) {
  const size_t shorter = std::min(have.size(), want.size());
  size_t prefix = 0;
  while (prefix < shorter && have.at(prefix) == want.at(prefix)) {
    ++prefix;
  }
  size_t suffix = 0;
  while (suffix < shorter - prefix &&
         have.at(have.size() - 1 - suffix) == want.at(want.size() - 1 - suffix)) {
    ++suffix;
  }
  Matches kept;
  for (size_t i = 0; i < prefix; ++i) {
    kept.emplace_back(i, i);
  }
  const Matches middle =
      LongestCommonSubsequence(have, want).Find(prefix, have.size() - suffix, want.size() - suffix);
  kept.insert(kept.end(), middle.begin(), middle.end());
  for (size_t i = suffix; i > 0; --i) {
    kept.emplace_back(have.size() - i, want.size() - i);
  }
  return kept;
}

class Differ {
 public:
  Differ(const Ruleset& have, const Ruleset& want) : have_(have), want_(want) {}

  std::vector<Operation> Run() && {
    AddSets();
    ChangeElements(/*of_maps=*/false);
    AddChains();
    ChangeRules();
    ChangeElements(/*of_maps=*/true);
    Append(std::move(rule_removals_));
    DeleteSets();  // Before chains: what maps hold refers to them.
    DeleteChains();
    return std::move(operations_);
  }

 private:
  /// Plain sets first: the kernel's listing keeps the order of creation, and print.cc has them so.
  void AddSets() {
    for (const bool maps : {false, true}) {
      for (const auto& [name, set] : want_.sets) {
        if (set.verdict_map == maps && Find(have_.sets, name) == nullptr) {
          operations_.emplace_back(AddSet{Shape(set)});
        }
      }
    }
  }

  void ChangeElements(bool of_maps) {
    static const std::map<std::string, Element> kNone;
    for (const auto& [name, set] : want_.sets) {
      if (set.verdict_map == of_maps) {
        const Set* before = Find(have_.sets, name);
        ChangeElements(set, before == nullptr ? kNone : before->elements);
      }
    }
  }

  /// Removals first: a range that grows overlaps what it was.
  void ChangeElements(const Set& set, const std::map<std::string, Element>& before) {
    std::vector<Element> gone = Difference(before, set.elements);
    std::vector<Element> come = Difference(set.elements, before);
    if (!gone.empty()) {
      operations_.emplace_back(DeleteElements{Shape(set), std::move(gone)});
    }
    if (!come.empty()) {
      operations_.emplace_back(AddElements{Shape(set), std::move(come)});
    }
  }

  void AddChains() {
    for (const auto& [name, chain] : want_.chains) {
      if (Find(have_.chains, name) == nullptr) {
        operations_.emplace_back(AddChain{Shape(chain)});
      }
    }
  }

  void ChangeRules() {
    static const std::vector<Rule> kNoRules;
    for (const auto& [name, chain] : want_.chains) {
      const Chain* before = Find(have_.chains, name);
      ChangeRules(name, before == nullptr ? kNoRules : before->rules, chain.rules);
    }
    for (const auto& [name, chain] : have_.chains) {
      if (Find(want_.chains, name) == nullptr) {
        ChangeRules(name, chain.rules, kNoRules);
      }
    }
  }

  void ChangeRules(const std::string& chain,
                   const std::vector<Rule>& have,
                   const std::vector<Rule>& want) {
    if (have.empty()) {
      for (const Rule& rule : want) {
        operations_.emplace_back(AddRule{chain, Wanted(rule), /*after=*/0, /*append=*/true});
      }
      return;
    }
    size_t next_have = 0;
    size_t next_want = 0;
    uint64_t after = 0;
    for (const auto& [i, j] : KeptRules(have, want)) {
      AddBehind(chain, after, want, next_want, j);
      RemoveLater(chain, have, next_have, i);
      after = have.at(i).handle;
      next_have = i + 1;
      next_want = j + 1;
    }
    AddBehind(chain, after, want, next_want, want.size());
    RemoveLater(chain, have, next_have, have.size());
  }

  void AddBehind(const std::string& chain,
                 uint64_t after,
                 const std::vector<Rule>& want,
                 size_t begin,
                 size_t end) {
    for (size_t j = end; j-- > begin;) {
      operations_.emplace_back(AddRule{chain, Wanted(want.at(j)), after, /*append=*/false});
    }
  }

  void RemoveLater(const std::string& chain,
                   const std::vector<Rule>& have,
                   size_t begin,
                   size_t end) {
    for (size_t i = begin; i < end; ++i) {
      rule_removals_.emplace_back(DeleteRule{chain, have.at(i)});
    }
  }

  void DeleteSets() {
    for (const auto& [name, set] : have_.sets) {
      if (Find(want_.sets, name) == nullptr) {
        operations_.emplace_back(DeleteSet{name});
      }
    }
  }

  void DeleteChains() {
    for (const auto& [name, chain] : have_.chains) {
      if (Find(want_.chains, name) == nullptr) {
        operations_.emplace_back(DeleteChain{name});
      }
    }
  }

  /// A rule that is still to be added has no handle, whatever its model carries.
  static Rule Wanted(Rule rule) {
    rule.handle = 0;
    return rule;
  }

  void Append(std::vector<Operation> more) {
    std::move(more.begin(), more.end(), std::back_inserter(operations_));
  }

  const Ruleset& have_;
  const Ruleset& want_;
  std::vector<Operation> operations_;
  std::vector<Operation> rule_removals_;
};

}  // namespace

ChangeSet Diff(const std::optional<Ruleset>& have, const Ruleset& want) {
  ChangeSet change{want.table, {}};
  if (have && CanBeChanged(*have, want)) {
    change.operations = Differ(*have, want).Run();
    return change;
  }
  if (have) {
    change.operations.emplace_back(DeleteTable{});
  }
  change.operations.emplace_back(AddTable{want.comment});
  std::vector<Operation> all = Differ(Ruleset{}, want).Run();
  std::move(all.begin(), all.end(), std::back_inserter(change.operations));
  return change;
}

}  // namespace portcullis::nft
