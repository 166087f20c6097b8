// SPDX-License-Identifier: Apache-2.0
//
// What of a matrix a person wants to see: some ports, some families, some namespace, and ends that
// answer alike on one line. Pure. Between reach_matrix.h and the texts and pages made of it.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_MATRIX_VIEW_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_MATRIX_VIEW_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/insight/reach_matrix.h"

namespace portcullis::insight {

/// A row, and a column, of what is shown.
struct MatrixLine {
  std::string name;
  std::vector<size_t> ends;  ///< Indices into ReachMatrix::ends(); of one namespace and kind.
};

struct ViewOptions {
  std::optional<PortSet> ports;  ///< Nothing: all that there are.
  std::vector<Family> families;  ///< Empty: all of the matrix.
  bool gather = false;           ///< Ends of one namespace that answer alike share a line.
};

/// Of pairs of two pods.
struct PairCounts {
  uint64_t all = 0;
  uint64_t some = 0;
  uint64_t none = 0;
};

class MatrixView {
 public:
  /// REQUIRES: `matrix` outlives the view.
  MatrixView(const ReachMatrix& matrix, ViewOptions options);

  [[nodiscard]] const std::vector<MatrixLine>& lines() const { return lines_; }
  [[nodiscard]] const std::vector<Family>& families() const { return options_.families; }
  /// The matrix's answers, without the ports that are not looked at.
  [[nodiscard]] const std::vector<insight::Answer>& answers() const { return answers_; }
  /// Of a line of pods; else empty.
  [[nodiscard]] const std::string& NamespaceOf(size_t line) const {
    return matrix_.ends()[lines_[line].ends.front()].ns;
  }
  /// Of all ports that are looked at; nothing where the matrix has nothing.
  [[nodiscard]] const insight::Answer* Answer(Family family,
                                              size_t from_line,
                                              size_t to_line) const;
  /// How many pairs of pods get which answer in a family.
  [[nodiscard]] PairCounts CountPairs(Family family) const;
  /// Whether `answer` is all that is looked at.
  [[nodiscard]] bool IsAll(const insight::Answer& answer) const;
  /// Whether the families' answers are the same wherever a pair has both.
  [[nodiscard]] bool FamiliesAgree() const;
  /// The answer of the families together. REQUIRES: FamiliesAgree().
  [[nodiscard]] const insight::Answer* Answer(size_t from_line, size_t to_line) const;

 private:
  [[nodiscard]] const insight::Answer* EndAnswer(Family family, size_t from, size_t to) const;
  [[nodiscard]] bool AnswerAlike(size_t one, size_t other) const;
  MatrixLine& LineFor(size_t end);
  void MakeLines();

  const ReachMatrix& matrix_;
  ViewOptions options_;
  std::vector<insight::Answer> answers_;
  std::vector<MatrixLine> lines_;
};

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_MATRIX_VIEW_H_
