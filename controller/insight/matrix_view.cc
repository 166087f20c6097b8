// SPDX-License-Identifier: Apache-2.0
//
// See matrix_view.h.
#include "controller/insight/matrix_view.h"

#include <algorithm>
#include <utility>

#include "controller/insight/summary.h"

namespace portcullis::insight {
namespace {

/// An answer that is absent, as a pod's towards itself, contradicts none.
bool Agree(const Answer* one, const Answer* other) {
  return one == nullptr || other == nullptr || *one == *other;
}

/// Whether the ends may share a line at all: parts of the outside are of one family each, but for
/// what is left.
bool AreOfOneSort(const EndGroup& one, const EndGroup& other) {
  size_t common = 0;
  for (const auto& [family, addresses] : one.families) {
    common += other.families.count(family);
  }
  const bool are_equal = one.families.size() == common && other.families.size() == common;
  return one.kind == other.kind && one.ns == other.ns &&
         (are_equal || (one.kind == EndKind::kOutside && common > 0));
}

/// Several parts of the outside together are a part of it.
EndGroup TogetherOutside(const std::vector<EndGroup>& ends, const std::vector<size_t>& chosen) {
  EndGroup all;
  all.kind = EndKind::kOutside;
  for (const size_t index : chosen) {
    all.ranges.insert(all.ranges.end(), ends[index].ranges.begin(), ends[index].ranges.end());
    all.is_the_rest = all.is_the_rest || ends[index].is_the_rest;
  }
  all.ranges = Merge(std::move(all.ranges));
  return all;
}

std::string NameOf(const std::vector<EndGroup>& ends, const std::vector<size_t>& chosen) {
  if (ends[chosen.front()].kind == EndKind::kOutside) {
    return ToText(TogetherOutside(ends, chosen));
  }
  return chosen.size() == 1 ? ToText(ends[chosen.front()]) : NameTogether(ends, chosen);
}

}  // namespace

MatrixView::MatrixView(const ReachMatrix& matrix, ViewOptions options)
    : matrix_(matrix),
      options_(std::move(options)) {
  if (options_.families.empty()) {
    options_.families = matrix.families();
  }
  for (const insight::Answer& answer : matrix.answers()) {
    answers_.push_back(options_.ports ? Within(answer, *options_.ports) : answer);
  }
  MakeLines();
}

const Answer* MatrixView::EndAnswer(Family family, size_t from, size_t to) const {
  const auto cell = matrix_.Cell(family, from, to);
  return cell ? &answers_[*cell] : nullptr;
}

bool MatrixView::AnswerAlike(size_t one, size_t other) const {
  const std::vector<EndGroup>& ends = matrix_.ends();
  if (!AreOfOneSort(ends[one], ends[other])) {
    return false;
  }
  for (const Family family : options_.families) {
    for (size_t third = 0; third < ends.size(); ++third) {
      // Towards itself and each other the two must agree as well, whichever stands for whom.
      const size_t mirror = third == one ? other : third == other ? one : third;
      if (!Agree(EndAnswer(family, one, third), EndAnswer(family, other, third)) ||
          !Agree(EndAnswer(family, third, one), EndAnswer(family, third, other)) ||
          !Agree(EndAnswer(family, one, third), EndAnswer(family, other, mirror))) {
        return false;
      }
    }
  }
  return true;
}

MatrixLine& MatrixView::LineFor(size_t end) {
  for (MatrixLine& line : lines_) {
    if (options_.gather && std::all_of(line.ends.begin(), line.ends.end(), [&](size_t other) {
          return AnswerAlike(other, end);
        })) {
      return line;
    }
  }
  return lines_.emplace_back();
}

void MatrixView::MakeLines() {
  for (size_t end = 0; end < matrix_.ends().size(); ++end) {
    LineFor(end).ends.push_back(end);
  }
  for (MatrixLine& line : lines_) {
    line.name = NameOf(matrix_.ends(), line.ends);
  }
}

const Answer* MatrixView::Answer(Family family, size_t from_line, size_t to_line) const {
  for (const size_t from : lines_[from_line].ends) {
    for (const size_t to : lines_[to_line].ends) {
      if (const insight::Answer* answer = EndAnswer(family, from, to)) {
        return answer;
      }
    }
  }
  return nullptr;
}

PairCounts MatrixView::CountPairs(Family family) const {
  PairCounts counts;
  const std::vector<EndGroup>& ends = matrix_.ends();
  for (size_t from = 0; from < ends.size(); ++from) {
    for (size_t to = 0; to < ends.size(); ++to) {
      const insight::Answer* answer = EndAnswer(family, from, to);
      if (answer == nullptr || ends[from].kind != EndKind::kPods ||
          ends[to].kind != EndKind::kPods) {
        continue;
      }
      const uint64_t sources = ends[from].families.at(family).addresses.size();
      const uint64_t destinations = ends[to].families.at(family).addresses.size();
      uint64_t& count = answer->ports.empty() ? counts.none
                        : IsAll(*answer)      ? counts.all
                                              : counts.some;
      count += from == to ? sources * (sources - 1) : sources * destinations;
    }
  }
  return counts;
}

bool MatrixView::IsAll(const insight::Answer& answer) const {
  return options_.ports ? answer.ports == *options_.ports : answer.ports.IsEverything();
}

bool MatrixView::FamiliesAgree() const {
  for (size_t from = 0; from < lines_.size(); ++from) {
    for (size_t to = 0; to < lines_.size(); ++to) {
      const insight::Answer* first = Answer(from, to);
      for (const Family family : options_.families) {
        if (!Agree(first, Answer(family, from, to))) {
          return false;
        }
      }
    }
  }
  return true;
}

const Answer* MatrixView::Answer(size_t from_line, size_t to_line) const {
  for (const Family family : options_.families) {
    if (const insight::Answer* answer = Answer(family, from_line, to_line)) {
      return answer;
    }
  }
  return nullptr;
}

}  // namespace portcullis::insight
