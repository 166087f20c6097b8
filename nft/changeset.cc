// SPDX-License-Identifier: Apache-2.0
//
// See changeset.h. Apply() refuses what the kernel refuses, so that a mistake of diff.cc shows in a
// pure test.
#include "nft/changeset.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "nft/overloaded.h"
#include "nft/print.h"

namespace portcullis::nft {
namespace {

std::string DescribeElements(std::string_view verb,
                             std::string_view preposition,
                             const Set& set,
                             const std::vector<Element>& elements) {
  const std::string what = elements.size() == 1 ? "element " + Print(set, elements.front())
                                                : std::to_string(elements.size()) + " elements";
  return std::string(verb) + " " + what + " " + std::string(preposition) +
         (set.verdict_map ? " map " : " set ") + set.name;
}

std::string DescribeRule(std::string_view verb, const std::string& chain, const Rule& rule) {
  return std::string(verb) + " rule " + chain + " (" +
         (rule.comment.empty() ? Print(rule) : rule.comment) + ")";
}

/// How often rules and map elements refer to each set and chain. Kept only for changes that delete
/// some, which the kernel refuses for those in use.
class References {
 public:
  explicit References(const Ruleset& ruleset) {
    for (const auto& [name, chain] : ruleset.chains) {
      for (const Rule& rule : chain.rules) {
        Count(rule, 1);
      }
    }
    for (const auto& [name, set] : ruleset.sets) {
      Count(set, 1);
    }
  }

  void Count(const Rule& rule, int by) {
    for (const Statement& statement : rule.statements) {
      if (const auto* lookup = std::get_if<Lookup>(&statement)) {
        sets_[lookup->set] += by;
      } else if (const auto* map = std::get_if<VerdictMap>(&statement)) {
        sets_[map->map] += by;
      } else if (const auto* verdict = std::get_if<Verdict>(&statement)) {
        Count(*verdict, by);
      }
    }
  }

  void Count(const Verdict& verdict, int by) {
    if (!verdict.chain.empty()) {
      chains_[verdict.chain] += by;
    }
  }

  void Count(const Set& set, int by) {
    for (const auto& [key, element] : set.elements) {
      if (element.verdict) {
        Count(*element.verdict, by);
      }
    }
  }

  [[nodiscard]] bool HasSet(const std::string& name) const { return IsCounted(sets_, name); }
  [[nodiscard]] bool HasChain(const std::string& name) const { return IsCounted(chains_, name); }

 private:
  using Counts = std::map<std::string, int>;

  static bool IsCounted(const Counts& counts, const std::string& name) {
    const auto found = counts.find(name);
    return found != counts.end() && found->second > 0;
  }

  Counts sets_;
  Counts chains_;
};

bool Deletes(const Operation& operation) {
  return std::holds_alternative<DeleteSet>(operation) ||
         std::holds_alternative<DeleteChain>(operation);
}

/// The last key of the element's range; its only key where it is no range.
const std::string& LastKey(const Element& element) {
  return element.key_end.empty() ? element.key : element.key_end.text();
}

bool Overlaps(const Set& set, const Element& element) {
  const auto above = set.elements.upper_bound(LastKey(element));
  return above != set.elements.begin() && element.key <= LastKey(std::prev(above)->second);
}

/// Applies one operation after the other to a ruleset. Each Do() returns what is wrong with its
/// operation; nothing when it is done.
class Applier {
 public:
  Applier(const ChangeSet& change, Ruleset have, const std::vector<uint64_t>& handles)
      : table_(change.table),
        have_(std::move(have)),
        handles_(handles) {
    const auto& operations = change.operations;
    if (std::any_of(operations.begin(), operations.end(), Deletes)) {
      references_.emplace(have_);
    }
  }

  Result<Ruleset> Run(const std::vector<Operation>& operations) && {
    for (const Operation& operation : operations) {
      const bool begins_table = std::holds_alternative<AddTable>(operation);
      const std::string_view wrong =
          have_.table != table_ && !begins_table
              ? "there is no such table"
              : std::visit([this](const auto& specific) { return Do(specific); }, operation);
      if (!wrong.empty()) {
        return Fail(ErrorCode::kInternal, Describe(operation) + ": " + std::string(wrong));
      }
    }
    return std::move(have_);
  }

 private:
  std::string_view Do(const AddTable& add) {
    if (have_.table != table_) {
      have_ = Ruleset{};
      have_.table = table_;
      have_.comment = add.comment;
    }
    return {};
  }

  std::string_view Do(const DeleteTable& /*all*/) {
    have_ = Ruleset{};
    references_.reset();
    return {};
  }

  std::string_view Do(const AddSet& add) {
    Set empty = add.set;
    empty.elements.clear();
    return have_.sets.emplace(add.set.name, std::move(empty)).second ? "" : "it exists already";
  }

  std::string_view Do(const DeleteSet& gone) {
    const auto set = have_.sets.find(gone.name);
    if (set == have_.sets.end()) {
      return "there is no such set";
    }
    if (references_ && references_->HasSet(gone.name)) {
      return "a rule uses it";
    }
    if (references_) {
      references_->Count(set->second, -1);
    }
    have_.sets.erase(set);
    return {};
  }

