// SPDX-License-Identifier: Apache-2.0
//
// See stage.h.
#include "nft/stage.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace portcullis::nft {
namespace {

class Stager {
 public:
  Stager(const ChangeSet& change, size_t max_elements)
      : change_(change),
        max_elements_(max_elements) {}

  std::vector<ChangeSet> Run() && {
    ChangeSet rest{change_.table, {}};
    for (const Operation& operation : change_.operations) {
      if (!TakeAhead(operation)) {
        rest.operations.push_back(operation);
      }
    }
    Flush();
    stages_.push_back(std::move(rest));
    return std::move(stages_);
  }

 private:
  bool TakeAhead(const Operation& operation) {
    const auto* add_set = std::get_if<AddSet>(&operation);
    if (std::holds_alternative<AddTable>(operation) ||
        (add_set != nullptr && !add_set->set.verdict_map)) {
      Reserve();
      stage_.push_back(operation);
      if (add_set != nullptr) {
        new_sets_.insert(add_set->set.name);
      }
      return true;
    }
    const auto* add = std::get_if<AddElements>(&operation);
    if (add == nullptr || new_sets_.count(add->set.name) == 0) {
      return false;
    }
    for (const Element& element : add->elements) {
      TakeElement(add->set, element);
    }
    return true;
  }

  void TakeElement(const Set& set, const Element& element) {
    Reserve();
    auto* last = stage_.empty() ? nullptr : std::get_if<AddElements>(&stage_.back());
    if (last == nullptr || last->set.name != set.name) {
      stage_.emplace_back(AddElements{set, {}});
      last = std::get_if<AddElements>(&stage_.back());
    }
    last->elements.push_back(element);
  }

  /// A set takes about as much room as an element of one.
  void Reserve() {
    if (items_ == max_elements_) {
      Flush();
    }
    ++items_;
  }

  void Flush() {
    if (!stage_.empty()) {
      stages_.push_back(ChangeSet{change_.table, std::move(stage_)});
    }
    stage_.clear();
    items_ = 0;
  }

  const ChangeSet& change_;
  const size_t max_elements_;
  std::vector<ChangeSet> stages_;
  std::vector<Operation> stage_;
  size_t items_ = 0;  ///< Sets and elements in stage_.
  std::set<std::string> new_sets_;
};

}  // namespace

std::vector<ChangeSet> Stage(const ChangeSet& change, size_t max_elements) {
  const bool replaces =
      std::any_of(change.operations.begin(), change.operations.end(), [](const auto& operation) {
        return std::holds_alternative<DeleteTable>(operation);
      });
  return replaces ? std::vector{change} : Stager(change, max_elements).Run();
}

}  // namespace portcullis::nft
