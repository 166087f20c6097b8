// SPDX-License-Identifier: Apache-2.0
//
// See reach_matrix.h.
#include "controller/insight/reach_matrix.h"

#include <algorithm>
#include <set>

namespace portcullis::insight {
namespace {

constexpr uint32_t kNoAnswer = UINT32_MAX;

}  // namespace

ReachMatrix::ReachMatrix(const policy::World& world)
    : reach_(world),
      classes_({&reach_.resolved()}),
      ends_(EndGroupsOf({&world}, classes_)) {
  std::set<Family> families;
  for (const EndGroup& end : ends_) {
    for (const auto& [family, addresses] : end.families) {
      families.insert(family);
    }
  }
  families_.assign(families.begin(), families.end());
  FindAnswers();
}

uint32_t ReachMatrix::NumberOf(const Answer& answer, std::map<Answer, uint32_t>& numbers) {
  const auto [entry, is_new] = numbers.try_emplace(answer, static_cast<uint32_t>(answers_.size()));
  if (is_new) {
    answers_.push_back(answer);
  }
  return entry->second;
}

void ReachMatrix::FindAnswers() {
  std::map<Answer, uint32_t> numbers;
  const auto size = static_cast<uint32_t>(classes_.size());
  cells_.assign(size_t{size} * size, kNoAnswer);
  for (uint32_t from = 0; from < size; ++from) {
    const IpAddress& source = classes_.SamplesOf(from).front();
    for (uint32_t to = 0; to < size; ++to) {
      const auto& samples = classes_.SamplesOf(to);
      const IpAddress& destination = from == to ? samples.back() : samples.front();
      if (source != destination && source.family() == destination.family()) {
        cells_[size_t{from} * size + to] = NumberOf(AnswerOf(reach_, source, destination), numbers);
      }
    }
  }
}

std::optional<uint32_t> ReachMatrix::Cell(Family family, size_t from, size_t to) const {
  const auto source = ends_[from].families.find(family);
  const auto destination = ends_[to].families.find(family);
  const bool is_judged = ends_[from].kind == EndKind::kPods || ends_[to].kind == EndKind::kPods;
  if (!is_judged || source == ends_[from].families.end() ||
      destination == ends_[to].families.end() ||
      (from == to && source->second.addresses.size() < 2)) {
    return std::nullopt;
  }
  return CellOfClasses(source->second.address_class, destination->second.address_class);
}

std::optional<uint32_t> ReachMatrix::CellOfClasses(uint32_t from, uint32_t to) const {
  const uint32_t answer = cells_[size_t{from} * classes_.size() + to];
  return answer == kNoAnswer ? std::nullopt : std::optional(answer);
}

PortSet ReachMatrix::Between(const IpAddress& source, const IpAddress& destination) const {
  const auto from = classes_.Find(source);
  const auto to = classes_.Find(destination);
  if (source != destination && from && to) {
    if (const auto answer = CellOfClasses(*from, *to)) {
      return answers_[*answer].ports;
    }
  }
  return reach_.Between(source, destination);  // Of two that the matrix has no cell for.
}

}  // namespace portcullis::insight