  std::string_view Do(const AddElements& add) {
    const auto set = have_.sets.find(add.set.name);
    if (set == have_.sets.end()) {
      return "there is no such set";
    }
    for (const Element& element : add.elements) {
      if (element.verdict && !HasTarget(*element.verdict)) {
        return "a verdict leads to a chain that does not exist";
      }
      if (Overlaps(set->second, element)) {
        return "an element is there already, or overlaps one";
      }
      Count(element, 1);
      set->second.elements.emplace(element.key, element);
    }
    return {};
  }

  std::string_view Do(const DeleteElements& gone) {
    const auto set = have_.sets.find(gone.set.name);
    if (set == have_.sets.end()) {
      return "there is no such set";
    }
    for (const Element& element : gone.elements) {
      const auto found = set->second.elements.find(element.key);
      if (found == set->second.elements.end() || found->second.key_end != element.key_end) {
        return "an element is not there";
      }
      Count(found->second, -1);
      set->second.elements.erase(found);
    }
    return {};
  }

  std::string_view Do(const AddChain& add) {
    Chain empty = add.chain;
    empty.rules.clear();
    return have_.chains.emplace(add.chain.name, std::move(empty)).second ? "" : "it exists already";
  }

  std::string_view Do(const DeleteChain& gone) {
    const auto chain = have_.chains.find(gone.name);
    if (chain == have_.chains.end()) {
      return "there is no such chain";
    }
    if (!chain->second.rules.empty()) {
      return "it has rules";
    }
    if (references_ && references_->HasChain(gone.name)) {
      return "a verdict leads to it";
    }
    have_.chains.erase(chain);
    return {};
  }

  std::string_view Do(const AddRule& add) {
    const auto chain = have_.chains.find(add.chain);
    if (chain == have_.chains.end()) {
      return "there is no such chain";
    }
    std::vector<Rule>& rules = chain->second.rules;
    auto place = add.append ? rules.end() : rules.begin();
    if (add.after != 0) {
      place = FindRule(rules, add.after);
      if (place == rules.end()) {
        return "the rule before it is not there";
      }
      ++place;
    }
    if (!HasReferences(add.rule)) {
      return "it refers to a set or chain that does not exist";
    }
    if (references_) {
      references_->Count(add.rule, 1);
    }
    Rule added = add.rule;
    added.handle = next_handle_ < handles_.size() ? handles_.at(next_handle_) : 0;
    ++next_handle_;
    rules.insert(place, std::move(added));
    return {};
  }

  std::string_view Do(const DeleteRule& gone) {
    const auto chain = have_.chains.find(gone.chain);
    if (chain == have_.chains.end()) {
      return "there is no such chain";
    }
    std::vector<Rule>& rules = chain->second.rules;
    const auto rule = FindRule(rules, gone.rule.handle);
    if (gone.rule.handle == 0 || rule == rules.end()) {
      return "it is not there";
    }
    if (references_) {
      references_->Count(*rule, -1);
    }
    rules.erase(rule);
    return {};
  }

  static std::vector<Rule>::iterator FindRule(std::vector<Rule>& rules, uint64_t handle) {
    return std::find_if(
        rules.begin(), rules.end(), [&](const Rule& rule) { return rule.handle == handle; });
  }

  void Count(const Element& element, int by) {
    if (references_ && element.verdict) {
      references_->Count(*element.verdict, by);
    }
  }

  [[nodiscard]] bool HasTarget(const Verdict& verdict) const {
    return verdict.chain.empty() || have_.chains.count(verdict.chain) != 0;
  }

  [[nodiscard]] bool HasReferences(const Rule& rule) const {
    return std::all_of(
        rule.statements.begin(), rule.statements.end(), [this](const Statement& statement) {
          if (const auto* lookup = std::get_if<Lookup>(&statement)) {
            return have_.sets.count(lookup->set) != 0;
          }
          if (const auto* map = std::get_if<VerdictMap>(&statement)) {
            return have_.sets.count(map->map) != 0;
          }
          const auto* verdict = std::get_if<Verdict>(&statement);
          return verdict == nullptr || HasTarget(*verdict);
        });
  }

  const std::string& table_;
  Ruleset have_;
  const std::vector<uint64_t>& handles_;
  size_t next_handle_ = 0;
  std::optional<References> references_;
};

}  // namespace

std::string Describe(const Operation& operation) {
  return std::visit(
      Overloaded{
          [](const AddTable&) { return std::string("add table"); },
          [](const DeleteTable&) { return std::string("delete table"); },
          [](const AddSet& add) {
            return (add.set.verdict_map ? "add map " : "add set ") + add.set.name;
          },
          [](const DeleteSet& gone) { return "delete set " + gone.name; },
          [](const AddElements& add) {
            return DescribeElements("add", "to", add.set, add.elements);
          },
          [](const DeleteElements& gone) {
            return DescribeElements("delete", "from", gone.set, gone.elements);
          },
          [](const AddChain& add) { return "add chain " + add.chain.name; },
          [](const DeleteChain& gone) { return "delete chain " + gone.name; },
          [](const AddRule& add) { return DescribeRule("add", add.chain, add.rule); },
          [](const DeleteRule& gone) { return DescribeRule("delete", gone.chain, gone.rule); },
      },
      operation);
}

Result<Ruleset> Apply(const ChangeSet& change, Ruleset have, const std::vector<uint64_t>& handles) {
  return Applier(change, std::move(have), handles).Run(change.operations);
}

}  // namespace portcullis::nft
