// SPDX-License-Identifier: Apache-2.0
//
// See generations.h.
#include "controller/reconcile/generations.h"

#include <algorithm>

namespace portcullis {

Generations::Generations(uint32_t count) : clean_(count + 1, false) {}

void Generations::Found(std::optional<uint32_t> number) {
  if (number && number == current_) {
    return;
  }
  clean_.assign(clean_.size(), false);
  current_ = number;
  previous_.reset();
}

std::optional<uint32_t> Generations::Next() const {
  // Upwards from the number in use, so that a person who follows the listing sees it grow.
  const auto count = static_cast<uint32_t>(clean_.size() - 1);
  for (uint32_t step = 0; step < count; ++step) {
    const uint32_t number = (current_.value_or(0) + step) % count + 1;
    if (clean_.at(number)) {
      return number;
    }
  }
  return std::nullopt;
}

void Generations::Use(std::optional<uint32_t> number) {
  if (number == current_) {
    return;
  }
  previous_ = current_;
  current_ = number;
  if (number) {
    clean_.at(*number) = false;
  }
}

bool Generations::IsStale(uint32_t number) const {
  return number != current_ && number != previous_ && !clean_.at(number);
}

void Generations::Cleared() {
  for (uint32_t number = 1; number < clean_.size(); ++number) {
    if (IsStale(number)) {
      clean_.at(number) = true;
    }
  }
}

bool Generations::RunningLow() const {
  return static_cast<size_t>(std::count(clean_.begin(), clean_.end(), true)) * 4 < clean_.size();
}

}  // namespace portcullis
