// SPDX-License-Identifier: Apache-2.0
//
// See table_size.h.
#include "nft/table_size.h"

#include <variant>

namespace portcullis::nft {

TableSize::TableSize(const Ruleset& table) : chains_(table.chains.size()) {
  for (const auto& [name, set] : table.sets) {
    elements_[name] = set.elements.size();
    element_count_ += set.elements.size();
  }
  for (const auto& [name, chain] : table.chains) {
    rules_ += chain.rules.size();
  }
}

void TableSize::Take(const ChangeSet& change) {
  for (const Operation& operation : change.operations) {
    std::visit([this](const auto& each) { Take(each); }, operation);
  }
}

void TableSize::Take(const AddTable& /*operation*/) {}

void TableSize::Take(const DeleteTable& /*operation*/) {
  *this = {};
}

void TableSize::Take(const AddSet& operation) {
  elements_.emplace(operation.set.name, 0);
}

/// The kernel takes a set away with all that is in it.
void TableSize::Take(const DeleteSet& operation) {
  const auto found = elements_.find(operation.name);
  if (found != elements_.end()) {
    element_count_ -= found->second;
    elements_.erase(found);
  }
}

void TableSize::Take(const AddElements& operation) {
  elements_[operation.set.name] += operation.elements.size();
  element_count_ += operation.elements.size();
}

void TableSize::Take(const DeleteElements& operation) {
  elements_[operation.set.name] -= operation.elements.size();
  element_count_ -= operation.elements.size();
}

void TableSize::Take(const AddChain& /*operation*/) {
  ++chains_;
}

void TableSize::Take(const DeleteChain& /*operation*/) {
  --chains_;
}

void TableSize::Take(const AddRule& /*operation*/) {
  ++rules_;
}

void TableSize::Take(const DeleteRule& /*operation*/) {
  --rules_;
}

}  // namespace portcullis::nft
